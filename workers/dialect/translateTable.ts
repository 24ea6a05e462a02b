import type { ColumnInfo, RelationInfo } from '../wire/catalog';
import type { ColumnDefinition, ForeignKeyDefinition, IndexDefinition, KeyDefinition, TableDefinition } from '../wire/tableDefinition';
import { portableDefault } from './copyPlan';
import type { Dialect } from './dialect';
import { fold, likeOf } from './named';
import { isSameType } from './compareSchemas';
import { mapType } from './typeMap';

/** A table with what the catalog knows of its columns. */
export interface CataloguedTable {
  table: TableDefinition;
  info: RelationInfo;
}

/** Of a column whose values nobody has looked at. */
const NOTHING_SEEN = { integers: 0, reals: 0, texts: 0, blobs: 0, unfit: 0, textKind: 'text' as const, plainMoments: true, onlyBits: true, fitsReal: true };

const PLAIN_INDEX = /^(?:btree)?$/i;

/** The columns of an index, folded, with DESC where it is said; null where it is on an expression or a part of the rows. */
function indexColumns(index: IndexDefinition, table: TableDefinition): string[] | null {
  if (index.where !== null || !PLAIN_INDEX.test(index.method) || index.tail.trim() !== '') return null;
  const parts: string[] = [];
  for (const part of index.on.split(',')) {
    const [, name = '', direction = ''] = /^\s*(.*?)\s*(ASC|DESC)?\s*$/is.exec(part) ?? [];
    const bare = /^(["`[]).*["`\]]$/s.test(name) ? name.slice(1, -1) : name;
    const column = table.columns.find((c) => fold(c.name) === fold(bare));
    if (!column) return null;
    parts.push(`${fold(column.name)}${/desc/i.test(direction) ? ' DESC' : ''}`);
  }
  return parts;
}

const keyColumns = (key: { columns: readonly string[] }, table: TableDefinition): string =>
  JSON.stringify(key.columns.map((id) => fold(table.columns.find((c) => c.id === id)?.name ?? id)));

const foreignColumns = (key: ForeignKeyDefinition, table: TableDefinition): string => `${keyColumns(key, table)} ${fold(key.target.relation)}`;

/**
 * A table of another engine as this one would define it: types by the table that copies go by, defaults that both
 * understand, keys, foreign keys and plain indexes. What is the same in the table as it is stays as it is written there,
 * and what cannot be compared (checks, triggers, partial indexes) stays as well.
 * @param mine the table as it is, null for one that is to be made
 */
export function translateTable(from: Dialect, to: Dialect, theirs: CataloguedTable, mine: CataloguedTable | null): TableDefinition {
  const columnName = (c: ColumnInfo): string => c.name;
  const isInKey = (c: ColumnDefinition): boolean => theirs.table.primaryKey?.columns.includes(c.id) === true;
  const translated = (c: ColumnDefinition): ColumnDefinition => {
    const info = theirs.info.columns.find((x) => x.name === c.name)!;
    const likeInfo = mine && likeOf(info, theirs.info.columns, mine.info.columns, columnName);
    const like = likeInfo && mine.table.columns.find((x) => x.name === likeInfo.name);
    const nullable = isInKey(c) ? (to.engine === 'postgres' ? false : (like?.nullable ?? c.nullable)) : c.nullable;
    const { type } = mapType(from, to, info, { ...NOTHING_SEEN, name: c.name });
    if (like && likeInfo) return { ...like, id: c.id, nullable, ...(isSameType(likeInfo, info, false) ? {} : { type, default: null, collation: null }) };
    const isCounted = c.identity !== null || /^nextval\(/i.test(c.default ?? '') || (from.engine === 'sqlite' && info.keyPlace > 0 && theirs.table.primaryKey?.columns.length === 1 && /^integer$/i.test(c.type));
    const counts = isCounted && to.engine === 'postgres' && /^(?:smallint|integer|bigint)$/i.test(type);
    return {
      ...c, type, nullable, identity: counts ? 'by default' : null, generated: null, collation: null, comment: null, using: null, onNull: '',
      default: c.default === null || isCounted || c.generated ? null : portableDefault(c.default, type)
    };
  };
  const bare = (key: KeyDefinition): KeyDefinition => ({ ...key, name: null, modifiers: key.columns.map(() => ''), tail: '', nullsNotDistinct: false, inline: false });
  /** Of the same columns; its own columns go by the ids of the other table, as those of all here. */
  const asIs = <K extends { columns: string[] }>(key: K, as: { columns: string[] }): K => ({ ...key, columns: as.columns });
  const sameKey = (keys: readonly KeyDefinition[], key: KeyDefinition): KeyDefinition | undefined =>
    mine ? keys.find((k) => keyColumns(k, mine.table) === keyColumns(key, theirs.table)) : undefined;
  const key = (k: KeyDefinition, keys: readonly KeyDefinition[]): KeyDefinition => {
    const same = sameKey(keys, k);
    return same ? asIs(same, k) : bare(k);
  };

  const uniqueOf = (columns: string): boolean =>
    mine !== null && (mine.table.uniques.some((k) => keyColumns(k, mine.table) === columns) || mine.table.indexes.some((i) => i.unique && JSON.stringify(indexColumns(i, mine.table)) === columns));
  // A unique key and a unique index keep the same rows out: where one of them is there, neither is made nor dropped.
  const wantedUniques = new Set([...theirs.table.uniques.map((k) => keyColumns(k, theirs.table)), ...theirs.table.indexes.filter((i) => i.unique).map((i) => JSON.stringify(indexColumns(i, theirs.table)))]);
  const uniques = theirs.table.uniques.filter((k) => sameKey(mine?.table.uniques ?? [], k) || !uniqueOf(keyColumns(k, theirs.table))).map((k) => key(k, mine?.table.uniques ?? []));
  for (const own of mine?.table.uniques ?? []) {
    const columns = keyColumns(own, mine!.table);
    if (!wantedUniques.has(columns) || theirs.table.uniques.some((k) => keyColumns(k, theirs.table) === columns)) continue;
    uniques.push({ ...own, columns: own.columns.map((id) => theirs.table.columns.find((c) => fold(c.name) === fold(mine!.table.columns.find((x) => x.id === id)?.name ?? id))?.id ?? id) });
  }

  const indexes: IndexDefinition[] = (mine?.table.indexes ?? []).filter((i) => {
    const columns = indexColumns(i, mine!.table);
    if (columns === null) return true;
    const text = JSON.stringify(columns);
    return i.unique ? wantedUniques.has(text) : theirs.table.indexes.some((x) => !x.unique && JSON.stringify(indexColumns(x, theirs.table)) === text);
  });
  for (const index of theirs.table.indexes) {
    const columns = indexColumns(index, theirs.table);
    if (columns === null) continue;
    const text = JSON.stringify(columns);
    if (index.unique ? uniqueOf(text) : indexes.some((i) => !i.unique && mine && JSON.stringify(indexColumns(i, mine.table)) === text)) continue;
    const on = index.on.split(',').map((part, at) => {
      const desc = columns[at]!.endsWith(' DESC');
      const name = desc ? columns[at]!.slice(0, -5) : columns[at]!;
      return `${to.quote(theirs.table.columns.find((c) => fold(c.name) === name)!.name, true)}${desc ? ' DESC' : ''}`;
    });
    indexes.push({ ...index, id: `new:${index.name}`, method: to.engine === 'postgres' ? 'btree' : '', on: on.join(', '), tail: '', where: null });
  }

  return {
    ...theirs.table,
    columns: theirs.table.columns.map(translated),
    primaryKey: theirs.table.primaryKey && key(theirs.table.primaryKey, mine?.table.primaryKey ? [mine.table.primaryKey] : []),
    uniques,
    foreignKeys: theirs.table.foreignKeys.map((k): ForeignKeyDefinition => {
      const same = mine?.table.foreignKeys.find((x) => foreignColumns(x, mine.table) === foreignColumns(k, theirs.table));
      return same ? asIs(same, k) : { ...k, id: `new:${k.id}`, name: null, tail: '' };
    }),
    // The labels of an enum become a check.
    checks: mine?.table.checks ?? theirs.info.columns.flatMap((c) => {
      const values = c.labels?.map((label) => to.literal(label)).join(', ');
      return values && from.engine !== to.engine ? [{ id: `new:${c.name}`, name: null, kind: 'check' as const, sql: `${to.quote(c.name, true)} IN (${values})`, tail: '' }] : [];
    }),
    indexes,
    comment: mine?.table.comment ?? null,
    strict: mine?.table.strict ?? false,
    withoutRowid: mine?.table.withoutRowid ?? false
  };
}
