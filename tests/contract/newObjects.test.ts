import { afterEach, expect, it } from 'vitest';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import type { EngineKind, Migration, ObjectKind } from '$workers/engine';
import { endWorkers, opened, type EngineUnderTest } from './engineUnderTest';

afterEach(endWorkers);

const migrate = async (e: EngineUnderTest, m: Migration): Promise<void> => {
  expect(m.problems).toEqual([]);
  expect(await e.migrate({ relation: m.relation, rebuilds: false, steps: m.steps })).toMatchObject({ done: true });
};

/** What the "New …" dialogs begin with runs as it stands, but for the columns of an index. */
const made = async (e: EngineUnderTest, engine: EngineKind, schema: string): Promise<void> => {
  const sql = schemaSqlOf(engine);
  const create = (kind: ObjectKind, relation: string | null, onKind?: 'table' | 'view' | 'materialized-view') =>
    migrate(e, sql.createObject(sql.template(kind, schema, relation, onKind).replace('()', kind === 'index' ? '(a)' : '()')));
  await migrate(e, sql.createView({ schema, relation: 'new view' }, 'SELECT a FROM t;'));
  await create('index', 't', 'table');
  await create('trigger', 't', 'table');
  await create('trigger', 'new view', 'view');
  if (sql.choices.materializedViews) {
    await migrate(e, sql.createView({ schema, relation: 'kept' }, 'SELECT a FROM t', true));
    await create('index', 'kept', 'materialized-view');
  }
  if (sql.choices.types) {
    await migrate(e, sql.createEnum(schema, "it's", ['a', "b'c", '']));
    await create('type', null);
  }
  if (sql.choices.schemas) await migrate(e, sql.createSchema('odd "one'));
  for (const kind of sql.choices.objects) await create(kind, null);
};

it('makes each kind of Postgres as its dialog does, comments on it, and drops it', async () => {
  const e = await opened('postgres');
  const sql = schemaSqlOf('postgres');
  await e.script('CREATE TABLE t (a integer)');
  await made(e, 'postgres', 'public');
  const { schemas } = await e.catalog();
  expect(schemas.map((s) => s.name)).toContain('odd "one');
  expect(schemas.find((s) => s.name === 'public')!.relations.map((r) => `${r.kind} ${r.relation}`).sort()).toEqual(['materialized-view kept', 'table t', 'view new view']);
  const own = async () => (await e.objects()).objects.filter((o) => o.schema === 'public');
  expect((await own()).map((o) => `${o.kind} ${o.name}`).sort()).toEqual([
    'domain new_domain', 'extension citext', 'function new view_changed', 'function new_function', 'function t_changed', 'index kept_idx', 'index t_idx',
    'procedure new_procedure', 'sequence new_sequence', 'trigger new view_changed', 'trigger t_changed', "type it's", 'type new_type'
  ]);
  expect(await e.rows(`SELECT enum_range(NULL::"it's")::text`)).toEqual([["{a,b'c,\"\"}"]]);

  // a comment on each, read back, in its DDL, and taken away
  for (const object of await own()) await migrate(e, sql.comment({ object }, `it's ${object.name}`));
  for (const object of await own()) {
    expect(object.comment).toBe(`it's ${object.name}`);
    expect((await e.object(object)).ddl).toMatch(new RegExp(object.kind === 'extension' ? 'CREATE EXTENSION' : `COMMENT ON ${object.kind}`, 'i'));
    await migrate(e, sql.comment({ object }, ''));
  }
  expect((await own()).every((o) => o.comment === undefined)).toBe(true);
  for (const [relation, relationKind] of [['t', 'table'], ['new view', 'view'], ['kept', 'materialized-view']] as const) {
    await migrate(e, sql.comment({ ref: { schema: 'public', relation }, relationKind }, 'told'));
    expect((await e.structure({ schema: 'public', relation })).info.comment).toBe('told');
  }

  for (const object of (await own()).filter((o) => o.kind !== 'function')) await migrate(e, sql.dropObject(object, true));
  for (const object of await own()) await migrate(e, sql.dropObject(object, false));
  expect(await own()).toEqual([]);
});

it('makes each kind of SQLite as its dialog does, and a trigger that stands in for a view', async () => {
  const e = await opened('sqlite');
  const sql = schemaSqlOf('sqlite');
  await e.script('CREATE TABLE t (a integer)');
  await made(e, 'sqlite', 'main');
  const { objects } = await e.objects();
  expect(objects.map((o) => `${o.kind} ${o.name} on ${o.relation}`).sort()).toEqual(['index t_idx on t', 'trigger new view_changed on new view', 'trigger t_changed on t']);
  for (const object of objects) expect((await e.object(object)).ddl).toContain(object.name);
  // SQLite makes a view anew where it is changed: what stands in for it stays
  const { info, ddl, triggers } = await e.structure({ schema: 'main', relation: 'new view' });
  const { dependants } = await e.definition({ schema: 'main', relation: 'new view' });
  await migrate(e, sql.changeView(info, 'CREATE VIEW "new view" AS SELECT a, 1 AS b FROM t', { kind: 'view', ddl, triggers: triggers.map((t) => ({ id: t.name, ...t })), dependants }, true));
  expect((await e.structure({ schema: 'main', relation: 'new view' })).triggers.map((t) => t.name)).toEqual(['new view_changed']);
  for (const object of objects) await migrate(e, sql.dropObject(object, false));
  expect((await e.objects()).objects).toEqual([]);
  expect(sql.comment({ object: objects[0]! }, 'x').problems).toEqual(['SQLite keeps no comments.']);
});
