import type { Dialect } from '../dialect/dialect';
import type { Catalog, ColumnInfo, ForeignKey, RelationInfo, RelationKind, SchemaInfo } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { isErrorData } from '../wire/errors';
import { hasModule } from './builds';
import { markShadows, moduleOf, unavailableTables } from './modules';
import { quoteName, schemaObjects, textOf, type SchemaObject } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import { primaryKey } from '../dialect/primaryKey';

const GENERATED = [null, null, 'virtual', 'stored'] as const;

function columnOf(dialect: Dialect, row: readonly Cell[]): ColumnInfo {
  const [name, type, notNull, dflt, pk, hidden] = row;
  const declared = textOf(type);
  return {
    name: textOf(name),
    type: declared,
    family: dialect.familyOf(declared),
    nullable: notNull !== 1,
    default: dflt === null || dflt === undefined ? null : textOf(dflt),
    keyPlace: Number(pk),
    generated: GENERATED[Number(hidden)] ?? null,
    identity: null,
    hidden: hidden === 1
  };
}

const COLUMNS = 'name, type, "notnull", dflt_value, pk, hidden';

/** Columns of all ordinary tables of a schema in one statement; by relation. */
function tableColumns(connection: SqliteConnection, dialect: Dialect, schema: string): Map<string, ColumnInfo[]> {
  const found = new Map<string, ColumnInfo[]>();
  const rows = connection.query(
    `SELECT s.name, ${COLUMNS.split(', ').map((c) => `c.${c}`).join(', ')}
     FROM ${quoteName(schema)}.sqlite_schema s, pragma_table_xinfo(s.name, ?1) c
     WHERE s.type = 'table' AND s.sql NOT LIKE 'create virtual%'`,
    [schema]
  );
  for (const [relation, ...column] of rows) {
    const name = textOf(relation);
    const columns = found.get(name);
    if (columns) columns.push(columnOf(dialect, column));
    else found.set(name, [columnOf(dialect, column)]);
  }
  return found;
}

/** Columns of one relation; throws EngineErrorData where SQLite cannot tell (a missing module, a broken view). */
export function relationColumns(
  connection: SqliteConnection,
  dialect: Dialect,
  schema: string,
  relation: string
): ColumnInfo[] {
  const rows = connection.query(`SELECT ${COLUMNS} FROM pragma_table_xinfo(?1, ?2)`, [relation, schema]);
  return rows.map((row) => columnOf(dialect, row));
}

/** Foreign keys of every table of a schema whose DDL speaks of references; by table. */
export function foreignKeys(connection: SqliteConnection, schema: string): Map<string, ForeignKey[]> {
  const found = new Map<string, ForeignKey[]>();
  const rows = connection.query(
    `SELECT s.name, s.sql, k.id, k."table", k."from", k."to", k.on_update, k.on_delete
     FROM ${quoteName(schema)}.sqlite_schema s, pragma_foreign_key_list(s.name, ?1) k
     WHERE s.type = 'table' AND s.sql LIKE '%references%'
     ORDER BY s.rowid, k.id DESC, k.seq`,
    [schema]
  );
  let last = '';
  for (const [owner, sql, id, table, from, to, onUpdate, onDelete] of rows) {
    const name = textOf(owner);
    const keys = found.get(name) ?? [];
    found.set(name, keys);
    const mark = `${name}\0${String(id)}`;
    if (mark !== last) {
      keys.push({
        name: '',
        columns: [],
        target: { schema, relation: textOf(table) },
        targetColumns: [],
        onDelete: textOf(onDelete),
        onUpdate: textOf(onUpdate),
        // Deferral is told by no pragma; one that is deferred says so in the DDL.
        deferrable: /\bdeferrable\s+initially\s+deferred\b/i.test(textOf(sql)) ? 'deferred' : 'no'
      });
    }
    last = mark;
    const key = keys.at(-1)!;
    key.columns.push(textOf(from));
    if (to !== null) key.targetColumns.push(textOf(to));
  }
  return found;
}

/** Columns of the unique keys beside the primary one, by table; those of expressions or of a part of the rows are left out. */
function uniqueKeys(connection: SqliteConnection, schema: string): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  const rows = connection.query(
    `SELECT s.name, l.name, json_group_array(c.name ORDER BY c.seqno)
     FROM ${quoteName(schema)}.sqlite_schema s, pragma_index_list(s.name, ?1) l, pragma_index_info(l.name, ?1) c
     WHERE s.type = 'table' AND s.sql NOT LIKE 'create virtual%' AND l."unique" AND NOT l.partial AND l.origin <> 'pk'
     GROUP BY s.name, l.name`,
    [schema]
  );
  for (const [relation, , names] of rows) {
    const columns = JSON.parse(textOf(names)) as (string | null)[];
    // An expression has no name.
    if (columns.includes(null)) continue;
    const name = textOf(relation);
    found.set(name, [...(found.get(name) ?? []), columns as string[]]);
  }
  return found;
}

/** A foreign key without target columns means the target's primary key; its relation's name is written as it is. */
function completeKeys(relations: RelationInfo[]): void {
  const byName = new Map(relations.map((r) => [r.relation.toLowerCase(), r]));
  for (const relation of relations) {
    for (const key of relation.foreignKeys) {
      const target = byName.get(key.target.relation.toLowerCase());
      if (!target) continue;
      key.target = { schema: target.schema, relation: target.relation };
      if (key.targetColumns.length === 0) {
        const primary = primaryKey(target.columns);
        key.targetColumns = primary.map((c) => c.name);
      }
      key.targetColumns = key.targetColumns.map((name) => spelled(target, name));
      key.columns = key.columns.map((name) => spelled(relation, name));
    }
  }
}

/** A column's name as its table spells it: a foreign key may spell it otherwise. */
const spelled = (relation: RelationInfo, name: string): string =>
  relation.columns.find((c) => c.name === name)?.name ??
  relation.columns.find((c) => c.name.toLowerCase() === name.toLowerCase())?.name ??
  name;

/** Row numbers that ANALYZE left behind, by table. */
function analysedRows(connection: SqliteConnection, schema: string, objects: SchemaObject[]): Map<string, number> {
  if (!objects.some((o) => o.name === 'sqlite_stat1')) return new Map();
  const rows = connection.query(`SELECT tbl, max(CAST(stat AS INTEGER)) FROM ${quoteName(schema)}.sqlite_stat1 GROUP BY tbl`);
  return new Map(rows.map(([table, count]) => [textOf(table), Number(count)]));
}

/** How many indexes and triggers tables have, by their names in lower case. */
function partsOf(objects: readonly SchemaObject[]): Map<string, NonNullable<RelationInfo['parts']>> {
  const found = new Map<string, NonNullable<RelationInfo['parts']>>();
  for (const { type, table } of objects) {
    if (type !== 'index' && type !== 'trigger') continue;
    const key = table.toLowerCase();
    const parts = found.get(key) ?? {};
    parts[type] = (parts[type] ?? 0) + 1;
    found.set(key, parts);
  }
  return found;
}

function kindOf(object: SchemaObject): RelationKind {
  if (object.type === 'view') return 'view';
  return moduleOf(object.sql) === null ? 'table' : 'virtual-table';
}

/** One schema (main, temp, an attached one) as plain data. */
export function readSchema(connection: SqliteConnection, dialect: Dialect, schema: string): SchemaInfo {
  const objects = schemaObjects(connection, schema);
  const columns = tableColumns(connection, dialect, schema);
  const keys = foreignKeys(connection, schema);
  const uniques = uniqueKeys(connection, schema);
  const counts = analysedRows(connection, schema, objects);
  const reasons = unavailableTables(objects, (module) => hasModule(connection.module.build, module));
  const parts = partsOf(objects);
  const relations: RelationInfo[] = [];
  for (const object of objects) {
    if (object.type !== 'table' && object.type !== 'view') continue;
    if (object.name.startsWith('sqlite_')) continue;
    const count = counts.get(object.name);
    const info: RelationInfo = {
      schema,
      relation: object.name,
      kind: kindOf(object),
      columns: columns.get(object.name) ?? [],
      foreignKeys: keys.get(object.name) ?? [],
      rows: count === undefined ? null : { count, exact: false }
    };
    const own = parts.get(object.name.toLowerCase());
    if (own) info.parts = own;
    const reason = reasons.get(object.name);
    if (reason !== undefined) info[info.kind === 'virtual-table' ? 'unavailable' : 'unwritable'] = reason;
    if (info.kind === 'virtual-table' && reason !== undefined) {
      // Nothing can be asked of it.
    } else if (info.kind !== 'table') {
      try {
        info.columns = relationColumns(connection, dialect, schema, object.name);
      } catch (e) {
        if (!isErrorData(e) || connection.broken) throw e;
        info.unavailable = e.hint ?? e.message;
      }
    } else if (info.columns.length === 0) {
      info.unavailable ??= 'Its definition is damaged, so that SQLite knows of no such table.';
    } else {
      markRowid(info, object.sql);
      const unique = uniques.get(object.name);
      if (unique) info.uniqueKeys = unique;
      if (/\bcollate\b/i.test(object.sql)) info.collated = true;
    }
    relations.push(info);
  }
  completeKeys(relations);
  markShadows(relations, objects);
  return { name: schema, relations, functions: [], types: [] };
}

/** A single INTEGER PRIMARY KEY is the rowid and never NULL. */
function markRowid(info: RelationInfo, sql: string): void {
  const key = info.columns.filter((c) => c.keyPlace > 0);
  const only = key[0];
  if (key.length === 1 && only && only.type.toUpperCase() === 'INTEGER' && !/without\s+rowid/i.test(sql)) {
    only.nullable = false;
  }
}

/** All schemas of a connection: main always, temp and attached ones when they hold something. */
export function readCatalog(connection: SqliteConnection, dialect: Dialect): Catalog {
  const names = connection.query('SELECT name FROM pragma_database_list ORDER BY seq').map(([name]) => textOf(name));
  const ordered = ['main', ...names.filter((n) => n !== 'main')];
  const schemas = ordered
    .map((name) => readSchema(connection, dialect, name))
    .filter((s) => s.name === 'main' || s.relations.length > 0);
  return { schemas, defaultSchema: 'main', extensions: [] };
}
