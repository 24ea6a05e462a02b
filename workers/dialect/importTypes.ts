import type { EngineKind } from '../wire/results';
import type { SourceColumn, ValueKind } from '../wire/imports';

const postgresTypes: Record<ValueKind, string> = {
  text: 'text',
  integer: 'bigint',
  numeric: 'numeric',
  real: 'double precision',
  boolean: 'boolean',
  date: 'date',
  timestamp: 'timestamp',
  timestamptz: 'timestamptz',
  time: 'time',
  json: 'json',
  uuid: 'uuid',
  binary: 'bytea'
};

const sqliteTypes: Record<ValueKind, string> = {
  text: 'TEXT',
  integer: 'INTEGER',
  numeric: 'REAL',
  real: 'REAL',
  boolean: 'BOOLEAN',
  date: 'DATE',
  timestamp: 'DATETIME',
  timestamptz: 'TEXT',
  time: 'TIME',
  json: 'TEXT',
  uuid: 'TEXT',
  binary: 'BLOB'
};

/** The type of a new table's column for values of a file, never narrower than they are. */
export function importType(engine: EngineKind, { kind, fitsReal, wholes }: Pick<SourceColumn, 'kind' | 'fitsReal' | 'wholes'>): string {
  if (engine === 'postgres') {
    // A double that changes a value is no type for it.
    return kind === 'real' && !fitsReal ? 'numeric' : postgresTypes[kind];
  }
  if (kind !== 'numeric' && kind !== 'real') return sqliteTypes[kind];
  // REAL would make 7.0 of 7, and NUMERIC 7 of 7.0.
  return !fitsReal ? 'TEXT' : wholes ? 'NUMERIC' : 'REAL';
}
