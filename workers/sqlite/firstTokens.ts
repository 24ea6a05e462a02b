/** A token of a statement's beginning: a word in upper case, a quoted name or text without its quotes, a sign. */
export interface HeadToken {
  kind: 'word' | 'quoted' | 'sign';
  text: string;
}

const TOKEN =
  /\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$)|'((?:[^']|'')*)'|"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([\p{L}\p{N}_$]+)|([^])/uy;

/** The first tokens of a statement, comments left out. */
export function firstTokens(sql: string, most: number): HeadToken[] {
  const tokens: HeadToken[] = [];
  TOKEN.lastIndex = 0;
  while (tokens.length < most) {
    const match = TOKEN.exec(sql);
    if (!match) break;
    const [, single, double, back, bracket, word, sign] = match;
    if (word !== undefined) tokens.push({ kind: 'word', text: word.toUpperCase() });
    else if (sign !== undefined) tokens.push({ kind: 'sign', text: sign });
    else if (single !== undefined) tokens.push({ kind: 'quoted', text: single.replaceAll("''", "'") });
    else if (double !== undefined) tokens.push({ kind: 'quoted', text: double.replaceAll('""', '"') });
    else if (back !== undefined) tokens.push({ kind: 'quoted', text: back.replaceAll('``', '`') });
    else if (bracket !== undefined) tokens.push({ kind: 'quoted', text: bracket });
  }
  return tokens;
}
