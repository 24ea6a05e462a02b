import { expect, it } from 'vitest';
import { opened, type EngineName, type EngineUnderTest } from './engineUnderTest';

/** A project that is read-only: nothing that is run changes anything that lasts. */
export function readOnly(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const schema = lite ? 'main' : 'public';

  const SETUP = lite
    ? "CREATE TABLE t (a integer PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y'); CREATE VIEW v AS SELECT a FROM t"
    : `CREATE TABLE t (a integer PRIMARY KEY, b text); INSERT INTO t VALUES (1, 'x'), (2, 'y'); CREATE VIEW v AS SELECT a FROM t;
       CREATE SEQUENCE s; CREATE FUNCTION w() RETURNS void LANGUAGE sql AS 'DELETE FROM t';
       CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN COMMIT; DELETE FROM t; COMMIT; END $$`;

  const ATTEMPTS = lite
    ? [
        "INSERT INTO t VALUES (3, 'z')",
        'WITH x AS (SELECT 1 AS n) DELETE FROM t WHERE a IN (SELECT n FROM x)',
        'PRAGMA writable_schema=on; UPDATE sqlite_schema SET sql = replace(sql, \'b text\', \'c text\')',
        'PRAGMA query_only=0; UPDATE t SET b = NULL',
        'PRAGMA query_only=off; PRAGMA writable_schema=on; PRAGMA journal_mode=memory; DELETE FROM sqlite_schema',
        'PRAGMA user_version=7',
        'PRAGMA application_id=7',
        'PRAGMA journal_mode=wal',
        'PRAGMA query_only=0; BEGIN IMMEDIATE; DELETE FROM t; COMMIT',
        'BEGIN; PRAGMA query_only=0; DELETE FROM t; COMMIT',
        'COMMIT',
        'PRAGMA query_only=0; CREATE TABLE u (a)',
        'DROP TABLE t',
        'VACUUM',
        'REINDEX',
        'ANALYZE',
        "PRAGMA query_only=0; ATTACH ':memory:' AS m; CREATE TABLE m.x AS SELECT * FROM t; DELETE FROM t",
        'PRAGMA query_only=0; CREATE TEMP TRIGGER z AFTER INSERT ON t BEGIN DELETE FROM t; END; INSERT INTO t VALUES (9, 9)'
      ]
    : [
        "INSERT INTO t VALUES (3, 'z')",
        'WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x',
        "DO $$ BEGIN DELETE FROM t; END $$",
        "DO $$ BEGIN COMMIT; DELETE FROM t; END $$",
        'SELECT w()',
        'CALL p()',
        'SET default_transaction_read_only=off; DELETE FROM t',
        "SELECT set_config('default_transaction_read_only', 'off', false); DELETE FROM t",
        "SELECT set_config('transaction_read_only', 'off', false); DELETE FROM t",
        'SET TRANSACTION READ WRITE; DELETE FROM t',
        'SET transaction_read_only=off; DELETE FROM t',
        'COMMIT; BEGIN READ WRITE; DELETE FROM t; COMMIT',
        'ROLLBACK; BEGIN READ WRITE; DELETE FROM t; COMMIT',
        'COMMIT AND CHAIN; DELETE FROM t; COMMIT',
        'BEGIN READ WRITE; DELETE FROM t; COMMIT',
        'START TRANSACTION READ WRITE; DELETE FROM t; COMMIT',
        "PREPARE TRANSACTION 'x'",
        "SELECT nextval('s')",
        "SELECT setval('s', 99)",
        "COPY t FROM stdin;\n7\tseven\n\\.\n",
        'EXPLAIN ANALYZE DELETE FROM t',
        'CREATE TABLE u (a integer)',
        'DROP TABLE t',
        'TRUNCATE t',
        'VACUUM FULL t',
        'REINDEX TABLE t',
        "ALTER SYSTEM SET work_mem='1MB'",
        'SELECT * INTO u FROM t',
        'CREATE TEMP TABLE tt AS SELECT * FROM t; DELETE FROM t',
        "SELECT lo_from_bytea(0, 'x')",
        'SELECT * FROM t FOR UPDATE'
      ];

  const look = async (e: EngineUnderTest): Promise<unknown> => {
    const { schemas } = await e.catalog();
    const relations = schemas.find((s) => s.name === schema)!.relations.map((r) => [r.relation, r.columns.map((c) => c.name)]);
    const more = lite ? await e.rows('SELECT name, sql FROM sqlite_schema') : await e.rows('SELECT last_value, is_called FROM s');
    return [relations, await e.rows('SELECT * FROM t ORDER BY a'), more];
  };

  it('cannot be written to by anything, and goes on reading', { timeout: 60_000 }, async () => {
    const e = await opened(engine);
    await e.script(SETUP);
    const before = await look(e);
    await e.close();
    e.kill();
    const open = { projectId: e.projectId, source: { kind: 'stored' } as const };
    const reading = await opened(engine, { ...open, readOnly: true });
    expect(reading.report.readOnly).toMatch(/read-only/);
    for (const attempt of ATTEMPTS) {
      const report = await reading.run({ sql: attempt });
      if (!/EXPLAIN|^PRAGMA (user|appl|journal)|^REINDEX|^COMMIT$/.test(attempt)) expect(report.outcomes.at(-1)!.state, attempt).toBe('failed');
      await reading.run({ sql: 'ROLLBACK' });
      expect(await look(reading), attempt).toEqual(before);
      if (!lite) expect(report.inTransaction, attempt).toBe(false);
    }
    await expect(reading.explain('DELETE FROM t', true)).rejects.toMatchObject({ message: expect.any(String) as string });
    const change = { id: 'x', type: 'delete' as const, schema, relation: 't', data: {}, before: { a: lite ? 1 : '1' } };
    await expect(reading.commitChanges({ changes: [change] })).rejects.toMatchObject({ code: 'read-only' });
    expect((await reading.failure("INSERT INTO t VALUES (3, 'z')")).code).toMatch(/SQLITE_READONLY|25006/);
    const atomic = await reading.run({ sql: 'SELECT 1; SELECT a FROM t', atomic: true });
    expect(atomic.outcomes.map((o) => o.state)).toEqual(['done', 'done']);
    expect(await reading.count({ schema, relation: 'v', filters: [] })).toEqual({ count: 2, exact: true });
    expect((await reading.structure({ schema, relation: 't' })).info.relation).toBe('t');
    await reading.close();
    reading.kill();
    const again = await opened(engine, open);
    expect(again.report.readOnly).toBeNull();
    expect(await look(again)).toEqual(before);
    await again.script("INSERT INTO t VALUES (3, 'z')");
  });

  if (!lite) {
    it('keeps what is set for the session', async () => {
      const e = await opened(engine);
      await e.script('CREATE SCHEMA other; CREATE TABLE other.o (a integer)');
      e.kill();
      const reading = await opened(engine, { projectId: e.projectId, source: { kind: 'stored' }, readOnly: true });
      await reading.script('SET search_path = other');
      expect(await reading.rows('SELECT count(*) FROM o')).toEqual([['0']]);
    });
  }
}
