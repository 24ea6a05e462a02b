import type { ColumnInfo } from '../wire/catalog';
import { isLongCell, type Cell } from '../wire/cells';
import type { ChangeParts, WriteValue } from './changeSql';
import { postgresLiteral } from './literals';

/**
 * Types whose `=` is true for the very same value alone. Others are compared by their text: they have no equality
 * (json, xml, point), or one that takes 1.0 for 1.00, -0 for 0, a month for 30 days.
 */
const exact = new RegExp(
  `^(${[
    'smallint|integer|bigint|oid|boolean|uuid|date|bytea|inet|cidr|macaddr8?|name|pg_lsn|"char"|money',
    'text|character( varying)?|bpchar|bit( varying)?',
    'timestamp|time'
  ].join('|')})(\\(\\d+\\))?( with(out)? time zone)?$`
);

const typeOf = (column: ColumnInfo): string => column.base ?? column.type;

export const isExactType = (column: ColumnInfo): boolean =>
  column.family === 'enum' || exact.test(typeOf(column).replace(/\(\d+\)/, ''));

function isSeen(name: string, column: ColumnInfo, value: Cell, _: unknown, write: WriteValue): string {
  if (value === null) return `${name} IS NULL`;
  if (isLongCell(value)) return isCut(name, value, write);
  return isExactType(column) ? `${name} = ${write(value, column)}` : `${name}::text = ${write(value)}`;
}

function isCut(name: string, value: { head: string | Uint8Array; bytes: number }, write: WriteValue): string {
  const { head, bytes } = value;
  if (typeof head !== 'string') {
    return `octet_length(${name}) = ${write(String(bytes))} AND substr(${name}, 1, ${head.length}) = ${write(head)}`;
  }
  // The head may end within a character.
  const whole = head.replace(/\ufffd$/, '');
  return `octet_length(${name}::text) = ${write(String(bytes))} AND left(${name}::text, ${[...whole].length}) = ${write(whole)}`;
}

/** Integers as digits, true and false as words; all else as a quoted text, as the engine itself writes it. */
function literal(value: Cell, column?: ColumnInfo): string {
  if (typeof value === 'string' && column) {
    if (column.family === 'integer' && /^-?\d{1,18}$/.test(value)) return value;
    if (column.family === 'boolean' && /^[tf]$/.test(value)) return value === 't' ? 'true' : 'false';
  }
  return postgresLiteral(value);
}

/** A place as `tableoid:ctid`: partitions and children have places of their own. */
function placeValues(rowId: string): Cell[] {
  const colon = rowId.indexOf(':');
  return [rowId.slice(0, colon), rowId.slice(colon + 1)];
}

export const postgresChanges: Omit<ChangeParts, 'from' | 'quote'> = {
  placeholder: (place) => `$${place}`,
  literal,
  isKey: (name, column, value, write) => (value === null ? `${name} IS NULL` : `${name} = ${write(value, column)}`),
  isKeyExact: (column, value) => value !== null && !isLongCell(value) && isExactType(column),
  isSeen,
  placeValues,
  isAt: (_, [table, place]) => `tableoid = ${table} AND ctid = ${place}`,
  place: () => "tableoid || ':' || ctid",
  defaultOf: () => 'DEFAULT',
  overriding: ' OVERRIDING SYSTEM VALUE'
};
