import { afterEach, expect, it } from 'vitest';
import { postgres } from '$workers/dialect/postgres';
import { postgresSchema } from '$workers/dialect/postgresSchema';
import type { ObjectInfo, ObjectKind } from '$workers/engine';
import { endWorkers, opened, type EngineUnderTest } from './engineUnderTest';

afterEach(endWorkers);

const DDL = `
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE TYPE pair AS (a integer, "b c" text);
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE DOMAIN email AS text COLLATE "C" DEFAULT 'a@b' NOT NULL CHECK (VALUE LIKE '%@%');
CREATE SEQUENCE free AS smallint START 7 INCREMENT 3 MINVALUE 1 MAXVALUE 99 CYCLE;
SELECT nextval('free'), nextval('free');
CREATE FUNCTION double(i integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT i * 2';
CREATE FUNCTION double(t text) RETURNS text LANGUAGE sql AS $$ SELECT t || t $$;
CREATE PROCEDURE doit(INOUT x integer) LANGUAGE plpgsql AS $$ BEGIN x := x + 1; END $$;
CREATE AGGREGATE sum_of(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0');
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n serial, d integer DEFAULT double(2), e email, m mood);
CREATE VIEW v AS SELECT id, double(n) AS twice FROM t;
CREATE VIEW vv AS SELECT twice FROM v;
COMMENT ON FUNCTION double(integer) IS 'it''s twice';
COMMENT ON TYPE mood IS 'how it is';`;

const find = (objects: readonly ObjectInfo[], kind: ObjectKind, name: string, signature?: string): ObjectInfo =>
  objects.find((o) => o.kind === kind && o.name === name && (signature === undefined || o.signature === signature))!;

const migrate = (e: EngineUnderTest, m: ReturnType<typeof postgresSchema.dropObject>) => {
  expect(m.problems).toEqual([]);
  return e.migrate({ relation: m.relation, rebuilds: false, steps: m.steps });
};

it('tells functions, sequences, types and extensions, and writes what makes them', async () => {
  const e = await opened('postgres');
  await e.script(DDL);
  const { objects, sizes } = await e.objects();
  const list = objects.filter((o) => o.schema === 'public').map((o) => `${o.kind} ${o.name}${o.signature === null ? '' : `(${o.signature})`}: ${o.facts}`);
  expect(list).toEqual([
    'index t_pkey: primary key',
    'procedure doit(INOUT x integer): procedure',
    'function double(i integer): returns integer',
    'function double(t text): returns text',
    'domain email: text',
    'sequence free: free',
    'type mood: enum',
    'type pair: composite',
    'type span: range',
    'aggregate sum_of(integer): returns integer',
    'sequence t_id_seq: identity of t.id',
    'sequence t_n_seq: of t.n'
  ]);
  expect(objects.find((o) => o.kind === 'extension')).toMatchObject({ name: 'plpgsql' });
  expect(sizes.find((s) => s.relation === 't')!.bytes).toBeGreaterThan(0);
  const schema = (await e.catalog()).schemas.find((s) => s.name === 'public')!;
  expect(schema.parts).toEqual({ function: 4, sequence: 3, type: 4 });

  // What is written makes the same again, with its comments and the sequence where it stands.
  const ddl: string[] = [];
  for (const info of objects.filter((o) => o.schema === 'public' && !/^t_/.test(o.name))) ddl.push((await e.object(info)).ddl);
  const other = await opened('postgres');
  for (const sql of ddl) await other.script(sql);
  expect((await other.objects()).objects.filter((o) => o.schema === 'public')).toEqual(objects.filter((o) => o.schema === 'public' && !/^t_/.test(o.name)));
  expect(await other.rows("SELECT nextval('free'), sum_of(i), double(3), double('a'), 'x@y'::email, 'it''s ok'::mood FROM generate_series(1, 3) i")).toEqual([
    ['13', '6', '6', 'aa', 'x@y', "it's ok"]
  ]);
});

it('names what depends on a function, and what goes with an extension', async () => {
  const e = await opened('postgres');
  await e.script(`${DDL} CREATE EXTENSION citext; CREATE TABLE c (x citext)`);
  const { objects } = await e.objects();
  expect(objects.some((o) => o.name === 'citext_eq')).toBe(false);
  const double = await e.object(find(objects, 'function', 'double', 'i integer'));
  expect(double.dependants.map((d) => `${d.kind} ${d.name}`)).toEqual(['default value public.t.d', 'view v', 'view vv']);
  const citext = await e.object(find(objects, 'extension', 'citext'));
  expect(citext.dependants.map((d) => d.name)).toContain('c.x');
});

it('changes a function in place, and with what stands on it where its arguments change', async () => {
  const e = await opened('postgres');
  await e.script(`${DDL} ALTER TABLE t ALTER d DROP DEFAULT; INSERT INTO t (e, m) VALUES ('q@r', 'sad')`);
  const reading = await e.object(find((await e.objects()).objects, 'function', 'double', 'i integer'));
  const same = postgres.split(reading.ddl)[0]!.text.replace('i * 2', 'i * 20');
  const inPlace = postgresSchema.changeObject(reading, same);
  expect(inPlace.steps.map((s) => s.sql.slice(0, 26))).toEqual(['CREATE OR REPLACE FUNCTION']);
  expect(await migrate(e, inPlace)).toMatchObject({ done: true });
  expect(await e.rows('SELECT twice FROM vv')).toEqual([['20']]);

  const wider = postgresSchema.changeObject(await e.object(reading.info), same.replace('(i integer)', '(i integer, by integer DEFAULT 3)').replace('i * 20', 'i * by'));
  expect(wider.steps.map((s) => s.sql.split(/\s+/).slice(0, 3).join(' '))).toEqual([
    'DROP VIEW public.vv',
    'DROP VIEW public.v',
    'DROP FUNCTION public.double(i',
    'CREATE OR REPLACE',
    'COMMENT ON FUNCTION',
    'CREATE VIEW public.v',
    'CREATE VIEW public.vv'
  ]);
  expect(await migrate(e, wider)).toMatchObject({ done: true });
  expect(await e.rows('SELECT twice FROM vv')).toEqual([['3']]);
  const { objects } = await e.objects();
  expect(objects.filter((o) => o.name === 'double').map((o) => [o.signature, o.comment])).toEqual([['i integer, by integer', "it's twice"], ['t text', undefined]]);
});

it('drops each kind, with what depends on it only when that is asked for', async () => {
  const e = await opened('postgres');
  await e.script(`${DDL} CREATE TABLE other (id integer UNIQUE); CREATE INDEX other_i ON other ((id + 1))`);
  const { objects } = await e.objects();
  const refused = await migrate(e, postgresSchema.dropObject(find(objects, 'function', 'double', 'i integer'), false));
  expect(refused).toMatchObject({ done: false, error: { code: '2BP01' } });
  expect((await e.objects()).objects).toEqual(objects);
  for (const kind of ['procedure', 'aggregate', 'domain'] as const) {
    const info = objects.find((o) => o.kind === kind)!;
    expect(await migrate(e, postgresSchema.dropObject(info, true))).toMatchObject({ done: true });
  }
  for (const name of ['other_i', 'other_id_key']) {
    expect(await migrate(e, postgresSchema.dropObject(objects.find((o) => o.name === name)!, false))).toMatchObject({ done: true });
  }
  expect(await migrate(e, postgresSchema.dropObject(find(objects, 'sequence', 'free'), false))).toMatchObject({ done: true });
  expect(await migrate(e, postgresSchema.dropObject(find(objects, 'type', 'mood'), true))).toMatchObject({ done: true });
  expect(await migrate(e, postgresSchema.dropObject(find(objects, 'function', 'double', 'i integer'), true))).toMatchObject({ done: true });
  expect((await e.objects()).objects.filter((o) => o.schema === 'public').map((o) => o.name)).toEqual(['t_pkey', 'double', 'pair', 'span', 't_id_seq', 't_n_seq']);
});

it('changes a trigger in place, or makes it again under another name', async () => {
  const e = await opened('postgres');
  await e.script(`CREATE TABLE t (a integer);
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.a := new.a + 1; RETURN new; END $$;
    CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();`);
  const reading = await e.object((await e.objects()).objects.find((o) => o.kind === 'trigger')!);
  const inPlace = postgresSchema.changeObject(reading, reading.ddl.replace('BEFORE INSERT', 'BEFORE UPDATE'));
  expect(inPlace.steps).toHaveLength(1);
  expect(await migrate(e, inPlace)).toMatchObject({ done: true });
  const renamed = postgresSchema.changeObject(await e.object(reading.info), reading.ddl.replace('TRIGGER tr', 'TRIGGER other'));
  expect(renamed.steps.map((s) => s.sql.slice(0, 11))).toEqual(['DROP TRIGGE', 'CREATE TRIG']);
  expect(await migrate(e, renamed)).toMatchObject({ done: true });
  const f = await e.object((await e.objects()).objects.find((o) => o.kind === 'function')!);
  expect(f.dependants).toMatchObject([{ kind: 'trigger', name: 'other on t' }]);
});

it('keeps owners, grants, defaults, rules and comments of what is dropped and made again', async () => {
  const e = await opened('postgres');
  await e.script(`CREATE ROLE reader; CREATE ROLE "Odd one"; CREATE ROLE boss; CREATE TABLE t (id integer, n integer); GRANT SELECT ON t TO boss;
    CREATE FUNCTION double(i integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT i * 2';
    COMMENT ON FUNCTION double(integer) IS 'it''s twice';
    ALTER FUNCTION double(integer) OWNER TO boss;
    REVOKE EXECUTE ON FUNCTION double(integer) FROM PUBLIC;
    GRANT EXECUTE ON FUNCTION double(integer) TO reader, "Odd one";
    CREATE VIEW v WITH (security_barrier=true) AS SELECT id, double(n) AS twice FROM t;
    ALTER VIEW v ALTER COLUMN id SET DEFAULT 7;
    ALTER VIEW v OWNER TO boss;
    GRANT SELECT, UPDATE ON v TO reader WITH GRANT OPTION; GRANT SELECT (id) ON v TO "Odd one"; GRANT SELECT ON v TO PUBLIC;
    COMMENT ON VIEW v IS 'seen'; COMMENT ON COLUMN v.twice IS 'two';
    CREATE FUNCTION tf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
    CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION tf();
    COMMENT ON TRIGGER tr ON v IS 'fires';
    CREATE RULE r AS ON DELETE TO v DO INSTEAD NOTHING; COMMENT ON RULE r ON v IS 'no end';
    CREATE MATERIALIZED VIEW mv AS SELECT twice FROM v; CREATE UNIQUE INDEX mvi ON mv (twice); COMMENT ON INDEX mvi IS 'fast';
    GRANT SELECT ON mv TO reader;`);
  const facts = async () => ({
    classes: await e.rows("SELECT relname, relowner::regrole, array(SELECT unnest(relacl)::text ORDER BY 1), reloptions FROM pg_class WHERE relname IN ('v', 'mv') ORDER BY 1"),
    functions: await e.rows("SELECT proowner::regrole, array(SELECT unnest(proacl)::text ORDER BY 1), obj_description(oid) FROM pg_proc WHERE proname = 'double'"),
    columns: await e.rows("SELECT attname, attacl, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'v'::regclass AND attnum > 0"),
    defaults: await e.rows("SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'v'::regclass"),
    beside: await e.rows(`SELECT 't', tgname, tgenabled, obj_description(oid) FROM pg_trigger WHERE tgrelid = 'v'::regclass
      UNION ALL SELECT 'r', rulename, ev_enabled, obj_description(oid) FROM pg_rewrite WHERE ev_class = 'v'::regclass
      UNION ALL SELECT 'i', relname, '', obj_description(oid) FROM pg_class WHERE relname = 'mvi' ORDER BY 1, 2`),
    comments: await e.rows("SELECT obj_description('v'::regclass)")
  });
  const before = await facts();
  expect(before.classes.map((r) => r[1])).toEqual(['postgres', 'boss']);

  // its argument has another name: Postgres must drop it, and with it what stands on it
  const reading = await e.object(find((await e.objects()).objects, 'function', 'double'));
  const [made] = postgres.split(reading.ddl);
  const change = postgresSchema.changeObject(reading, made!.text.replace('(i integer)', '(j integer)').replace('i * 2', 'j * 2'));
  expect(change.steps.map((s) => s.what)).toContain('Grants again what was granted on it');
  expect(await migrate(e, change)).toMatchObject({ done: true });
  expect(await facts()).toEqual(before);

  // a view by its definition, dropped first
  const { info, ddl, triggers } = await e.structure({ schema: 'public', relation: 'v' });
  const { dependants } = await e.definition({ schema: 'public', relation: 'v' });
  const view = postgresSchema.changeView(info, `${postgres.split(ddl)[0]!.text} WHERE id > 0`, { kind: 'view', ddl, triggers: triggers.map((t) => ({ ...t, id: t.name })) as never, dependants }, true);
  expect(await migrate(e, view)).toMatchObject({ done: true });
  expect(await facts()).toEqual(before);

  // what belonged to a column that the changed view has no more goes with it; what belonged to the others stays
  const around = { kind: 'view' as const, ddl, triggers: [], dependants };
  expect(await migrate(e, postgresSchema.changeView(info, 'CREATE VIEW public.v AS SELECT n AS twice FROM t', around, true))).toMatchObject({ done: true });
  expect((await facts()).columns.map((r) => [r[0], r[2]])).toEqual([['twice', 'two']]);
  expect((await facts()).comments).toEqual(before.comments);

  // a trigger that a function's change drops keeps whether it fires
  await e.script("CREATE TRIGGER off BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION tf(); ALTER TABLE t DISABLE TRIGGER off; COMMENT ON TRIGGER off ON t IS 'not now'");
  const tf = await e.object(find((await e.objects()).objects, 'function', 'tf'));
  const renamed = postgresSchema.changeObject(tf, postgres.split(tf.ddl)[0]!.text.replace('tf()', 'tf(VARIADIC x integer[] DEFAULT NULL)'));
  expect(renamed.problems).toEqual([]);
  expect(tf.dependants.find((d) => d.name === 'off on t')!.sql).toMatch(/DISABLE TRIGGER off;\nCOMMENT ON TRIGGER off ON t IS 'not now'/);

  // what new objects are granted by default is no reason that a remade one has it
  await e.script('ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO "Odd one"');
  const mv = await e.structure({ schema: 'public', relation: 'mv' });
  expect(mv.ddl).toContain('REVOKE SELECT ON TABLE public.mv FROM "Odd one"');
});
