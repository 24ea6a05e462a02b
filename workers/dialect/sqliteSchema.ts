import { scanSqlite } from '../split/scanSqlite';
import type { RelationRef } from '../wire/catalog';
import type { Migration } from '../wire/migration';
import type { TableDefinition } from '../wire/tableDefinition';
import { speaksOf } from './renamedColumns';
import { schemaChoices } from './schemaChoices';
import { migrationOf, statementsAsScript, step, type SchemaSql } from './schemaSql';
import { sqlite } from './sqlite';
import { createHead } from './createHead';
import { migrateSqlite } from './sqliteMigration';
import { createTableSql, indexSql } from './sqliteTableSql';
import { problemsOf } from './tableChange';

const { quote } = sqlite;
const full = (ref: RelationRef): string => `${quote(ref.schema)}.${quote(ref.relation)}`;

function createTable(table: TableDefinition): Migration {
  const problems = problemsOf(table, true);
  const steps = [
    step(createTableSql(table), `Makes the table ${table.relation}`),
    ...table.indexes.map((i) => step(indexSql(table, i), `Makes the index ${i.name}`)),
    ...table.triggers.map((t) => step(t.sql.replace(/;\s*$/, ''), `Makes the trigger ${t.name}`))
  ];
  return migrationOf(table, problems.length > 0 ? [] : steps, { relation: { schema: table.schema, relation: table.relation }, problems });
}

/** The head of the only statement of a script; null when there are none or more. */
function headOf(sql: string): { what: string; text: string } | null {
  const [statement, ...more] = sqlite.split(sql);
  const head = statement && more.length === 0 ? createHead(statement.text, scanSqlite) : null;
  return head && { what: head.what, text: statement!.text };
}

const only = (what: string): Migration => migrationOf(null, [], { problems: [what] });

/** How SQLite's schema is changed. */
export const sqliteSchema: SchemaSql = {
  choices: schemaChoices('sqlite'),
  maintenance: [
    { label: 'Check integrity', what: 'Reads every page and index and says what is wrong.', sql: 'PRAGMA integrity_check', reads: true },
    { label: 'Check foreign keys', what: 'Lists rows that point nowhere.', sql: 'PRAGMA foreign_key_check', reads: true },
    { label: 'Analyze', what: 'Gathers statistics for better plans.', sql: 'ANALYZE', reads: false },
    { label: 'Reindex', what: 'Makes every index anew.', sql: 'REINDEX', reads: false },
    {
      label: 'Table sizes',
      what: 'Lists tables with their indexes, the largest first. Reads every page.',
      sql: `WITH sizes AS (SELECT name, pgsize AS bytes FROM dbstat('main', 1))
SELECT coalesce(s.tbl_name, z.name) AS relation, format('%,d kB', round(sum(z.bytes) / 1000.0)) AS total,
       format('%,d kB', round(coalesce(sum(z.bytes) FILTER (WHERE s.type = 'index'), 0) / 1000.0)) AS indexes
  FROM sizes z LEFT JOIN sqlite_schema s ON s.name = z.name
 GROUP BY 1 ORDER BY sum(z.bytes) DESC LIMIT 200`,
      reads: true
    },
    { label: 'Vacuum', what: 'Writes the database anew without its free pages.', sql: 'VACUUM', reads: false }
  ],
  speaks: (sql, name) => speaksOf(sql, name, scanSqlite),
  createTable,
  script(statements) {
    const whole = statements.length > 1 ? ['BEGIN', ...statements, 'COMMIT'] : statements;
    // Dropping a table deletes its rows first, and with them those that point to it, also where it is only made anew.
    const drops = statements.some((sql) => /^\s*DROP\s+TABLE\b/i.test(sql));
    return statementsAsScript(drops ? ['PRAGMA foreign_keys = off', ...whole, 'PRAGMA foreign_keys = on'] : whole);
  },
  migrate: migrateSqlite,
  renameRelation(ref, kind, name) {
    if (kind === 'view') return only('SQLite cannot rename a view: drop it and make it again under the new name.');
    return migrationOf(ref, [
      step(`ALTER TABLE ${full(ref)} RENAME TO ${quote(name)}`, `Renames ${ref.relation} to ${name}; views, triggers and foreign keys follow`)
    ]);
  },
  duplicate(table, name, withRows) {
    const copy: TableDefinition = { ...table, relation: name, indexes: [], triggers: [] };
    const made = createTable(copy);
    const columns = table.columns.filter((c) => !c.generated).map((c) => quote(c.name)).join(', ');
    if (withRows && columns !== '') {
      made.steps.push(step(`INSERT INTO ${full(copy)} (${columns})\nSELECT ${columns} FROM ${full(table)}`, 'Copies the rows'));
    }
    for (const index of table.indexes) {
      const own = { ...index, name: `${name}_${index.name}` };
      made.steps.push(step(indexSql(copy, own), `Makes the index ${own.name}`));
    }
    return made;
  },
  truncate: (ref) =>
    migrationOf(ref, [step(`DELETE FROM ${full(ref)}`, `Deletes all rows of ${ref.relation}`, { loses: [{ kind: 'rows', relation: ref }] })]),
  drop(ref, kind) {
    if (kind === 'view') return migrationOf(ref, [step(`DROP VIEW ${full(ref)}`, `Drops the view ${ref.relation}`)]);
    return migrationOf(ref, [
      step(`DROP TABLE ${full(ref)}`, `Drops the table ${ref.relation}, its indexes and triggers`, { loses: [{ kind: 'rows', relation: ref }] })
    ]);
  },
  comment: () => only('SQLite keeps no comments.'),
  createView: (ref, select) => migrationOf(null, [step(`CREATE VIEW ${full(ref)} AS\n${select.replace(/;\s*$/, '')}`, `Makes the view ${ref.relation}`)]),
  changeView(ref, ddl, { triggers }) {
    const head = headOf(ddl);
    if (!head?.what.endsWith('VIEW')) return only('This must be one CREATE VIEW statement.');
    return migrationOf(null, [
      step(`DROP VIEW ${full(ref)}`, `Drops the view ${ref.relation} as it was`),
      step(head.text, `Makes the view ${ref.relation} as it is wanted`),
      ...triggers.map((t) => step(t.sql.replace(/;\s*$/, ''), `Makes its trigger ${t.name} again`))
    ]);
  },
  template(kind, schema, relation, onKind) {
    const table = relation ?? '';
    if (kind === 'index') return `CREATE INDEX ${quote(schema)}.${quote(`${table}_idx`)} ON ${quote(table)} ()`;
    if (kind !== 'trigger') return '';
    return `CREATE TRIGGER ${quote(schema)}.${quote(`${table}_changed`)} ${onKind === 'view' ? 'INSTEAD OF' : 'AFTER'} UPDATE ON ${quote(table)}\nBEGIN\n  SELECT 1;\nEND`;
  },
  createObject: (sql) => migrationOf(null, sqlite.split(sql).map(({ text }) => step(text, 'Runs what is written above'))),
  dropObject(info) {
    if (info.ofKey) return only('A key of its table makes this index: it goes with the key.');
    return migrationOf(null, [step(`DROP ${info.kind.toUpperCase()} ${quote(info.schema)}.${quote(info.name)}`, `Drops the ${info.kind} ${info.name} of ${info.relation ?? ''}`)]);
  },
  changeObject(reading, ddl) {
    const { info } = reading;
    const head = headOf(ddl);
    if (info.kind !== 'trigger' || !head?.what.endsWith('TRIGGER')) return only('This must be one CREATE TRIGGER statement.');
    if (head.text === sqlite.split(reading.ddl)[0]?.text) return migrationOf(null, []);
    return migrationOf(null, [
      step(`DROP TRIGGER ${quote(info.schema)}.${quote(info.name)}`, `Drops the trigger ${info.name} as it was`),
      step(head.text, 'Makes the trigger as it is wanted')
    ]);
  },
  createSchema: () => only('A database of SQLite has one schema.'),
  createEnum: () => only('SQLite has no types to make.'),
  dropType: () => only('SQLite has no types to drop.')
};
