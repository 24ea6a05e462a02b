import type { EngineKind } from '$workers/engine';
import { keywordsOf } from './sqlKeywords';
import { sqlTokens } from './sqlTokens';

export interface ColouredPiece {
  text: string;
  /** Its colour's name; null for ink. */
  kind: 'keyword' | 'string' | 'number' | 'function' | 'comment' | null;
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
  for (const token of sqlTokens(sql.slice(0, LONGEST), engine)) {
    if (token.kind === 'comment' || token.kind === 'string' || token.kind === 'number') add(token.from, token.to, token.kind);
    else if (token.kind === 'word') {
      if (keywords.has(sql.slice(token.from, token.to).toLowerCase())) add(token.from, token.to, 'keyword');
      else if (sql[token.to] === '(' && !namesRelation(sql.slice(Math.max(0, token.from - 80), token.from))) add(token.from, token.to, 'function');
    }
  }
  if (plainFrom < sql.length) pieces.push({ text: sql.slice(plainFrom), kind: null });
  return pieces;
}
