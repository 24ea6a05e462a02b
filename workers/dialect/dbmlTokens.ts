/** A token of DBML. */
export interface DbmlToken {
  kind: 'word' | 'quoted' | 'string' | 'expression' | 'colour' | 'mark' | 'newline' | 'end';
  /** Its meaning: without quotes and escapes. */
  text: string;
  /** From 1. */
  line: number;
}

/** What is wrong with a design, and where. */
export class DbmlError extends Error {
  readonly line: number;

  /** @param line from 1 */
  constructor(message: string, line: number) {
    super(`Line ${line}: ${message}`);
    this.line = line;
  }
}

const unescaped = (text: string): string => text.replace(/\\(.)/gs, '$1');

/** A text of several lines without the indentation that they share. */
function dedented(text: string): string {
  const lines = text.replace(/^[^\S\n]*\n/, '').trimEnd().split('\n');
  const indent = Math.min(...lines.filter((l) => l.trim() !== '').map((l) => /^\s*/.exec(l)![0].length));
  return lines.map((l) => l.slice(Number.isFinite(indent) ? indent : 0)).join('\n');
}

const TOKEN =
  /([^\S\n]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(\n)|'''((?:\\[\s\S]|(?!''')[\s\S])*)'''|'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`([^`]*)`|(#[0-9a-fA-F]{3,8}\b)|([\p{L}\p{N}_]+(?:\.\d+)?)|(<>|[{}()[\],.:~<>?*+/=-])/uy;

/** The tokens of a design in DBML. Throws DbmlError for what is none. */
export function dbmlTokens(text: string): DbmlToken[] {
  const tokens: DbmlToken[] = [];
  const pattern = new RegExp(TOKEN);
  const source = text.replace(/\r\n?/g, '\n');
  let line = 1;
  let at = source.charCodeAt(0) === 0xfeff ? 1 : 0;
  while (at < source.length) {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (!found) throw new DbmlError(`${JSON.stringify(source.slice(at, at + 12).split('\n')[0])} is not understood.`, line);
    const [whole, , newline, block, single, double, expression, colour, word, mark] = found;
    const add = (kind: DbmlToken['kind'], meaning: string): void => void tokens.push({ kind, text: meaning, line });
    if (newline !== undefined) add('newline', '\n');
    else if (block !== undefined) add('string', dedented(unescaped(block)));
    else if (single !== undefined) add('string', unescaped(single));
    else if (double !== undefined) add('quoted', unescaped(double));
    else if (expression !== undefined) add('expression', expression);
    else if (colour !== undefined) add('colour', colour);
    else if (word !== undefined) add('word', word);
    else if (mark !== undefined) add('mark', mark);
    line += whole.split('\n').length - 1;
    at = pattern.lastIndex;
  }
  tokens.push({ kind: 'end', text: '', line });
  return tokens;
}
