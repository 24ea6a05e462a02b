import type { ColumnInfo, RelationInfo } from '../wire/catalog';
import { isBrokenText, isLongCell, type Cell } from '../wire/cells';
import type { ChangeParts, WriteValue } from './changeSql';
import { sqliteLiteral } from './literals';
import { rowidName } from './rowidName';

const encoder = new TextEncoder();

const isText = (value: Cell): boolean => typeof value === 'string' || isBrokenText(value);

/** `IS` takes NULL for a value, and compares by storage class. */
function isSeen(name: string, _: ColumnInfo, value: Cell, relation: RelationInfo, write: WriteValue): string {
  if (value === null) return `${name} IS NULL`;
  if (isLongCell(value)) {
    // The head may end within a character.
    const head = typeof value.head === 'string' ? encoder.encode(value.head.replace(/\ufffd$/, '')) : value.head;
    return `octet_length(${name}) = ${write(value.bytes)} AND substr(CAST(${name} AS BLOB), 1, ${head.length}) = ${write(head)}`;
  }
  // A column's own collation may take different texts for the same.
  return `${name} IS ${write(value)}${isText(value) && relation.collated ? ' COLLATE BINARY' : ''}`;
}

/** `DEFAULT` as SQLite keeps it is an expression, or a bare or quoted word that stands for a text. */
function defaultOf(column: ColumnInfo): string {
  const sql = column.default;
  if (sql === null) return 'NULL';
  const quoted = /^"((?:[^"]|"")*)"$/.exec(sql);
  if (quoted) return sqliteLiteral(quoted[1]!.replaceAll('""', '"'));
  const isWord = /^[A-Za-z_][A-Za-z0-9_]*$/.test(sql) && !/^(null|true|false|current_(date|time|timestamp))$/i.test(sql);
  return isWord ? sqliteLiteral(sql) : `(${sql})`;
}

export const sqliteChanges: Omit<ChangeParts, 'from' | 'quote'> = {
  placeholder: (place) => `?${place}`,
  literal: sqliteLiteral,
  isKey: (name, _, value, write) => (value === null ? `${name} IS NULL` : `${name} = ${write(value)}`),
  isKeyExact: (_, value, relation) => value !== null && !isLongCell(value) && !(isText(value) && relation.collated === true),
  isSeen,
  placeValues(rowId) {
    const place = BigInt(rowId);
    return [Number.isSafeInteger(Number(place)) ? Number(place) : place];
  },
  isAt: (relation, [rowid]) => `${rowidName(relation)} = ${rowid}`,
  place(relation) {
    const name = rowidName(relation);
    return name && `CAST(${name} AS TEXT)`;
  },
  defaultOf,
  overriding: ''
};
