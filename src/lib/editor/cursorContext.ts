import type { EngineKind } from '$workers/engine';
import { keywordsOf } from './sqlKeywords';
import { nameOf, sqlTokens, type SqlToken } from './sqlTokens';

/** What may stand at a cursor, told from the words before it. */
export interface CursorContext {
  /** Offset at which the word being typed begins (behind its quote); the cursor itself when none is. */
  from: number;
  prefix: string;
  /** The quote that the word was opened with, or ''. */
  quote: string;
  /** Names before it, each ended by a dot: schema, relation or alias. */
  path: string[];
  expects: 'start' | 'relation' | 'column' | 'type' | 'keyword' | 'none';
  /** True right after JOIN, where a relation with its condition can be offered. */
  joining: boolean;
  /** True right after ON of a join. */
  joined: boolean;
}

const clauses = new Set(
  (
    'FROM SELECT JOIN ON USING WHERE GROUP ORDER HAVING SET VALUES INTO UPDATE TABLE RETURNING WITH LIMIT OFFSET WINDOW ' +
    'UNION INTERSECT EXCEPT DELETE REFERENCES'
  ).split(' ')
);
/** Keywords after which an operand is complete. */
const operands = new Set('END NULL TRUE FALSE ASC DESC CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP FIRST LAST ROWS ROW'.split(' '));
/** Calls in which FROM is no clause. */
const callsWithFrom = new Set(['EXTRACT', 'TRIM', 'SUBSTRING', 'OVERLAY']);

/** @param before the statement's text up to the cursor */
export function cursorContext(before: string, engine: EngineKind): CursorContext {
  const all = sqlTokens(before, engine);
  const none: CursorContext = {
    from: before.length, prefix: '', quote: '', path: [], expects: 'none', joining: false, joined: false
  };
  const end = all.at(-1);
  if (end && end.to === before.length) {
    const open = end.kind === 'comment' || end.kind === 'string' || end.kind === 'number' || end.kind === 'parameter';
    const closedComment = end.kind === 'comment' && before.endsWith('*/');
    if (open && !closedComment) return none;
  }
  const tokens = all.filter((t) => t.kind !== 'comment');
  const text = (t: SqlToken | undefined): string => (t ? before.slice(t.from, t.to) : '');
  const upper = (t: SqlToken | undefined): string => (t && t.kind !== 'quoted' && t.kind !== 'string' ? text(t).toUpperCase() : '');

  const context = { ...none, path: [] as string[] };
  let i = tokens.length - 1;
  const last = tokens[i];
  if (last && last.to === before.length && (last.kind === 'word' || last.kind === 'quoted')) {
    context.quote = last.kind === 'quoted' ? text(last)[0]! : '';
    // A quoted name that is closed is done with.
    if (context.quote && text(last).length > 1 && text(last).endsWith(context.quote === '[' ? ']' : context.quote)) return none;
    context.from = last.from + context.quote.length;
    context.prefix = before.slice(context.from);
    i--;
  }
  while (i > 0 && text(tokens[i]) === '.' && (tokens[i - 1]!.kind === 'word' || tokens[i - 1]!.kind === 'quoted')) {
    context.path.unshift(nameOf(before, tokens[i - 1]!));
    i -= 2;
  }

  const previous = tokens[i];
  const word = upper(previous);
  // The clause that this stands in, and the bracket around it.
  let clause = '';
  let bracket = -1;
  let depth = 0;
  for (let j = i; j >= 0; j--) {
    const w = upper(tokens[j]);
    if (w === ')') depth++;
    else if (w === '(' && depth > 0) depth--;
    else if (w === '(') {
      bracket = j;
      break;
    } else if (depth === 0 && clause === '' && clauses.has(w)) clause = w;
  }
  const caller = bracket > 0 ? upper(tokens[bracket - 1]) : '';
  const keywords = keywordsOf(engine);
  const isKeyword = previous?.kind === 'word' && keywords.has(word.toLowerCase());
  const before2 = upper(tokens[i - 1]);

  const relationWord =
    (word === 'FROM' && before2 !== 'DISTINCT' && !callsWithFrom.has(caller)) ||
    word === 'JOIN' || word === 'INTO' || word === 'TABLE' || word === 'REFERENCES' || word === 'ONLY' || word === 'VIEW' ||
    (word === 'UPDATE' && before2 !== 'DO' && before2 !== 'FOR') ||
    (word === ',' && clause === 'FROM') ||
    (word === 'EXISTS' && before2 === 'IF') ||
    (word === 'ON' && tokens.slice(0, i).some((t) => upper(t) === 'INDEX' || upper(t) === 'TRIGGER'));

  if (!previous || word === ';') context.expects = 'start';
  else if (word === '::' || word === 'TYPE' || (word === 'AS' && caller === 'CAST')) context.expects = 'type';
  else if (relationWord) {
    context.expects = 'relation';
    context.joining = word === 'JOIN' && context.path.length === 0;
  } else if (bracket >= 0 && caller !== '' && definesTable(tokens, bracket, upper)) {
    const place = placeInDefinition(tokens, i, upper);
    context.expects = place === 1 ? 'type' : 'keyword';
  } else if (word === 'AS') context.expects = clause === 'WITH' ? 'keyword' : 'none';
  else if (word === 'ON') {
    context.expects = 'column';
    context.joined = true;
  } else if (isKeyword ? operands.has(word) : previous.kind !== 'punctuation' || word === ')' || word === ']') {
    context.expects = 'keyword';
  } else context.expects = 'column';
  if (context.path.length > 0 && (context.expects === 'keyword' || context.expects === 'start')) context.expects = 'column';
  return context;
}

/** True when a bracket is that of `CREATE TABLE name (`. */
function definesTable(tokens: SqlToken[], bracket: number, upper: (t: SqlToken | undefined) => string): boolean {
  if (upper(tokens[0]) !== 'CREATE') return false;
  const table = tokens.findIndex((t, i) => i < bracket && upper(t) === 'TABLE');
  if (table < 0) return false;
  // No other bracket before it.
  return tokens.slice(table, bracket).every((t) => upper(t) !== '(');
}

/** How many words of a column's definition stand before the cursor. */
function placeInDefinition(tokens: SqlToken[], last: number, upper: (t: SqlToken | undefined) => string): number {
  let count = 0;
  for (let j = last; j >= 0; j--) {
    const w = upper(tokens[j]);
    if (w === ',' || w === '(') break;
    count++;
  }
  return count;
}
