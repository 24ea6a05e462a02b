import { describe, expect, it } from 'vitest';
import { canonicalType, castsByItself } from '../../workers/dialect/postgresTypes';
import { scriptOf } from '../../workers/dialect/schemaSql';
import { schemaSqlOf } from '../../workers/dialect/schemaSqlOf';
import { sqliteTable } from '../../workers/dialect/sqliteTable';
import { renameOrder } from '../../workers/dialect/tableChange';
import { renamedColumns } from '../../workers/dialect/renamedColumns';
import { scanSqlite } from '../../workers/split/scanSqlite';
import type { TableDefinition } from '../../workers/wire/tableDefinition';
import { column, table } from '../contract/tableTrip';

const lite = schemaSqlOf('sqlite');
const post = schemaSqlOf('postgres');
const changed = (t: TableDefinition, change: (t: TableDefinition) => void): TableDefinition => {
  const copy = structuredClone(t);
  change(copy);
  return copy;
};

describe('a CREATE TABLE of SQLite', () => {
  it('is read to the last word', () => {
    const sql = `CREATE TABLE "odd, name" (
      id INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT, -- the id
      [a b] VARCHAR (10, 2) NOT NULL ON CONFLICT IGNORE DEFAULT -1.5e3 COLLATE NOCASE UNIQUE,
      c TEXT DEFAULT (lower('x,)')) CHECK (c <> ')' /* ) */), d AS (id * 2) STORED,
      e REFERENCES p ON DELETE SET NULL MATCH FULL DEFERRABLE INITIALLY DEFERRED,
      CONSTRAINT two UNIQUE ("a b" COLLATE BINARY DESC, c) ON CONFLICT REPLACE,
      FOREIGN KEY (c, d) REFERENCES "q r" (x, y) ON UPDATE CASCADE
    ) STRICT`;
    const t = sqliteTable('main', 'odd, name', sql)!;
    expect(t.columns.map((c) => [c.name, c.type, c.nullable, c.default, c.identity])).toEqual([
      ['id', 'INTEGER', true, null, 'autoincrement'],
      ['a b', 'VARCHAR (10, 2)', false, '-1.5e3', null],
      ['c', 'TEXT', true, "(lower('x,)'))", null],
      ['d', '', true, null, null],
      ['e', '', true, null, null]
    ]);
    expect(t.columns[1]).toMatchObject({ collation: 'NOCASE', onNull: 'ON CONFLICT IGNORE' });
    expect(t.columns[3]!.generated).toEqual({ sql: 'id * 2', stored: true });
    expect(t.checks).toMatchObject([{ sql: "c <> ')' /* ) */" }]);
    expect(t.uniques).toMatchObject([{ columns: ['a b'] }, { name: 'two', columns: ['a b', 'c'], modifiers: ['COLLATE BINARY DESC', ''], tail: 'ON CONFLICT REPLACE' }]);
    expect(t.foreignKeys).toMatchObject([
      { columns: ['e'], targetColumns: [], onDelete: 'SET NULL', tail: 'MATCH FULL', deferrable: 'deferred' },
      { columns: ['c', 'd'], target: { relation: 'q r' }, targetColumns: ['x', 'y'], onUpdate: 'CASCADE' }
    ]);
    expect(t.strict).toBe(true);
    expect(sqliteTable('main', 't', 'CREATE TABLE t (a, b ???)')).toBeUndefined();
  });
});

describe('a migration', () => {
  const t = table('main', 't', [column('id', 'INTEGER'), column('email', 'TEXT'), column('n', 'INT')]);

  it('of SQLite alters where it can', () => {
    const to = changed(t, (x) => {
      x.columns = [x.columns[0]!, { ...x.columns[2]!, name: 'number' }, column('new', 'TEXT')];
    });
    const migration = lite.migrate(t, to);
    expect(migration.rebuilds).toBe(false);
    expect(scriptOf(migration)).toBe(
      'ALTER TABLE main.t DROP COLUMN email;\n\nALTER TABLE main.t RENAME COLUMN n TO number;\n\nALTER TABLE main.t ADD COLUMN new TEXT;'
    );
    expect(migration.steps[0]!.loses).toEqual([{ kind: 'column', relation: { schema: 'main', relation: 't' }, column: 'email' }]);
  });

  it('of Postgres is the narrowest that does it', () => {
    const from = { ...t, schema: 'public', columns: [column('id', 'integer', { nullable: false }), column('email', 'text'), column('n', 'text', { default: "'1'::text" })] };
    const to = changed(from, (x) => {
      x.columns[1]!.name = 'mail';
      x.columns[2]!.type = 'int';
      x.columns[2]!.default = '1';
      x.columns[1]!.nullable = false;
    });
    expect(post.migrate(from, to).steps.map((s) => s.sql)).toEqual([
      'ALTER TABLE public.t RENAME COLUMN email TO mail',
      'ALTER TABLE public.t ALTER COLUMN mail SET NOT NULL',
      'ALTER TABLE public.t ALTER COLUMN n DROP DEFAULT',
      'ALTER TABLE public.t ALTER COLUMN n TYPE int USING n::int',
      'ALTER TABLE public.t ALTER COLUMN n SET DEFAULT 1'
    ]);
  });

  it('says what is wrong before any engine sees it', () => {
    const to = changed(t, (x) => x.columns.push(column('EMAIL', 'TEXT'), column('new', 'TEXT', { name: '' })));
    expect(lite.migrate(t, to)).toMatchObject({ steps: [], problems: ['Two columns are called EMAIL.', 'A column has no name.'] });
  });
});

it('renames go round a ring by a name of their own', () => {
  const k = (from: string, to: string) => ({ from: column(from, ''), to: column(from, '', { name: to }) });
  expect(renameOrder([k('a', 'b'), k('b', 'a')], ['a', 'b'])).toEqual([{ from: 'a', to: 'a_' }, { from: 'b', to: 'a' }, { from: 'a_', to: 'b' }]);
  expect(renameOrder([k('a', 'b'), k('b', 'c')], ['a', 'b'])).toEqual([{ from: 'b', to: 'c' }, { from: 'a', to: 'b' }]);
});

it('new names of columns reach expressions, and nothing else', () => {
  const renames = new Map([['a', '"x y"']]);
  expect(renamedColumns(`a > 'a' AND "A" < b.a AND NEW.a = a(1) -- a`, renames, scanSqlite, ['new'])).toBe(
    `"x y" > 'a' AND "x y" < b.a AND NEW."x y" = a(1) -- a`
  );
});

it('types are known by all their names', () => {
  expect(['int', 'VARCHAR(20)', 'timestamptz', 'timestamptz(3)', 'decimal (10, 2)', 'int[]', 'my.Type'].map(canonicalType)).toEqual([
    'integer',
    'character varying(20)',
    'timestamp with time zone',
    'timestamp(3) with time zone',
    'numeric(10,2)',
    'integer[]',
    'my.Type'
  ]);
  expect(castsByItself('integer', 'text')).toBe(true);
  expect(castsByItself('text', 'integer')).toBe(false);
  expect(castsByItself('smallint', 'numeric(10,2)')).toBe(true);
});
