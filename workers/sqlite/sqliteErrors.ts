import { StorageError } from '../storage/storeTypes';
import { messageOf, type EngineErrorData } from '../wire/errors';
import { resultCodeName } from './resultCodes';

/** What SQLite said of a failure. */
export interface SqliteFailure {
  /** Extended result code. */
  code: number;
  message: string;
  /** Byte offset into the statement; -1 when SQLite names none. */
  offset: number;
  sql: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** UTF-16 offset of a UTF-8 byte offset. */
function utf16Offset(sql: string, bytes: number): number {
  return decoder.decode(encoder.encode(sql).subarray(0, bytes)).length;
}

/** Where the thing stands that a message names, for messages without an offset. */
function findNamed(sql: string, message: string): number | undefined {
  const named = /^(?:near "(.+)": syntax error|no such (?:table|column|function|view|index|trigger|module|collation sequence): (.+)|(?:table|index|view|trigger) (.+) already exists|there is already (?:a|an) \w+ named (.+)|table \S+ has no column named (.+)|ambiguous column name: (.+))$/s.exec(message);
  const name = named?.slice(1).find((n) => n !== undefined);
  if (!name) return undefined;
  const bare = name.split('.').at(-1)!;
  for (const wanted of [name, bare]) {
    const at = sql.toLowerCase().indexOf(wanted.toLowerCase());
    if (at >= 0) return at;
  }
  return undefined;
}

/** What a message tells of constraint, table and column. */
function parts(message: string): Pick<EngineErrorData, 'constraint' | 'table' | 'column'> {
  const columns = /^(UNIQUE|NOT NULL) constraint failed: (.+)$/s.exec(message);
  if (columns) {
    const first = columns[2]!.split(', ')[0]!;
    const dot = first.indexOf('.');
    if (dot > 0) return { table: first.slice(0, dot), column: first.slice(dot + 1) };
    return { constraint: columns[2] };
  }
  const check = /^CHECK constraint failed: (.+)$/s.exec(message);
  if (check) return { constraint: check[1] };
  const typed = /^cannot store \S+ value in \S+ column (.+)\.(.+)$/s.exec(message);
  return typed ? { table: typed[1], column: typed[2] } : {};
}

/** What to write instead of functions of other databases. */
const INSTEAD: Record<string, string> = {
  now: "datetime('now')",
  getdate: "datetime('now')",
  left: 'substr(text, 1, n)',
  right: 'substr(text, -n)',
  isnull: 'ifnull(a, b)',
  nvl: 'ifnull(a, b)',
  date_trunc: "date(day, 'start of month')",
  to_char: 'strftime(format, time)',
  extract: "strftime('%Y', time)",
  year: "strftime('%Y', time)",
  string_agg: 'group_concat(value, separator)',
  array_agg: 'json_group_array(value)',
  regexp: "LIKE or GLOB: this build has no REGEXP"
};

function hintFor(code: string, message: string, sql: string): string | undefined {
  if (/^\s*\.[a-z]/.test(sql)) return 'Words with a dot before them are commands of the sqlite3 program, not SQL.';
  const fn = /^no such function: (.+)$/.exec(message)?.[1]?.toLowerCase();
  if (fn === 'load_extension') return 'Extensions cannot be loaded in a browser.';
  if (fn && INSTEAD[fn]) return `In SQLite: ${INSTEAD[fn]}.`;
  if (/^table sqlite_(?:master|schema) may not be modified$/.test(message)) {
    return 'CREATE, ALTER and DROP change the schema. A script that writes this table itself can be opened as a new project.';
  }
  if (/^no such column: "/.test(message)) return "Double quotes name a column. For text use single quotes: 'text'.";
  switch (code) {
    case 'SQLITE_CONSTRAINT_FOREIGNKEY':
      return 'The row that this one refers to is missing, or other rows still refer to it.';
    case 'SQLITE_CONSTRAINT_UNIQUE':
    case 'SQLITE_CONSTRAINT_PRIMARYKEY':
      return 'A row with this value is already there.';
    case 'SQLITE_CONSTRAINT_NOTNULL':
      return 'Give this column a value.';
    case 'SQLITE_CONSTRAINT_DATATYPE':
      return 'The table is STRICT: the value must be of the column’s type.';
    case 'SQLITE_CORRUPT':
    case 'SQLITE_CORRUPT_INDEX':
      return 'A part of this database is damaged. What can still be read can be copied elsewhere.';
    case 'SQLITE_NOMEM':
      return 'The statement needs more memory than a browser gives it.';
    case 'SQLITE_READONLY':
      return 'This database is open for reading only. Its settings say why: choose Edit… in its menu.';
    case 'SQLITE_TOOBIG':
      return 'SQLite holds at most a thousand million bytes in one value.';
  }
  return undefined;
}

/** A failure of SQLite as the data that crosses to the page. */
export function sqliteError(failure: SqliteFailure): EngineErrorData {
  const { message, sql } = failure;
  const missing = /^no such module: (.+)$/.exec(message)?.[1];
  if (missing) {
    return {
      code: 'needs-module',
      message,
      hint: `This needs SQLite’s module ${missing}, which the build of SQLite that serves this database has not. Everything else can be used.`,
      position: findNamed(sql, message)
    };
  }
  const code = resultCodeName(failure.code);
  const position = failure.offset >= 0 ? utf16Offset(sql, failure.offset) : findNamed(sql, message);
  const error: EngineErrorData = { code, message, ...parts(message) };
  const hint = hintFor(code, message, sql);
  if (hint) error.hint = hint;
  if (position !== undefined) error.position = position;
  return error;
}

/** A failure of the store beneath SQLite. */
export function storageError(thrown: unknown): EngineErrorData {
  if (thrown instanceof StorageError && thrown.full) {
    return {
      code: 'storage-full',
      message: 'The browser has no room left for this change. It was taken back; all that was saved before is there.',
      detail: thrown.message,
      hint: 'Free space on the disk or remove a project that is no longer needed, then run it again.'
    };
  }
  const message = messageOf(thrown);
  return {
    code: 'storage',
    message: `The database’s bytes could not be read or written: ${message}`,
    hint: 'Disconnect and connect again. If the file was moved or changed meanwhile, drop it once more.'
  };
}

/** What is said when SQLite's code itself breaks down on a database. */
export const trapError = (thrown: unknown): EngineErrorData => ({
  code: 'damaged',
  message: 'SQLite stopped at this database: it is damaged in a way that cannot be worked with.',
  detail: messageOf(thrown),
  hint: 'Connect again to go on with its other tables.'
});
