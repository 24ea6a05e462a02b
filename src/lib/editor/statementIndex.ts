import type { Dialect, ScriptStatement } from '$workers/dialect/dialect';
import { sqlTokens } from './sqlTokens';

/** Text that can be read in parts; CodeMirror's `Text` is one. */
export interface SqlText {
  readonly length: number;
  sliceString(from: number, to?: number): string;
}

/** A statement as it stands in its script. Offsets are UTF-16, into the whole script. */
export interface ScriptPart {
  statement: ScriptStatement;
  /** Where the comments right above it begin (`-- name: …` is one), else where it begins. */
  from: number;
  /** End without the semicolon. */
  to: number;
  /** End with the semicolon. */
  end: number;
}

/** Characters that are split at once; 64 K take about 2 ms. */
const CHUNK = 65_536;

/**
 * The statements of a script, found piece by piece from its beginning, so that a script of megabytes never
 * holds up typing: `scan` does one piece. What lies before a change is kept by `changed`.
 */
export class StatementIndex {
  readonly #dialect: Dialect;
  readonly #doc: SqlText;
  readonly #parts: ScriptPart[];
  #chunk = CHUNK;
  #complete: boolean;

  constructor(dialect: Dialect, doc: SqlText, known: ScriptPart[] = []) {
    this.#dialect = dialect;
    this.#doc = doc;
    this.#parts = known;
    this.#complete = doc.length === 0;
  }

  /** The statements found so far, in order. */
  get parts(): readonly ScriptPart[] {
    return this.#parts;
  }

  /** Size of the next piece: it grows while a single statement does not end. */
  get chunk(): number {
    return this.#chunk;
  }

  get #scanned(): number {
    return this.#parts.at(-1)?.end ?? 0;
  }

  /** True when every statement that touches `pos` is known. */
  knows(pos: number): boolean {
    return this.#complete || this.#scanned > pos;
  }

  /** The index of a changed text; `from` is where the two texts first differ. */
  changed(doc: SqlText, from: number): StatementIndex {
    // A part that ends right where the change begins may go on there; one without a semicolon, anywhere.
    let keep = this.#parts.length;
    for (; keep > 0; keep--) {
      const { to, end } = this.#parts[keep - 1]!;
      if (end < from && end > to) break;
    }
    return new StatementIndex(this.#dialect, doc, this.#parts.slice(0, keep));
  }

  /** Splits one more piece. False when all is known. */
  scan(): boolean {
    if (this.#complete) return false;
    const start = this.#scanned;
    const end = Math.min(start + this.#chunk, this.#doc.length);
    const text = this.#doc.sliceString(start, end);
    const statements = this.#dialect.split(text);
    const last = end === this.#doc.length;
    // The last statement of a piece may go on behind it.
    const whole = last ? statements.length : statements.length - 1;
    for (let i = 0; i < whole; i++) this.#add(statements[i]!, text, start);
    if (last) this.#complete = true;
    else if (whole < 1) this.#chunk *= 2;
    else this.#chunk = CHUNK;
    return !this.#complete;
  }

  #add(statement: ScriptStatement, text: string, start: number): void {
    const to = start + statement.to;
    const before = this.#scanned - start;
    // A span that begins with comments is taken to begin after them: which of them belong to it is told below.
    const first = statement.from + commentsAt(statement.text, this.#dialect.engine);
    const semicolon = semicolonAfter(text, statement.to, this.#dialect.engine);
    // COPY … FROM stdin takes the rows behind it along, to the line that ends them.
    const data = statement.data && start + lineEnd(text, statement.data.to, true);
    this.#parts.push({
      statement: { ...statement, from: start + first, to },
      from: start + attachedFrom(text.slice(before, first), before, first, start === 0 && before === 0),
      to: data ?? to,
      end: data ?? start + (semicolon ?? statement.to)
    });
  }

  /**
   * The statement that Run means at a cursor: the one that it touches, else the one before it on this line
   * or above, else the first. Null in a script without statements. Ask when {@link knows} says so.
   */
  at(pos: number): ScriptPart | null {
    return statementAt(this.#parts, pos);
  }

  /** The whole stretch between semicolons around a cursor, for completion. */
  around(pos: number): { from: number; to: number } {
    // The first part that ends behind the cursor; the last, without a semicolon, goes on to the end of the text.
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#parts[middle]!.end > pos) high = middle;
      else low = middle + 1;
    }
    const last = this.#parts.at(-1);
    if (low === this.#parts.length && last && last.end === last.to) low--;
    const part = this.#parts[low];
    const isClosed = part !== undefined && part.end > part.to;
    return { from: this.#parts[low - 1]?.end ?? 0, to: isClosed ? part.end - 1 : this.#doc.length };
  }
}

/** End of the line at an offset; with `mark` of the line after it when that is `\\.`, which ends the rows of a COPY. */
function lineEnd(text: string, at: number, mark: boolean): number {
  const end = text.indexOf('\n', at);
  if (end < 0) return text.length;
  return mark && text.startsWith('\\.', end + 1) ? lineEnd(text, end + 1, false) : end;
}

/** Offset behind the semicolon that closes a statement which ends at `to`; null when none does. */
function semicolonAfter(text: string, to: number, engine: Dialect['engine']): number | null {
  let at = to;
  while (at < text.length && text.charCodeAt(at) <= 32) at++;
  if (text[at] === ';') return at + 1;
  if (text[at] !== '-' && text[at] !== '/') return null;
  // Comments may stand before it.
  const next = sqlTokens(text.slice(at), engine).find((t) => t.kind !== 'comment');
  return next && text[at + next.from] === ';' ? at + next.to : null;
}

/** Length of the comments and blanks that a statement's text begins with. */
function commentsAt(text: string, engine: Dialect['engine']): number {
  if (!text.startsWith('--') && !text.startsWith('/*')) return 0;
  return sqlTokens(text, engine).find((t) => t.kind !== 'comment')?.from ?? 0;
}

/**
 * Where the comment lines that end right above a statement begin. `gap` is the text between it and the one
 * before; its first line belongs to the one before, unless there is none.
 */
function attachedFrom(gap: string, gapFrom: number, statementFrom: number, first: boolean): number {
  const lines = gap.split('\n');
  let from = statementFrom;
  let at = gapFrom + gap.length;
  for (let i = lines.length - 1; i >= (first ? 0 : 1); i--) {
    const line = lines[i]!;
    at -= line.length;
    const blank = line.trim() === '';
    if (!blank) from = at + line.length - line.trimStart().length;
    else if (i < lines.length - 1) break;
    at--;
  }
  return from;
}

/** See {@link StatementIndex.at}. */
export function statementAt(parts: readonly ScriptPart[], pos: number): ScriptPart | null {
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.from <= pos) low = middle + 1;
    else high = middle;
  }
  return parts[low - 1] ?? parts[0] ?? null;
}
