import type { EngineErrorData } from '../wire/errors';
import type { Notice } from '../wire/results';

/**
 * A position as Postgres counts (characters, that is code points, from 1) as a UTF-16 offset from 0.
 * @returns undefined when it lies outside the text
 */
export function utf16Offset(text: string, position: number): number | undefined {
  let at = 0;
  for (let left = position - 1; left > 0; left--) {
    const point = text.codePointAt(at);
    if (point === undefined) return undefined;
    at += point > 0xffff ? 2 : 1;
  }
  return at <= text.length ? at : undefined;
}

/**
 * An ErrorResponse as data.
 * @param fields by their letter (https://www.postgresql.org/docs/18/protocol-error-fields.html)
 * @param sql the statement that the position counts in
 */
export function errorOf(fields: ReadonlyMap<string, string>, sql: string): EngineErrorData {
  if (fields.get('C') === DISK_FULL) return noRoom(fields.get('M') ?? '');
  const error: EngineErrorData = {
    code: fields.get('C') ?? 'XX000',
    message: fields.get('M') ?? 'Postgres gave an error without words.'
  };
  const detail = [fields.get('D'), whereOf(fields)].filter(Boolean).join('\n');
  if (detail) error.detail = detail;
  const hint = fields.get('H');
  if (hint) error.hint = hint;
  const position = fields.get('P');
  if (position !== undefined) error.position = utf16Offset(sql, Number(position));
  const table = fields.get('t');
  if (table !== undefined) error.table = table;
  const column = fields.get('c');
  if (column !== undefined) error.column = column;
  const constraint = fields.get('n');
  if (constraint !== undefined) error.constraint = constraint;
  return error;
}

const DISK_FULL = '53100';

/** There is no room for what was done. @param detail what was said beneath */
export const noRoom = (detail: string): EngineErrorData => ({
  code: 'storage-full',
  message: 'The browser has no room left for this change. It was taken back; all that was saved before is there.',
  detail,
  hint: 'Free space on the disk or remove a project that is no longer needed, then run it again.'
});

/** Where within functions or data it happened, and the inner statement when the position counts in that. */
function whereOf(fields: ReadonlyMap<string, string>): string | undefined {
  const parts = [fields.get('q') ? `In: ${fields.get('q')}` : '', fields.get('W') ?? ''].filter(Boolean);
  return parts.length > 0 ? parts.join('\n') : undefined;
}

/** A NoticeResponse as data. */
export function noticeOf(fields: ReadonlyMap<string, string>): Notice {
  const notice: Notice = { severity: fields.get('V') ?? fields.get('S') ?? 'NOTICE', message: fields.get('M') ?? '' };
  const detail = fields.get('D');
  if (detail) notice.detail = detail;
  const hint = fields.get('H');
  if (hint) notice.hint = hint;
  return notice;
}

/** Postgres is gone: a trap in the wasm code, a PANIC, or it was told to exit. The page opens another worker. */
export function lostError(thrown: unknown, words?: string): EngineErrorData {
  const message = thrown instanceof Error ? thrown.message : String(thrown ?? '');
  return {
    code: 'connection-lost',
    message: words ?? 'Postgres has stopped in the midst of a statement.',
    detail: message || undefined,
    hint: 'The connection is opened again; what was committed is kept.'
  };
}
