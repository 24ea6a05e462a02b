import { dialectOf } from '$workers/dialect/dialectOf';
import type { EngineKind } from '$workers/engine';
import { keywordsOf } from './sqlKeywords';
import { sqlTokens } from './sqlTokens';

const typeWords = new Map<EngineKind, ReadonlySet<string>>();

/** The words of a dialect's types, lower case; `name` is nearly always a name. */
function typesOf(engine: EngineKind): ReadonlySet<string> {
  let words = typeWords.get(engine);
  if (!words) typeWords.set(engine, (words = new Set(dialectOf(engine).types.flatMap((t) => t.toLowerCase().match(/[a-z]\w*/g) ?? []).filter((w) => w !== 'name'))));
  return words;
}

export interface ColouredPiece {
  text: string;
  /** Its colour's name; null for ink. */
  kind: 'keyword' | 'string' | 'number' | 'function' | 'comment' | 'type' | null;
}

/** True when the text before a name makes it one of a relation, whose columns follow in brackets, and no call. */
export const namesRelation = (before: string): boolean =>
  /\b(?:table|exists|into|references|with|recursive|index|view)\s+(?:[\w"]+\.)?$/i.test(before);

/** Longest text that is coloured; the rest follows in ink. */
const LONGEST = 200_000;

/** SQL cut into pieces of one colour each; joined they are the text. Needs no editor. */
export function colourSql(sql: string, engine: EngineKind): ColouredPiece[] {
  const keywords = keywordsOf(engine);
  const pieces: ColouredPiece[] = [];
  let plainFrom = 0;
  const add = (from: number, to: number, kind: NonNullable<ColouredPiece['kind']>): void => {
    if (from > plainFrom) pieces.push({ text: sql.slice(plainFrom, from), kind: null });
    pieces.push({ text: sql.slice(from, to), kind });
    plainFrom = to;
  };
  const types = typesOf(engine);
  /** What stood before: a name, a word of a type, another word, or something else. */
  let before = '';
  for (const token of sqlTokens(sql.slice(0, LONGEST), engine)) {
    const text = sql.slice(token.from, token.to).toLowerCase();
    const behind = before;
    before = token.kind === 'quoted' ? 'name' : token.kind === 'word' ? text : '';
    if (token.kind === 'comment' || token.kind === 'string' || token.kind === 'number') add(token.from, token.to, token.kind);
    else if (token.kind === 'word') {
      // Many types are names elsewhere (text, date): one stands behind a name, a cast, or another word of its type.
      if (types.has(text) && (behind === 'name' || behind === 'type' || sql.slice(token.from - 2, token.from) === '::')) {
        add(token.from, token.to, 'type');
        before = 'type';
      } else if (keywords.has(text) || (text === 'key' && (behind === 'primary' || behind === 'foreign'))) add(token.from, token.to, 'keyword');
      else before = 'name';
      if (before === 'name' && sql[token.to] === '(' && !namesRelation(sql.slice(Math.max(0, token.from - 80), token.from))) add(token.from, token.to, 'function');
    }
  }
  if (plainFrom < sql.length) pieces.push({ text: sql.slice(plainFrom), kind: null });
  return pieces;
}
