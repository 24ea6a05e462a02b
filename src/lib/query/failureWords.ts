import type { EngineErrorData, StatementOutcome } from '$workers/engine';

/** A place in a text, both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Line and column of a UTF-16 offset, both from 1. */
export function placeIn(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

/** Where a failed statement is wrong: the engine's own place, or its beginning. An offset into what was sent. */
export const offsetOf = (error: EngineErrorData, outcome: StatementOutcome | null): number =>
  error.position ?? outcome?.from ?? 0;

/** "pagila stopped at statement 2, line 13, column 39." */
export function whereItStopped(project: string, outcome: StatementOutcome | null, count: number, place: Place, exact: boolean): string {
  const statement = outcome && count > 1 ? `statement ${outcome.index + 1} of ${count}, ` : '';
  const column = exact ? `, column ${place.column}` : '';
  return `${project} stopped at ${statement}line ${place.line}${column}.`;
}

/**
 * What is kept of the statements that ran before the failure.
 * @param inTransaction a transaction is left open
 */
export function whatWasKept(outcomes: readonly StatementOutcome[], inTransaction: boolean): string {
  const done = outcomes.filter((o) => o.state === 'done');
  if (inTransaction) return 'A transaction is open: commit or roll back what it did before.';
  const wrote = done.filter((o) => o.changed !== null || o.resultId === undefined);
  if (done.length === 0) return 'Nothing was written.';
  const who = done.length === 1 ? `Statement ${done[0]!.index + 1}` : `Statements 1 to ${done.length}`;
  if (wrote.length === 0) return `${who} ran and kept ${done.length === 1 ? 'its' : 'their'} rows; nothing was written.`;
  return `${who} ran, and what ${done.length === 1 ? 'it' : 'they'} did is kept.`;
}

/** What was in storage of something that was stopped, or whose worker died. @param commits that nobody had been told of */
export function whatWasCommitted(commits: number): string {
  if (commits <= 0) return 'Nothing of what was stopped had been committed.';
  return commits === 1 ? 'What was stopped had been committed: it is kept.' : `${commits} commits of what was stopped had been made: they are kept.`;
}

/** Lines of a text around a place, numbered, for showing where an error is. */
export function excerpt(text: string, line: number, before = 1): { number: number; text: string }[] {
  const lines = text.split('\n');
  const first = Math.max(1, line - before);
  return lines.slice(first - 1, line).map((text, i) => ({ number: first + i, text }));
}

/** An error as text to paste somewhere: message, detail, hint, code, place and statement. */
export function errorAsText(error: EngineErrorData, where: string): string {
  const lines = [error.message, error.detail && `Detail: ${error.detail}`, error.hint && `Hint: ${error.hint}`];
  lines.push(`Code: ${error.code}`, where, error.statement && `\n${error.statement}`);
  return lines.filter(Boolean).join('\n');
}

/** Codes of five characters are SQLSTATEs, which Postgres gives; the others name themselves. */
const isSqlState = (code: string): boolean => /^[0-9A-Z]{5}$/.test(code);

export const codeInPrint = (code: string): string => (isSqlState(code) ? `SQLSTATE ${code}` : code);

/** Whose the hint of an error is, a sentence; empty where it is our own. */
export const hintSource = ({ code }: { code: string }, { givesHints, label }: { givesHints: boolean; label: string }): string =>
  givesHints && isSqlState(code) ? `Hint from ${label}.` : '';
