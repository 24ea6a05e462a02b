/** How an error crosses the worker boundary: as data. Comlink would carry name, message and stack alone. */
export interface EngineErrorData {
  /**
   * The SQLSTATE, SQLite's extended result code by name (`SQLITE_CONSTRAINT_UNIQUE`), or one of ours:
   * see {@link OwnErrorCode}.
   */
  code: string;
  /** The engine's own words, or a sentence of ours that says what happened. */
  message: string;
  detail?: string;
  /** What to do now. */
  hint?: string;
  /** UTF-16 offset, from 0, into the script that was handed to `run`. */
  position?: number;
  /** Text of the statement that failed. */
  statement?: string;
  constraint?: string;
  table?: string;
  column?: string;
  /**
   * Which part of a browse or count is to blame: `where`, `search`, or the place of a filter in
   * `BrowseRequest.filters`, from 0 (`2`; within a group `2.0`).
   */
  filter?: string;
  /** Of a file that was refused: what can be read of it can be made a new database (source `salvage`). */
  salvageable?: true;
}

/** Codes of errors that no engine raises. */
export type OwnErrorCode =
  | 'connection-lost'
  | 'cancelled'
  | 'not-open'
  | 'not-a-database'
  | 'encrypted'
  | 'damaged'
  | 'unsupported'
  | 'needs-module'
  | 'read-only'
  | 'refused'
  | 'storage'
  | 'storage-full'
  | 'format-version'
  | 'internal';

/** One class on the page for all that goes wrong in an engine; the worker throws {@link EngineErrorData}. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: number;
  readonly statement?: string;
  readonly constraint?: string;
  readonly table?: string;
  readonly column?: string;
  readonly filter?: string;
  readonly salvageable?: true;
  /** The connection that it happened on; filled in on the page. */
  readonly connectionId?: string;

  constructor(data: EngineErrorData, connectionId?: string) {
    super(data.message);
    this.code = data.code;
    this.detail = data.detail;
    this.hint = data.hint;
    this.position = data.position;
    this.statement = data.statement;
    this.constraint = data.constraint;
    this.table = data.table;
    this.column = data.column;
    this.filter = data.filter;
    this.salvageable = data.salvageable;
    this.connectionId = connectionId;
  }

  toData(): EngineErrorData {
    const { code, message, detail, hint, position, statement, constraint, table, column, filter, salvageable } = this;
    return { code, message, detail, hint, position, statement, constraint, table, column, filter, salvageable };
  }
}

/** True for plain data of the shape of {@link EngineErrorData}. */
export const isErrorData = (value: unknown): value is EngineErrorData =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as EngineErrorData).code === 'string' &&
  typeof (value as EngineErrorData).message === 'string';

/** What was thrown, in words. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));

/** Anything that was thrown, as data to send: an EngineError or its data as it is, the rest as `internal`. */
export function toErrorData(thrown: unknown): EngineErrorData {
  if (thrown instanceof EngineError) return thrown.toData();
  if (isErrorData(thrown) && !(thrown instanceof Error)) return thrown;
  if (thrown instanceof DOMException && thrown.name === 'QuotaExceededError') {
    return {
      code: 'storage-full',
      message: 'The browser has no room left for this database.',
      hint: 'Remove a project that is no longer needed, or free space on the disk. Nothing that was saved before is lost.'
    };
  }
  return { code: 'internal', message: messageOf(thrown) };
}
