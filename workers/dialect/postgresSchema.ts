import { scanPostgres } from '../split/scanPostgres';
import type { RelationKind } from '../wire/catalog';
import type { Migration } from '../wire/migration';
import type { TableDefinition } from '../wire/tableDefinition';
import { postgres } from './postgres';
import { migratePostgres } from './postgresMigration';
import { changePostgresObject, changePostgresView, dropPostgresObject, identityOf } from './postgresObjects';
import { postgresTemplate } from './postgresTemplates';
import { commentSql, createTableSql, fullName, indexSql } from './postgresTableSql';
import { speaksOf } from './renamedColumns';
import { schemaChoices } from './schemaChoices';
import { migrationOf, statementsAsScript, step, type SchemaSql } from './schemaSql';
import { problemsOf } from './tableChange';

const { quote, literal } = postgres;

const KINDS: Partial<Record<RelationKind, string>> = { view: 'VIEW', 'materialized-view': 'MATERIALIZED VIEW', 'foreign-table': 'FOREIGN TABLE' };
const kindOf = (kind: RelationKind): string => KINDS[kind] ?? 'TABLE';

function createTable(table: TableDefinition): Migration {
  const relation = { schema: table.schema, relation: table.relation };
  const problems = problemsOf(table, false);
  if (problems.length > 0) return migrationOf(relation, [], { problems });
  const name = fullName(table);
  return migrationOf(relation, [
    step(createTableSql(table), `Makes the table ${table.relation}`),
    ...table.indexes.map((i) => step(indexSql(table, i), `Makes the index ${i.name}`)),
    ...table.triggers.map((t) => step(t.sql.replace(/;\s*$/, ''), `Makes the trigger ${t.name}`)),
    ...(table.comment ? [step(commentSql(`TABLE ${name}`, table.comment), 'Sets the comment of the table')] : []),
    ...table.columns
      .filter((c) => c.comment)
      .map((c) => step(commentSql(`COLUMN ${name}.${quote(c.name)}`, c.comment), `Sets the comment of ${c.name}`))
  ]);
}

/** How Postgres' schema is changed. */
export const postgresSchema: SchemaSql = {
  choices: schemaChoices('postgres'),
  maintenance: [
    { label: 'Analyze', what: 'Gathers statistics for better plans, and rough row counts.', sql: 'ANALYZE', reads: false },
    { label: 'Vacuum', what: 'Frees the room of rows that are gone.', sql: 'VACUUM', reads: false },
    { label: 'Vacuum full', what: 'Writes every table anew without the room of rows that are gone.', sql: 'VACUUM FULL', reads: false },
    { label: 'Reindex', what: 'Makes every index of the schema public anew.', sql: 'REINDEX SCHEMA public', reads: false },
    {
      label: 'Table sizes',
      what: 'Lists tables with their indexes, the largest first.',
      sql: `SELECT n.nspname AS schema, c.relname AS relation, pg_catalog.pg_size_pretty(pg_catalog.pg_total_relation_size(c.oid)) AS total,
       pg_catalog.pg_size_pretty(pg_catalog.pg_indexes_size(c.oid)) AS indexes
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'm') AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
 ORDER BY pg_catalog.pg_total_relation_size(c.oid) DESC LIMIT 200`,
      reads: true
    }
  ],
  speaks: (sql, name) => speaksOf(sql, name, scanPostgres),
  createTable,
  script: (statements) => statementsAsScript(statements.length > 1 ? ['BEGIN', ...statements, 'COMMIT'] : statements),
  migrate: migratePostgres,
  renameRelation: (ref, kind, name) =>
    migrationOf(ref, [step(`ALTER ${kindOf(kind)} ${fullName(ref)} RENAME TO ${quote(name)}`, `Renames ${ref.relation} to ${name}`)]),
  duplicate(table, name, withRows) {
    const copy = { schema: table.schema, relation: name };
    const steps = [step(`CREATE TABLE ${fullName(copy)} (LIKE ${fullName(table)} INCLUDING ALL)`, `Makes the table ${name} like ${table.relation}; foreign keys and triggers are not copied`)];
    const columns = table.columns.filter((c) => !c.generated).map((c) => quote(c.name)).join(', ');
    if (withRows && columns !== '') {
      const overriding = table.columns.some((c) => c.identity === 'always') ? ' OVERRIDING SYSTEM VALUE' : '';
      steps.push(step(`INSERT INTO ${fullName(copy)} (${columns})${overriding}\nSELECT ${columns} FROM ${fullName(table)}`, 'Copies the rows'));
    }
    for (const c of withRows ? table.columns.filter((c) => c.identity !== null) : []) {
      const sequence = `pg_catalog.pg_get_serial_sequence(${literal(fullName(copy))}, ${literal(c.name)})`;
      const most = `(SELECT max(${quote(c.name)}) FROM ${fullName(copy)})`;
      steps.push(step(`SELECT pg_catalog.setval(${sequence}, ${most}) WHERE ${most} IS NOT NULL`, `Goes on counting ${c.name} behind its rows`));
    }
    return migrationOf(null, steps);
  },
  truncate: (ref) =>
    migrationOf(ref, [step(`TRUNCATE ${fullName(ref)}`, `Deletes all rows of ${ref.relation}`, { loses: [{ kind: 'rows', relation: ref }] })]),
  drop(ref, kind, cascade) {
    const what = kindOf(kind);
    const rows = what === 'TABLE' || what === 'MATERIALIZED VIEW';
    const sql = `DROP ${what} ${fullName(ref)}${cascade ? ' CASCADE' : ''}`;
    const words = `Drops the ${what.toLowerCase()} ${ref.relation}${cascade ? ' and what depends on it' : ''}`;
    return migrationOf(ref, [step(sql, words, { loses: rows ? [{ kind: 'rows', relation: ref }] : [] })]);
  },
  createView: (ref, select, materialized = false) => {
    const what = materialized ? 'MATERIALIZED VIEW' : 'VIEW';
    return migrationOf(null, [step(`CREATE ${what} ${fullName(ref)} AS\n${select.replace(/;\s*$/, '')}`, `Makes the ${what.toLowerCase()} ${ref.relation}`)]);
  },
  comment(subject, text) {
    const isObject = 'object' in subject;
    const name = isObject ? subject.object.name : subject.ref.relation;
    const on = isObject ? `${subject.object.kind.toUpperCase()} ${identityOf(subject.object)}` : `${kindOf(subject.relationKind)} ${fullName(subject.ref)}`;
    return migrationOf(null, [step(commentSql(on, text), text === '' ? `Takes the comment of ${name} away` : `Sets the comment of ${name}`)]);
  },
  changeView: changePostgresView,
  template: postgresTemplate,
  createObject: (sql) => migrationOf(null, postgres.split(sql).map(({ text }) => step(text, 'Runs what is written above'))),
  dropObject: dropPostgresObject,
  changeObject: changePostgresObject,
  createSchema: (name) => migrationOf(null, [step(`CREATE SCHEMA ${quote(name)}`, `Makes the schema ${name}`)]),
  createEnum: (schema, name, labels) =>
    migrationOf(null, [step(`CREATE TYPE ${quote(schema)}.${quote(name)} AS ENUM (${labels.map((l) => literal(l)).join(', ')})`, `Makes the type ${name}`)]),
  dropType: (schema, name) => migrationOf(null, [step(`DROP TYPE ${quote(schema)}.${quote(name)}`, `Drops the type ${name}`)])
};
