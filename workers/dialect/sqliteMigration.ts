import { scanSqlite } from '../split/scanSqlite';
import type { Loss, Migration, MigrationStep, ObstacleQuery } from '../wire/migration';
import type { ColumnDefinition, ForeignKeyDefinition, TableDefinition } from '../wire/tableDefinition';
import { speaksOf } from './renamedColumns';
import { rowidColumn } from './rowidColumn';
import { migrationOf, step } from './schemaSql';
import { sqlite } from './sqlite';
import { columnSql, createTableSql, indexSql, triggerSql } from './sqliteTableSql';
import { columnChange, isSame, listChange, problemsOf, renameOrder, type ColumnChange } from './tableChange';

const { quote } = sqlite;
const full = (schema: string, name: string): string => `${quote(schema)}.${quote(name)}`;

/** What a column is beside its name. */
const bare = ({ name: _name, id: _id, using: _using, ...rest }: ColumnDefinition): unknown => rest;

/** True when ADD COLUMN takes it: SQLite writes the new value into no row. */
function canAdd(column: ColumnDefinition, keys: readonly ForeignKeyDefinition[]): boolean {
  if (column.identity || column.generated?.stored) return false;
  const text = (column.default ?? '').trim();
  const plain = text === '' || /^(?:[+-]?[\d.]+(?:e[+-]?\d+)?|x?'(?:[^']|'')*'|true|false|null)$/i.test(text);
  if (!plain) return false;
  const isNull = text === '' || /^null$/i.test(text);
  if (!column.nullable && isNull && !column.generated) return false;
  return keys.every((key) => key.columns.length === 1 && isNull);
}

/** True when DROP COLUMN takes it: nothing of the table speaks of it. */
function canDrop(column: ColumnDefinition, from: TableDefinition): boolean {
  const name = column.name.toLowerCase();
  const inKey = [from.primaryKey, ...from.uniques, ...from.foreignKeys].some((key) => key?.columns.includes(column.id));
  const inCheck = from.checks.some((check) => speaksOf(check.sql, name, scanSqlite));
  const inGenerated = from.columns.some((c) => c !== column && c.generated && speaksOf(c.generated.sql, name, scanSqlite));
  return !inKey && !inCheck && !inGenerated && !(column.generated?.stored ?? false);
}

/** Keys and checks without their places, which are no part of what they are. */
const constraints = (t: TableDefinition, without: ReadonlySet<unknown> = new Set()): unknown => {
  const strip = <T extends { id: string }>(list: readonly T[]): unknown[] => list.filter((x) => !without.has(x)).map(({ id: _id, ...rest }) => rest);
  return [t.primaryKey ? strip([t.primaryKey]) : null, strip(t.uniques), strip(t.foreignKeys), strip(t.checks)];
};

function mustRebuild(from: TableDefinition, to: TableDefinition, change: ColumnChange): boolean {
  if (from.strict !== to.strict || from.withoutRowid !== to.withoutRowid) return true;
  if (change.kept.some((k) => !isSame(bare(k.from), bare(k.to)))) return true;
  const order = from.columns.filter((c) => to.columns.some((t) => t.id === c.id)).map((c) => c.id);
  if (!isSame([...order, ...change.added.map((c) => c.id)], to.columns.map((c) => c.id))) return true;
  const fresh = to.foreignKeys.filter((k) => k.columns.length === 1 && change.added.some((c) => c.id === k.columns[0]));
  const of = (c: ColumnDefinition): ForeignKeyDefinition[] => fresh.filter((k) => k.columns[0] === c.id);
  if (change.added.some((c) => of(c).length > 1 || !canAdd(c, of(c)))) return true;
  if (change.dropped.some((c) => !canDrop(c, from))) return true;
  return !isSame(constraints(from), constraints(to, new Set(fresh)));
}

const lossOf = (from: TableDefinition, column: ColumnDefinition): Loss => ({
  kind: 'column',
  relation: { schema: from.schema, relation: from.relation },
  column: column.name
});

/** From one definition of an SQLite table to another. */
export function migrateSqlite(from: TableDefinition, to: TableDefinition): Migration {
  const relation = { schema: from.schema, relation: from.relation };
  if (isSame(from, to)) return migrationOf(relation, []);
  const problems = problemsOf(to, true);
  if (problems.length > 0) return migrationOf(relation, [], { problems });
  const change = columnChange(from, to);
  const steps: MigrationStep[] = [];
  const rebuilds = mustRebuild(from, to, change);
  const triggersGone = from.triggers.filter((t) => !to.triggers.some((x) => isSame(t, x)));
  const triggersCome = to.triggers.filter((t) => !from.triggers.some((x) => isSame(t, x)));
  const indexes = listChange(from.indexes, to.indexes);
  for (const t of triggersGone) steps.push(step(`DROP TRIGGER ${full(from.schema, t.name)}`, `Drops the trigger ${t.name}`));
  if (!rebuilds) {
    for (const i of [...indexes.gone, ...indexes.changed.map((c) => c.from)]) {
      steps.push(step(`DROP INDEX ${full(from.schema, i.name)}`, `Drops the index ${i.name}`));
    }
    for (const c of change.dropped) {
      const sql = `ALTER TABLE ${full(from.schema, from.relation)} DROP COLUMN ${quote(c.name)}`;
      steps.push(step(sql, `Drops column ${c.name}`, { loses: [lossOf(from, c)] }));
    }
  }
  if (from.relation !== to.relation) steps.push(renameTableStep(from, to.relation));
  const table = full(to.schema, to.relation);
  const taken = from.columns.map((c) => c.name);
  for (const r of renameOrder(change.renamed, taken)) {
    steps.push(step(`ALTER TABLE ${table} RENAME COLUMN ${quote(r.from)} TO ${quote(r.to)}`, `Renames column ${r.from} to ${r.to}`));
  }
  if (rebuilds) steps.push(...rebuildSteps(from, to, change, triggersCome.map((t) => t.name)));
  else {
    for (const c of change.added) {
      const key = to.foreignKeys.find((k) => k.columns[0] === c.id);
      steps.push(step(`ALTER TABLE ${table} ADD COLUMN ${columnSql(to, c, key)}`, `Adds column ${c.name}`));
    }
    for (const i of [...indexes.changed.map((c) => c.to), ...indexes.come]) {
      steps.push(step(indexSql(to, i), `Makes the index ${i.name}`, { obstacles: i.unique ? duplicates(from, to, i.on, i.where) : [] }));
    }
  }
  for (const t of triggersCome) steps.push(step(t.sql.replace(/;\s*$/, ''), `Makes the trigger ${t.name}`));
  return migrationOf(relation, steps, { rebuilds });
}

const renameTableStep = (from: TableDefinition, name: string): MigrationStep =>
  step(`ALTER TABLE ${full(from.schema, from.relation)} RENAME TO ${quote(name)}`, `Renames the table to ${name}; views, triggers and foreign keys follow`);

/** A name for the table while its rows are copied. */
function standIn(to: TableDefinition): string {
  return `rowhouse_new_${to.relation}`;
}

/** The steps of sqlite.org/lang_altertable.html, with the names as they are wanted already. */
function rebuildSteps(from: TableDefinition, wanted: TableDefinition, change: ColumnChange, newTriggers: readonly string[]): MigrationStep[] {
  // A key that points to its own table follows its new name.
  const own = (name: string): string => (name.toLowerCase() === from.relation.toLowerCase() ? wanted.relation : name);
  const foreignKeys = wanted.foreignKeys.map((k) => ({ ...k, target: { ...k.target, relation: own(k.target.relation) } }));
  const to: TableDefinition = { ...wanted, foreignKeys };
  const name = standIn(to);
  const fresh = full(to.schema, name);
  const old = full(to.schema, to.relation);
  const steps = [step(createTableSql(to, name), 'Makes the table as it is wanted, beside the old one')];
  const copied = change.kept.filter((k) => !k.to.generated).map((k) => quote(k.to.name));
  const rowid = rowidName(from, to, change);
  const columns = [...(rowid ? [rowid] : []), ...copied];
  const losses: Loss[] = [...change.dropped.map((c) => lossOf(from, c)), ...retypeLoss(change)];
  if (columns.length > 0) {
    const list = columns.join(', ');
    steps.push(
      step(`INSERT INTO ${fresh} (${list})\nSELECT ${list} FROM ${old}`, 'Copies the rows', {
        loses: losses,
        obstacles: obstaclesOf(from, to, change)
      })
    );
  }
  const isAuto = (t: TableDefinition): boolean => t.columns.some((c) => c.identity === 'autoincrement');
  if (isAuto(from) && isAuto(to)) {
    const literal = (text: string): string => sqlite.literal(text);
    const sequence = `${quote(to.schema)}.sqlite_sequence`;
    steps.push(
      step(`DELETE FROM ${sequence} WHERE name = ${literal(name)}`, 'Keeps the AUTOINCREMENT counter where it is'),
      step(
        `INSERT INTO ${sequence} (name, seq)\nSELECT ${literal(name)}, seq FROM ${sequence} WHERE name = ${literal(to.relation)}`,
        'Keeps the AUTOINCREMENT counter where it is'
      )
    );
  }
  steps.push(
    step(`DROP TABLE ${old}`, 'Removes the old table; its rows are in the new one'),
    step('PRAGMA legacy_alter_table = on', 'Lets views, triggers and foreign keys of others point where they point'),
    step(`ALTER TABLE ${fresh} RENAME TO ${quote(to.relation)}`, 'Gives the new table its name'),
    step('PRAGMA legacy_alter_table = off', 'Back to the usual')
  );
  for (const i of to.indexes) {
    steps.push(step(indexSql(to, i), `Makes the index ${i.name}`, { obstacles: i.unique ? duplicates(from, to, i.on, i.where) : [] }));
  }
  for (const t of to.triggers) {
    if (newTriggers.includes(t.name)) continue;
    steps.push(step(triggerSql(to, t.sql, from.relation), `Makes the trigger ${t.name} again`));
  }
  return steps;
}

function retypeLoss(change: ColumnChange): Loss[] {
  const retyped = change.kept.filter((k) => k.from.type.toLowerCase() !== k.to.type.toLowerCase());
  if (retyped.length === 0) return [];
  return [{ kind: 'words', words: `Values of ${retyped.map((k) => k.to.name).join(', ')} become the new type where SQLite can convert them.` }];
}

/** What to copy rowids by, so that they stay; null where a column is the rowid, or one has none. */
function rowidName(from: TableDefinition, to: TableDefinition, change: ColumnChange): string | null {
  if (from.withoutRowid || to.withoutRowid || rowidColumn(to)) return null;
  const names = [...change.kept.map((k) => k.to.name), ...to.columns.map((c) => c.name), ...from.columns.map((c) => c.name)].map((n) => n.toLowerCase());
  return ['rowid', '_rowid_', 'oid'].find((name) => !names.includes(name)) ?? null;
}

/** What may stop the copying of the rows, as questions to the old table. */
function obstaclesOf(from: TableDefinition, to: TableDefinition, change: ColumnChange): ObstacleQuery[] {
  const old = full(from.schema, from.relation);
  const found: ObstacleQuery[] = [];
  for (const k of change.kept) {
    if (k.from.nullable && !k.to.nullable) {
      found.push({ what: `Rows without a value in ${k.from.name}`, sql: `SELECT * FROM ${old} WHERE ${quote(k.from.name)} IS NULL` });
    }
    const strict = to.strict ? strictTest(k.to.type, quote(k.from.name)) : null;
    if (strict) found.push({ what: `Rows whose ${k.from.name} is no ${k.to.type}`, sql: `SELECT * FROM ${old} WHERE ${strict}` });
  }
  const byId = new Map(change.kept.map((k) => [k.to.id, k.from.name]));
  const keys = [...(to.primaryKey ? [to.primaryKey] : []), ...to.uniques];
  for (const key of keys) {
    const names = key.columns.map((id) => byId.get(id));
    if (names.some((n) => n === undefined)) continue;
    const list = names.map((n) => quote(n!)).join(', ');
    const notNull = names.map((n) => `${quote(n!)} IS NOT NULL`).join(' AND ');
    found.push({
      what: `Rows that have the same ${names.join(', ')}`,
      sql: `SELECT * FROM ${old} WHERE ${notNull} AND (${list}) IN (SELECT ${list} FROM ${old} GROUP BY ${list} HAVING count(*) > 1) ORDER BY ${list}`
    });
  }
  for (const check of to.checks) {
    if (from.checks.some((c) => c.sql === check.sql)) continue;
    found.push({ what: `Rows that do not fit the check ${check.name ?? check.sql}`, sql: `SELECT * FROM ${old} WHERE NOT (${check.sql})` });
  }
  for (const key of to.foreignKeys) {
    const names = key.columns.map((id) => byId.get(id));
    if (names.some((n) => n === undefined) || key.targetColumns.length !== names.length) continue;
    const target = full(key.target.schema, key.target.relation === to.relation ? from.relation : key.target.relation);
    const match = names.map((n, i) => `p.${quote(key.targetColumns[i]!)} = c.${quote(n!)}`).join(' AND ');
    const notNull = names.map((n) => `c.${quote(n!)} IS NOT NULL`).join(' AND ');
    found.push({
      what: `Rows that point to no row of ${key.target.relation}`,
      sql: `SELECT c.* FROM ${old} c WHERE ${notNull} AND NOT EXISTS (SELECT 1 FROM ${target} p WHERE ${match})`
    });
  }
  return found;
}

/** A text that is no number of this kind, as JSON writes numbers. */
const noNumber = (column: string, kind: string): string =>
  `typeof(${column}) = 'text' AND NOT (json_valid(${column}) AND json_type(${column}) ${kind})`;

/** What a STRICT column refuses; null where it takes anything. */
function strictTest(type: string, column: string): string | null {
  switch (type.toUpperCase()) {
    case 'INT':
    case 'INTEGER':
      return `typeof(${column}) = 'blob' OR typeof(${column}) = 'real' AND ${column} <> CAST(${column} AS INTEGER) OR ${noNumber(column, `= 'integer'`)}`;
    case 'REAL':
      return `typeof(${column}) = 'blob' OR ${noNumber(column, `IN ('integer', 'real')`)}`;
    case 'TEXT':
      return `typeof(${column}) = 'blob'`;
    case 'BLOB':
      return `typeof(${column}) NOT IN ('blob', 'null')`;
    default:
      return null;
  }
}

function duplicates(from: TableDefinition, to: TableDefinition, on: string, where: string | null): ObstacleQuery[] {
  const old = full(from.schema, from.relation);
  const list = on.replace(/\s+(?:ASC|DESC)\b/gi, '');
  // What is indexed is told by the old names; an index on a new column has no rows to show.
  if (to.columns.some((c) => !from.columns.some((f) => f.id === c.id) && speaksOf(list, c.name.toLowerCase(), scanSqlite))) return [];
  const condition = where ? `(${where})` : '1';
  return [
    {
      what: `Rows that have the same ${on}`,
      sql: `SELECT * FROM ${old} WHERE ${condition} AND (${list}) IN (SELECT ${list} FROM ${old} WHERE ${condition} GROUP BY ${list} HAVING count(*) > 1) ORDER BY ${list}`
    }
  ];
}
