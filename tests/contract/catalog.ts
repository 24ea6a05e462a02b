import { expect, it } from 'vitest';
import type { RelationInfo } from '$workers/engine';
import { opened, type EngineName } from './engineUnderTest';

/** What a database holds. */
export function catalog(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const schema = lite ? 'main' : 'public';
  const ddl = `
    CREATE TABLE parent (a integer NOT NULL, b text NOT NULL, PRIMARY KEY (b, a));
    CREATE TABLE child (
      id integer PRIMARY KEY,
      pb text,
      pa integer DEFAULT 7,
      sum integer GENERATED ALWAYS AS (pa * 2) STORED,
      CONSTRAINT positive CHECK (pa > 0),
      FOREIGN KEY (pb, pa) REFERENCES parent (b, a) ON DELETE CASCADE ON UPDATE SET NULL
    );
    CREATE UNIQUE INDEX child_pb ON child (pb DESC, pa) WHERE pa IS NOT NULL;
    CREATE VIEW joined AS SELECT child.id, parent.b FROM child JOIN parent ON pb = b;`;

  it('tells tables, columns, keys and views', async () => {
    const e = await opened(engine);
    await e.script(ddl);
    const { schemas, defaultSchema } = await e.catalog();
    expect(defaultSchema).toBe(schema);
    const relations = schemas.find((s) => s.name === schema)!.relations;
    const named = (name: string): RelationInfo => relations.find((r) => r.relation === name)!;
    expect(relations.map((r) => [r.relation, r.kind]).sort()).toEqual([['child', 'table'], ['joined', 'view'], ['parent', 'table']]);
    expect(named('parent').columns.map((c) => [c.name, c.family, c.nullable, c.keyPlace])).toEqual([
      ['a', 'integer', false, 2],
      ['b', 'text', false, 1]
    ]);
    const child = named('child');
    expect(child.columns.map((c) => [c.name, c.nullable, c.default, c.keyPlace, c.generated])).toEqual([
      ['id', false, null, 1, null],
      ['pb', true, null, 0, null],
      ['pa', true, '7', 0, null],
      ['sum', true, null, 0, 'stored']
    ].map((row) => (lite || row[0] !== 'sum' ? row : [row[0], row[1], expect.anything(), row[3], row[4]])));
    expect(child.foreignKeys).toMatchObject([
      {
        columns: ['pb', 'pa'],
        target: { schema, relation: 'parent' },
        targetColumns: ['b', 'a'],
        onDelete: 'CASCADE',
        onUpdate: 'SET NULL'
      }
    ]);
    expect(named('joined').columns.map((c) => c.name)).toEqual(['id', 'b']);
  });

  it('tells all about one relation', async () => {
    const e = await opened(engine);
    await e.script(ddl);
    const child = await e.structure({ schema, relation: 'child' });
    expect(child.indexes.find((i) => i.name === 'child_pb')).toMatchObject({
      columns: [expect.stringMatching(/^pb/) as string, 'pa'],
      unique: true,
      primary: false,
      partial: true
    });
    expect(child.checks).toMatchObject([{ name: 'positive', sql: expect.stringMatching(/pa\s*>\s*0/) as string }]);
    expect(child.ddl).toMatch(/CREATE TABLE[\s\S]*child[\s\S]*CREATE UNIQUE INDEX[\s\S]*child_pb/);
    const parent = await e.structure({ schema, relation: 'parent' });
    expect(parent.referencedBy).toMatchObject([{ from: { schema, relation: 'child' }, columns: ['pb', 'pa'] }]);
  });

  it('sees what DDL changes, and says that it may have', async () => {
    const e = await opened(engine);
    expect((await e.run({ sql: 'CREATE TABLE "ord er" ("a b" integer)' })).catalogChanged).toBe(true);
    const read = async () => (await e.catalog()).schemas.find((s) => s.name === schema)!.relations.map((r) => r.relation);
    expect(await read()).toEqual(['ord er']);
    expect((await e.run({ sql: 'SELECT * FROM "ord er"' })).catalogChanged).toBe(false);
    await e.script('DROP TABLE "ord er"');
    expect(await read()).toEqual([]);
  });
}
