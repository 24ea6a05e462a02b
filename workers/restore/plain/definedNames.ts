import { nameAt, type DumpName } from './dumpName';
import { namesIn } from './namesIn';

const making = new RegExp(
  String.raw`^CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED|FOREIGN|RECURSIVE|MATERIALIZED|UNIQUE)\s+)*` +
    String.raw`(TABLE|VIEW|SEQUENCE|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE|INDEX)\s+(?:CONCURRENTLY\s+)?(?:IF\s+NOT\s+EXISTS\s+)?`,
  'i'
);
const keyed = /\bADD\s+CONSTRAINT\s+(.*?)\s+(?:PRIMARY\s+KEY|UNIQUE|EXCLUDE)\b/is;

/**
 * What a statement makes that others may name: a relation, type or routine, the index behind a key, the sequence of an
 * identity. An index lies in the schema of its table.
 */
export function definedNames(text: string): DumpName[] {
  const made = making.exec(text);
  if (made) {
    const name = nameAt(text.slice(made[0].length, made[0].length + 600));
    if (!name) return [];
    return made[1]!.toUpperCase() === 'INDEX' ? besideTable(text.slice(made[0].length), name) : [name];
  }
  if (!/^ALTER\s/i.test(text)) return [];
  const sequence = /\bSEQUENCE\s+NAME\s+/i.exec(text);
  const identity = sequence && nameAt(text.slice(sequence.index + sequence[0].length));
  if (identity) return [identity];
  const key = keyed.exec(text);
  const name = key && nameAt(key[1]!);
  return name ? besideTable(text, name) : [];
}

/** A name without a schema of its own, in that of the table that the text names first behind it. */
function besideTable(text: string, { name }: DumpName): DumpName[] {
  for (const table of namesIn(text)) if (table.name !== name) return [{ schema: table.schema, name }];
  return [];
}
