import type { ColumnInfo } from '../wire/catalog';
import type { ColumnSurvey } from '../wire/copies';
import type { Dialect } from './dialect';

export interface MappedType {
  type: string;
  /** In words, what cannot be carried as it is; null when all can. */
  note: string | null;
  arrayAsJson?: boolean;
}

/** What a column of SQLite becomes in Postgres: what its values are decides, for SQLite holds what it is given. */
function sqliteToPostgres(column: ColumnInfo, seen: ColumnSurvey): MappedType {
  const { integers, reals, texts, blobs } = seen;
  const kinds = [integers + reals > 0, texts > 0, blobs > 0].filter(Boolean).length;
  if (kinds > 1) return { type: 'text', note: 'Holds values of several kinds: all go as text.' };
  if (kinds === 0) return { type: emptyType(column), note: null };
  if (blobs > 0) return { type: 'bytea', note: null };
  if (texts > 0) {
    if (seen.unfit > 0) return { type: 'bytea', note: 'Holds text that Postgres cannot: it goes as bytes.' };
    if (column.family === 'temporal') {
      if (seen.textKind === 'date') return { type: 'date', note: null };
      if (seen.textKind === 'timestamp' && seen.plainMoments) return { type: 'timestamp', note: null };
    }
    return { type: 'text', note: null };
  }
  if (column.family === 'boolean' && reals === 0 && seen.onlyBits) return { type: 'boolean', note: null };
  const isReal = /REAL|FLOA|DOUB/i.test(column.type);
  if (reals === 0 && !isReal) return { type: column.family === 'number' ? 'numeric' : 'bigint', note: null };
  return { type: isReal || (integers === 0 && column.type === '') ? 'double precision' : 'numeric', note: null };
}

/** Of a column without a value its declared type is all that is known. */
function emptyType(column: ColumnInfo): string {
  const byFamily: Partial<Record<ColumnInfo['family'], string>> = {
    integer: 'bigint', boolean: 'boolean', binary: 'bytea', temporal: /date$/i.test(column.type) ? 'date' : 'timestamp'
  };
  if (column.family === 'number') return /REAL|FLOA|DOUB/i.test(column.type) ? 'double precision' : 'numeric';
  return byFamily[column.family] ?? 'text';
}

/** What a column of Postgres becomes in SQLite. */
function postgresToSqlite(column: ColumnInfo, seen: ColumnSurvey): MappedType {
  const bare = column.type.replace(/\(.*?\)/, '').toLowerCase();
  switch (column.family) {
    case 'integer':
      return { type: 'INTEGER', note: null };
    case 'number':
      if (bare === 'money') return { type: 'TEXT', note: 'Money is text with its sign.' };
      if (!seen.fitsReal) return { type: 'TEXT', note: 'Has numbers that SQLite’s reals would round, or NaN: they go as text.' };
      return { type: bare === 'numeric' ? 'NUMERIC' : 'REAL', note: null };
    case 'boolean':
      return { type: 'BOOLEAN', note: null };
    case 'temporal':
      if (bare === 'date') return { type: 'DATE', note: null };
      if (bare === 'timestamp' || bare === 'timestamp without time zone') return { type: 'DATETIME', note: null };
      return { type: 'TEXT', note: null };
    case 'binary':
      return { type: 'BLOB', note: null };
    case 'array':
      return { type: 'TEXT', note: 'Arrays go as JSON text.', arrayAsJson: true };
    case 'json':
      return { type: 'TEXT', note: 'JSON goes as text.' };
    case 'enum':
      return { type: 'TEXT', note: 'The labels become a check.' };
    case 'other':
      return { type: 'TEXT', note: `${column.type} goes as its text.` };
    default:
      return { type: 'TEXT', note: null };
  }
}

/** What a column becomes in another database, by its type and what its values are. */
export function mapType(from: Dialect, to: Dialect, column: ColumnInfo, seen: ColumnSurvey): MappedType {
  if (from.engine === to.engine) {
    if (from.engine === 'postgres' && column.family === 'enum') return { type: 'text', note: 'The labels become a check.' };
    if (from.engine === 'postgres' && column.family === 'other' && !/^(?:inet|cidr|macaddr8?|tsvector|tsquery|xml|bit|bit varying|point|line|lseg|box|path|polygon|circle|pg_lsn|\w+range|\w+multirange)\b/.test(column.type)) {
      return { type: 'text', note: `${column.type} goes as its text.` };
    }
    return { type: column.type, note: null };
  }
  return to.engine === 'postgres' ? sqliteToPostgres(column, seen) : postgresToSqlite(column, seen);
}
