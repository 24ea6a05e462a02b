/** A name as a dump writes it: what is not quoted is folded to lower case. */
export interface DumpName {
  /** Null where it is not said, and the search path decides. */
  schema: string | null;
  name: string;
}

const part = String.raw`(?:"(?:[^"]|"")+"|[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*)`;
const dotted = new RegExp(String.raw`^\s*(${part})(?:\s*\.\s*(${part}))?`);

/** One part of a name: without its quotes, or folded. */
export const unquotedPart = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();

/** The name at a text's beginning; undefined where there is none. */
export function nameAt(text: string): DumpName | undefined {
  const found = dotted.exec(text);
  if (!found) return undefined;
  return found[2] === undefined
    ? { schema: null, name: unquotedPart(found[1]!) }
    : { schema: unquotedPart(found[1]!), name: unquotedPart(found[2]) };
}

/** The relation that rows of a COPY or an INSERT go into; undefined for any other statement. */
export function filledRelation(text: string): DumpName | undefined {
  const head = /^(?:COPY|INSERT\s+INTO)\s+(?:ONLY\s+)?/i.exec(text);
  return head ? nameAt(text.slice(head[0].length, head[0].length + 600)) : undefined;
}
