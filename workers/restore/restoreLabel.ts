const relation = String.raw`((?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))?)`;
const loading = new RegExp(String.raw`^(?:COPY|INSERT\s+INTO)\s+${relation}`, 'i');

/** What a statement of a dump does, in words for the progress; undefined where the last words still hold. */
export function labelFor(command: string, text: string): string | undefined {
  if (command === 'COPY' || command === 'INSERT') {
    const name = loading.exec(text.slice(0, 500))?.[1];
    return name ? `Loading ${name}` : 'Loading rows';
  }
  if (command === 'CREATE TABLE' || command === 'CREATE TYPE') return 'Creating tables';
  if (command === 'CREATE INDEX') return 'Building indexes and keys';
  if (command === 'ALTER TABLE' && /\bADD\s+CONSTRAINT\b/i.test(text)) return 'Building indexes and keys';
  if (command === 'REFRESH MATERIALIZED VIEW') return 'Filling views';
  return undefined;
}
