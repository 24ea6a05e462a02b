import type { Migration, MigrationStep, ObstacleQuery } from '../wire/migration';
import type { ColumnDefinition, Dependant, ForeignKeyDefinition, TableDefinition } from '../wire/tableDefinition';
import { postgres } from './postgres';
import { checkSql, columnSql, commentSql, foreignKeySql, fullName, indexSql, keySql, rewrite, valueSql } from './postgresTableSql';
import { canonicalType, castsByItself, mayRound } from './postgresTypes';
import { migrationOf, step, type MigrationSurroundings } from './schemaSql';
import { columnChange, isSame, listChange, problemsOf, renameOrder, type ColumnChange, type KeptColumn } from './tableChange';

const { quote, literal } = postgres;

const isRetyped = (k: KeptColumn): boolean =>
  canonicalType(k.from.type) !== canonicalType(k.to.type) || k.from.collation !== k.to.collation;

/** From one definition of a Postgres table to another: the narrowest statements, in an order that works. */
export function migratePostgres(from: TableDefinition, to: TableDefinition, around: MigrationSurroundings = { dependants: [] }): Migration {
  const relation = { schema: from.schema, relation: from.relation };
  if (isSame(from, to)) return migrationOf(relation, []);
  const change = columnChange(from, to);
  const problems = [...problemsOf(to, false), ...brokenDependants(change, around.dependants)];
  if (problems.length > 0) return migrationOf(relation, [], { problems });
  const plan = new PostgresPlan(from, to, change);
  const remade = dependantsOfRetyped(change, around.dependants);
  for (const d of [...remade].reverse()) plan.say(`DROP ${d.kind.toUpperCase()} ${quote(d.schema)}.${quote(d.name)}`, `Drops the ${d.kind} ${d.name}, which reads a column that changes its type`);
  plan.all();
  for (const d of remade) for (const { text } of postgres.split(d.sql!)) plan.say(text, `Makes the ${d.kind} ${d.name} again`);
  return migrationOf(relation, plan.steps);
}

/** Views that read a column which goes, in words. */
function brokenDependants(change: ColumnChange, dependants: readonly Dependant[]): string[] {
  return change.dropped.flatMap((c) =>
    dependants
      .filter((d) => d.columns.includes(c.name))
      .map((d) => `The ${d.kind} ${d.schema}.${d.name} reads the column ${c.name}. Change or drop it first.`)
  );
}

/** Views to drop and make again, in the order in which they can be made; those that read them come with them. */
function dependantsOfRetyped(change: ColumnChange, dependants: readonly Dependant[]): Dependant[] {
  const retyped = new Set(change.kept.filter(isRetyped).map((k) => k.from.name));
  const touched = dependants.some((d) => d.columns.some((c) => retyped.has(c)));
  return touched ? dependants.filter((d) => d.sql !== null && (d.columns.length === 0 || d.columns.some((c) => retyped.has(c)))) : [];
}

/** Gathers the steps of one migration. */
class PostgresPlan {
  readonly steps: MigrationStep[] = [];
  readonly #from: TableDefinition;
  readonly #to: TableDefinition;
  readonly #change: ColumnChange;
  readonly #old: string;
  readonly #table: string;

  constructor(from: TableDefinition, to: TableDefinition, change: ColumnChange) {
    this.#from = from;
    this.#to = to;
    this.#change = change;
    this.#old = fullName(from);
    this.#table = fullName(to);
  }

  say(sql: string, what: string, more: Partial<MigrationStep> = {}): void {
    this.steps.push(step(sql, what, more));
  }

  #alter(action: string, what: string, more: Partial<MigrationStep> = {}): void {
    this.say(`ALTER TABLE ${this.#table} ${action}`, what, more);
  }

  all(): void {
    const from = this.#from;
    const to = this.#to;
    if (from.relation !== to.relation) this.say(`ALTER TABLE ${this.#old} RENAME TO ${quote(to.relation)}`, `Renames the table to ${to.relation}`);
    const triggers = from.triggers.filter((t) => !to.triggers.some((x) => isSame(t, x)));
    for (const t of triggers) this.say(`DROP TRIGGER ${quote(t.name)} ON ${this.#table}`, `Drops the trigger ${t.name}`);
    const keys = this.#constraints();
    const indexes = listChange(from.indexes, to.indexes);
    const remadeIndexes = indexes.changed.filter((c) => !isSame({ ...c.from, name: '' }, { ...c.to, name: '' }));
    for (const i of [...indexes.gone, ...remadeIndexes.map((c) => c.from)]) {
      this.say(`DROP INDEX ${quote(from.schema)}.${quote(i.name)}`, `Drops the index ${i.name}`);
    }
    for (const c of indexes.changed.filter((c) => !remadeIndexes.includes(c))) {
      this.say(`ALTER INDEX ${quote(from.schema)}.${quote(c.from.name)} RENAME TO ${quote(c.to.name)}`, `Renames the index ${c.from.name} to ${c.to.name}`);
    }
    this.#columns();
    keys();
    for (const i of [...remadeIndexes.map((c) => c.to), ...indexes.come]) {
      this.say(indexSql(to, i), `Makes the index ${i.name}`, { obstacles: i.unique ? this.#sameRows(i.on.split(','), i.where) : [] });
    }
    for (const t of to.triggers.filter((t) => !from.triggers.some((x) => isSame(t, x)))) this.say(t.sql.replace(/;\s*$/, ''), `Makes the trigger ${t.name}`);
    this.#comments();
  }

  /** Drops and renames constraints at once; gives what adds those that come, for when the columns are there. */
  #constraints(): () => void {
    const from = this.#from;
    const to = this.#to;
    const gone: { name: string }[] = [];
    const add: (() => void)[] = [];
    type Named = { id: string; name: string | null };
    const compare = <T extends Named>(before: readonly T[], after: readonly T[], kind: string, sql: (x: T) => string, obstacles: (x: T) => ObstacleQuery[]): void => {
      const change = listChange(before, after);
      for (const c of change.changed) {
        if (c.to.name !== null && isSame({ ...c.from, name: '' }, { ...c.to, name: '' })) {
          this.#alter(`RENAME CONSTRAINT ${quote(c.from.id)} TO ${quote(c.to.name)}`, `Renames the ${kind} ${c.from.id}`);
        } else {
          gone.push({ name: c.from.id });
          add.push(() => this.#alter(`ADD ${sql(c.to)}`, `Makes the ${kind} anew`, { obstacles: obstacles(c.to) }));
        }
      }
      for (const c of change.gone) gone.push({ name: c.id });
      for (const c of change.come) add.push(() => this.#alter(`ADD ${sql(c)}`, `Adds the ${kind}${c.name === null ? '' : ` ${c.name}`}`, { obstacles: obstacles(c) }));
    };
    const one = <T>(x: T | null): T[] => (x === null ? [] : [x]);
    const names = (ids: readonly string[]): string[] => ids.map((id) => quote(id));
    compare(one(from.primaryKey), one(to.primaryKey), 'primary key', (k) => keySql(to, k, true), (k) => [...this.#sameRows(names(k.columns), null), ...k.columns.flatMap((id) => this.#nulls(id))]);
    compare(from.uniques, to.uniques, 'unique key', (k) => keySql(to, k, false), (k) => this.#sameRows(names(k.columns), null));
    compare(from.checks, to.checks, 'check', (c) => checkSql(to, c), (c) => (c.kind === 'check' ? [{ what: `Rows that do not fit the check ${c.name ?? c.sql}`, sql: `SELECT * FROM ${this.#old} WHERE NOT (${c.sql})` }] : []));
    compare(from.foreignKeys, to.foreignKeys, 'foreign key', (k) => foreignKeySql(to, k), (k) => this.#orphans(k));
    // Foreign keys go first: what they point to may be the key that goes next.
    for (const { name } of gone.reverse()) this.#alter(`DROP CONSTRAINT ${quote(name)}`, `Drops the constraint ${name}`);
    return () => add.forEach((run) => run());
  }

  #columns(): void {
    const { kept, added, dropped, renamed } = this.#change;
    const relation = { schema: this.#from.schema, relation: this.#from.relation };
    for (const c of dropped) this.#alter(`DROP COLUMN ${quote(c.name)}`, `Drops column ${c.name}`, { loses: [{ kind: 'column', relation, column: c.name }] });
    for (const r of renameOrder(renamed, this.#from.columns.map((c) => c.name))) {
      this.#alter(`RENAME COLUMN ${quote(r.from)} TO ${quote(r.to)}`, `Renames column ${r.from} to ${r.to}`);
    }
    for (const k of kept) this.#column(k);
    for (const c of added) {
      const obstacles = !c.nullable && !c.generated && !c.identity && (c.default ?? '').trim() === '' && !/serial/i.test(c.type)
        ? [{ what: `Rows that would have no value in ${c.name}; give it a default`, sql: `SELECT * FROM ${this.#old}` }]
        : [];
      this.#alter(`ADD COLUMN ${columnSql(this.#to, c)}`, `Adds column ${c.name}`, { obstacles });
    }
  }

  #column(k: KeptColumn): void {
    const { from, to } = k;
    const column = `ALTER COLUMN ${quote(to.name)}`;
    const relation = { schema: this.#from.schema, relation: this.#from.relation };
    const retyped = isRetyped(k);
    if (!isSame(from.generated, to.generated)) {
      if (to.generated === null) this.#alter(`${column} DROP EXPRESSION`, `${to.name} is computed no more; its values stay`);
      else if (from.generated?.stored === to.generated.stored) this.#alter(`${column} SET EXPRESSION AS (${rewrite(to.generated.sql, this.#to)})`, `Computes ${to.name} anew`);
      else {
        this.#alter(`DROP COLUMN ${quote(to.name)}`, `Drops column ${to.name}, to be made again as a computed one`, { loses: from.generated ? [] : [{ kind: 'column', relation, column: from.name }] });
        this.#alter(`ADD COLUMN ${columnSql(this.#to, to)}`, `Adds column ${to.name} again, computed`);
        return;
      }
    }
    const fresh = to.generated ? null : to.default;
    const old = from.generated ? null : from.default;
    if (from.identity !== null && to.identity === null) this.#alter(`${column} DROP IDENTITY`, `${to.name} counts no more`);
    if (old !== null && (retyped || fresh === null)) this.#alter(`${column} DROP DEFAULT`, `Takes the default of ${to.name} away`);
    if (retyped) this.#retype(k, column);
    if (fresh !== null && fresh.trim() !== '' && (retyped || fresh !== old)) this.#alter(`${column} SET DEFAULT ${fresh}`, `Sets the default of ${to.name}`);
    if (from.nullable && !to.nullable) this.#alter(`${column} SET NOT NULL`, `${to.name} must have a value`, { obstacles: this.#nulls(from.id) });
    if (to.identity !== null && from.identity === null) this.#alter(`${column} ADD ${valueSql(this.#to, to)}`, `${to.name} counts by itself`);
    else if (to.identity !== null && to.identity !== from.identity) this.#alter(`${column} SET GENERATED ${to.identity.toUpperCase()}`, `Changes who gives ${to.name} its values`);
    if (!from.nullable && to.nullable && to.identity === null) this.#alter(`${column} DROP NOT NULL`, `${to.name} may be NULL`);
  }

  #retype(k: KeptColumn, column: string): void {
    const { from, to } = k;
    const collation = to.collation ? ` COLLATE ${to.collation}` : '';
    const given = to.using?.trim() ?? '';
    const isAutomatic = castsByItself(from.type, to.type);
    const using = given !== '' ? ` USING ${given}` : isAutomatic ? '' : ` USING ${quote(to.name)}::${to.type}`;
    const loses = given === '' && mayRound(from.type, to.type) ? [{ kind: 'words' as const, words: `Values of ${to.name} may be rounded to ${to.type}.` }] : [];
    const sql = `SELECT * FROM ${this.#old} WHERE NOT pg_catalog.pg_input_is_valid(${quote(from.name)}::text, ${literal(to.type)})`;
    const obstacles = given === '' ? [{ what: `Rows whose ${from.name} is no ${to.type}`, sql }] : [];
    this.#alter(`${column} TYPE ${to.type}${collation}${using}`, `Changes the type of ${to.name} from ${from.type} to ${to.type}`, { loses, obstacles });
  }

  #comments(): void {
    const { kept, added } = this.#change;
    if ((this.#from.comment ?? '') !== (this.#to.comment ?? '')) this.say(commentSql(`TABLE ${this.#table}`, this.#to.comment), 'Sets the comment of the table');
    const say = (c: ColumnDefinition): void => this.say(commentSql(`COLUMN ${this.#table}.${quote(c.name)}`, c.comment), `Sets the comment of ${c.name}`);
    for (const k of kept) if ((k.from.comment ?? '') !== (k.to.comment ?? '')) say(k.to);
    for (const c of added) if (c.comment) say(c);
  }

  #exists(id: string): boolean {
    return this.#from.columns.some((c) => c.id === id);
  }

  #nulls(id: string): ObstacleQuery[] {
    if (!this.#exists(id)) return [];
    return [{ what: `Rows without a value in ${id}`, sql: `SELECT * FROM ${this.#old} WHERE ${quote(id)} IS NULL` }];
  }

  /** Rows that are the same in what is to be unique. */
  #sameRows(parts: readonly string[], where: string | null): ObstacleQuery[] {
    const list = parts.map((p) => p.trim().replace(/\s+(?:ASC|DESC)\b/gi, '').replace(/\s+NULLS\s+(?:FIRST|LAST)\b/gi, '')).join(', ');
    if (this.#change.added.some((c) => list.includes(quote(c.id)) || list.includes(quote(c.name)))) return [];
    const condition = where ? `(${where})` : 'true';
    const sql = `SELECT * FROM ${this.#old} WHERE ${condition} AND (${list}) IN (SELECT ${list} FROM ${this.#old} WHERE ${condition} GROUP BY ${list} HAVING count(*) > 1) ORDER BY ${list}`;
    return [{ what: `Rows that have the same ${list}`, sql }];
  }

  #orphans(key: ForeignKeyDefinition): ObstacleQuery[] {
    if (!key.columns.every((id) => this.#exists(id)) || key.targetColumns.length !== key.columns.length) return [];
    const match = key.columns.map((id, i) => `p.${quote(key.targetColumns[i]!)} = c.${quote(id)}`).join(' AND ');
    const notNull = key.columns.map((id) => `c.${quote(id)} IS NOT NULL`).join(' AND ');
    const target = fullName(key.target);
    return [
      {
        what: `Rows that point to no row of ${key.target.relation}`,
        sql: `SELECT c.* FROM ${this.#old} c WHERE ${notNull} AND NOT EXISTS (SELECT FROM ${target} p WHERE ${match})`
      }
    ];
  }
}
