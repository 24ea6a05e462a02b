import type { EngineKind } from '../wire/results';
import type { Migration } from '../wire/migration';
import type { ColumnDefinition, ForeignKeyDefinition, IndexDefinition, KeyDefinition, TableDefinition } from '../wire/tableDefinition';
import type { Dbml, DbmlColumn, DbmlEnd, DbmlEnum, DbmlTable } from './dbml';
import { DbmlError } from './dbmlTokens';
import { dialectOf } from './dialectOf';
import { migrationOf } from './schemaSql';
import { schemaSqlOf } from './schemaSqlOf';

/** Types that designs name and Postgres calls otherwise. */
const POSTGRES_TYPES: Record<string, string> = {
  datetime: 'timestamp',
  tinyint: 'smallint',
  mediumint: 'integer',
  double: 'double precision',
  blob: 'bytea',
  longblob: 'bytea',
  binary: 'bytea',
  varbinary: 'bytea',
  nvarchar: 'varchar',
  string: 'text',
  longtext: 'text',
  mediumtext: 'text',
  tinytext: 'text',
  any: 'text',
  number: 'numeric'
};

const isInteger = (type: string): boolean => /^(?:big|small|tiny|medium)?int(?:eger)?\d?(?:\(\d+\))?$/i.test(type);

/**
 * The statements that make a design in an empty database: schemas and enums, tables, then foreign keys, so that rings are
 * no matter. SQLite, which has no enums, checks their labels; its one schema takes all tables. Throws DbmlError.
 */
export function designSql(dbml: Dbml, engine: EngineKind): Migration {
  const sql = schemaSqlOf(engine);
  const { defaultSchema } = dialectOf(engine);
  const maker = new DesignMaker(dbml, engine, defaultSchema);
  const tables = dbml.tables.map((t) => maker.table(t));
  const steps: Migration['steps'] = [];
  const problems: string[] = [];
  const add = (made: Migration): void => {
    steps.push(...made.steps);
    problems.push(...made.problems);
  };
  if (sql.choices.types) {
    const schemas = [...dbml.tables, ...dbml.enums].flatMap((x) => (x.schema === null || x.schema === defaultSchema ? [] : [x.schema]));
    for (const schema of new Set(schemas)) add(sql.createSchema(schema));
    for (const e of dbml.enums) add(sql.createEnum(e.schema ?? defaultSchema, e.name, e.labels));
    for (const t of tables) add(sql.createTable({ ...t, foreignKeys: [] }));
    for (const t of tables) add(sql.migrate({ ...t, foreignKeys: [] }, t));
  } else for (const t of tables) add(sql.createTable(t));
  return migrationOf(null, problems.length > 0 ? [] : steps, { problems });
}

/** Makes definitions of a design's tables. */
class DesignMaker {
  readonly #dbml: Dbml;
  readonly #engine: EngineKind;
  readonly #schema: string;
  readonly #hasSchemas: boolean;
  readonly #types: readonly string[];

  constructor(dbml: Dbml, engine: EngineKind, schema: string) {
    this.#dbml = dbml;
    this.#engine = engine;
    this.#schema = schema;
    const { choices } = schemaSqlOf(engine);
    this.#hasSchemas = choices.schemas;
    this.#types = choices.methods;
  }

  /** Where a table comes to lie, and under which name. */
  #place(t: DbmlTable): { schema: string; relation: string } {
    if (this.#hasSchemas) return { schema: t.schema ?? this.#schema, relation: t.name };
    const isTwice = this.#dbml.tables.filter((x) => x.name.toLowerCase() === t.name.toLowerCase()).length > 1;
    return { schema: this.#schema, relation: isTwice && t.schema ? `${t.schema}_${t.name}` : t.name };
  }

  #tableOf(end: DbmlEnd, line: number): DbmlTable {
    const fits = (t: DbmlTable): boolean => t.name === end.table && (end.schema === null || (t.schema ?? this.#schema) === end.schema || (t.schema === null && end.schema === 'public'));
    const found = this.#dbml.tables.find(fits) ?? this.#dbml.tables.find((t) => end.schema === null && t.alias === end.table);
    if (!found) throw new DbmlError(`There is no table ${end.table}.`, line);
    const missing = end.columns.find((c) => !found.columns.some((x) => x.name === c));
    if (missing !== undefined) throw new DbmlError(`The table ${end.table} has no column ${missing}.`, line);
    return found;
  }

  table(t: DbmlTable): TableDefinition {
    const key = t.indexes.find((i) => i.primary)?.parts.map((p) => p.text) ?? t.columns.filter((c) => c.primary).map((c) => c.name);
    const columns = t.columns.map((c) => this.#column(c, key));
    const keyOf = (id: string, names: readonly string[], inline = false): KeyDefinition => ({ id, name: null, columns: [...names], modifiers: names.map(() => ''), tail: '', nullsNotDistinct: false, inline });
    const uniques = t.columns.filter((c) => c.unique && !key.includes(c.name)).map((c) => keyOf(`unique ${c.name}`, [c.name]));
    const foreignKeys: ForeignKeyDefinition[] = [];
    for (const [i, ref] of this.#dbml.refs.entries()) {
      if (this.#tableOf(ref.child, ref.line) !== t) continue;
      const target = this.#place(this.#tableOf(ref.parent, ref.line));
      foreignKeys.push({ id: `ref ${i}`, name: ref.name, columns: ref.child.columns, target, targetColumns: ref.parent.columns, onDelete: ref.onDelete ?? 'NO ACTION', onUpdate: ref.onUpdate ?? 'NO ACTION', deferrable: 'no', tail: '' });
      const isUnique = [key, ...uniques.map((u) => u.columns)].some((k) => k.length === ref.child.columns.length && k.every((c) => ref.child.columns.includes(c)));
      if (ref.one && !isUnique) uniques.push(keyOf(`one ${i}`, ref.child.columns));
    }
    const place = this.#place(t);
    const checks = t.checks.map((c, i) => ({ id: `check ${i}`, name: c.name, kind: 'check' as const, sql: c.sql, tail: '' }));
    for (const c of t.columns) {
      const labels = this.#enumOf(c.type)?.labels;
      if (labels && !this.#hasSchemas) {
        const { quote, literal } = dialectOf(this.#engine);
        checks.push({ id: `labels ${c.name}`, name: null, kind: 'check', sql: `${quote(c.name)} IN (${labels.map((l) => literal(l)).join(', ')})`, tail: '' });
      }
    }
    const inline = key.length === 1 && columns.find((c) => c.id === key[0])?.identity === 'autoincrement';
    return {
      ...place,
      columns,
      primaryKey: key.length === 0 ? null : keyOf('primary key', key, inline),
      uniques,
      foreignKeys,
      checks,
      indexes: t.indexes.filter((i) => !i.primary).map((i, n) => this.#index(place.relation, i, n)),
      triggers: [],
      comment: this.#hasSchemas ? t.note : null,
      strict: false,
      withoutRowid: false
    };
  }

  #index(relation: string, index: DbmlTable['indexes'][number], n: number): IndexDefinition {
    const { quote } = dialectOf(this.#engine);
    const name = index.name ?? `${relation}_${index.parts.map((p) => (p.isColumn ? p.text : 'expr')).join('_')}_idx${n > 0 && index.parts.some((p) => !p.isColumn) ? n : ''}`;
    const on = index.parts.map((p) => (p.isColumn ? quote(p.text) : p.text)).join(', ');
    return { id: `index ${n}`, name, unique: index.unique, method: this.#types.includes(index.method) ? index.method : (this.#types[0] ?? ''), on, tail: '', where: null };
  }

  #enumOf(type: string): DbmlEnum | undefined {
    const [name, schema] = type.split('.').reverse();
    return this.#dbml.enums.find((e) => e.name === name && (schema === undefined || (e.schema ?? this.#schema) === schema));
  }

  #column(c: DbmlColumn, key: readonly string[]): ColumnDefinition {
    const isKey = key.includes(c.name);
    // A sequence of its own is what counting is called elsewhere.
    const counts = c.increment || /\bnextval\s*\(/i.test(c.default ?? '');
    const type = this.#type(c.type, counts && isKey && key.length === 1);
    const identity = !counts ? null : this.#hasSchemas ? (isInteger(type) ? 'by default' : null) : isKey && key.length === 1 && type === 'INTEGER' ? 'autoincrement' : null;
    return {
      id: c.name,
      name: c.name,
      type,
      nullable: !isKey && (c.nullable ?? true) && !(identity !== null && this.#hasSchemas),
      default: counts ? null : this.#default(c.default),
      identity,
      generated: null,
      collation: null,
      comment: this.#hasSchemas ? c.note : null,
      using: null,
      onNull: ''
    };
  }

  #type(type: string, countsAsKey: boolean): string {
    const found = this.#enumOf(type);
    if (!this.#hasSchemas) {
      if (found) return 'TEXT';
      if (countsAsKey && (isInteger(type) || /serial/i.test(type))) return 'INTEGER';
      return type.toLowerCase() === 'any' ? '' : type;
    }
    if (found) return `${dialectOf(this.#engine).quote(found.schema ?? this.#schema)}.${dialectOf(this.#engine).quote(found.name)}`;
    const [bare, rest] = /^([^([]*)(.*)$/s.exec(type)!.slice(1) as [string, string];
    const known = POSTGRES_TYPES[bare.toLowerCase().trim()];
    if (known) return `${known}${known === 'varchar' || known === 'numeric' ? rest : ''}`;
    // int(11) is how wide MySQL shows it.
    return isInteger(type) ? bare : type;
  }

  /** A default as this engine writes it. */
  #default(sql: string | null): string | null {
    if (sql === null || /^null$/i.test(sql)) return null;
    if (this.#hasSchemas) return sql;
    const plain = sql.replace(/::\s*(?:"[^"]*"|[\w. ]+)(?:\(\s*\d+\s*(?:,\s*\d+\s*)?\))?(?:\[\])*/g, '');
    if (/^now\(\)$/i.test(plain)) return 'CURRENT_TIMESTAMP';
    return /^[\w.+-]+$/.test(plain) || /^'(?:[^']|'')*'$/.test(plain) || plain.startsWith('(') ? plain : `(${plain})`;
  }
}
