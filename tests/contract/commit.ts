import { expect, it } from 'vitest';
import type { RowChange } from '$workers/engine';
import { commit, EditedTable, reverseOf } from './changing';
import { opened, type EngineName, type EngineUnderTest } from './engineUnderTest';

/** Staged changes in one transaction: all or nothing, each row named by its key and what was seen. */
export function commits(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const main = lite ? 'main' : 'public';
  const n = (value: number): number | string => (lite ? value : String(value));

  const withTable = async (ddl: string, relation = 't'): Promise<EditedTable> => {
    const e = await opened(engine);
    await e.script(ddl);
    return new EditedTable(e, main, relation);
  };
  const people = (): Promise<EditedTable> =>
    withTable(`CREATE TABLE t (id integer PRIMARY KEY, name text UNIQUE, note text DEFAULT 'none');
      INSERT INTO t (id, name) VALUES (1, 'Ada'), (2, 'Bob'), (3, 'Eve')`);
  const values = async (t: EditedTable): Promise<unknown[]> => (await t.rows()).map((r) => r.values);

  it('inserts, changes and deletes, and takes it all back', async () => {
    const t = await people();
    const before = await values(t);
    const [ada, bob] = await t.rows();
    const changes = [
      t.insert({ id: n(4), name: "O'Neil" }),
      t.update(ada!, { name: null, note: '' }),
      t.update((await t.rows())[2]!, { note: { default: true } }),
      t.delete(bob!)
    ];
    const report = await commit(t.engine, changes);
    expect(report.statements.map((s) => s.rows)).toEqual([1, 1, 1, 1]);
    expect(report.statements.map((s) => s.sql).join('\n')).toContain("'O''Neil'");
    expect(report.rows.find((r) => r.id === changes[0]!.id)?.now).toEqual({ id: n(4), name: "O'Neil", note: 'none' });
    const after = await values(t);
    expect(after).toHaveLength(3);
    expect(after).toContainEqual({ id: n(1), name: null, note: '' });
    const undo = await reverseOf(t.engine, changes, report);
    const undone = await commit(t.engine, undo);
    expect(new Set(await values(t))).toEqual(new Set(before));
    await commit(t.engine, await reverseOf(t.engine, undo, undone));
    expect(new Set(await values(t))).toEqual(new Set(after));
  });

  it('runs what it shows', async () => {
    const t = await people();
    const [ada] = await t.rows();
    const changes = [t.update(ada!, { name: "a'\\b\n\"c" }), t.insert({ id: n(9), name: 'x', note: null })];
    const report = await commit(t.engine, changes);
    const after = await values(t);
    await t.engine.script(`DELETE FROM t; INSERT INTO t (id, name) VALUES (1, 'Ada'), (2, 'Bob'), (3, 'Eve')`);
    for (const { sql } of report.statements) await t.engine.script(sql!);
    expect(new Set(await values(t))).toEqual(new Set(after));
  });

  it('finds a row that somebody changed or deleted since, changes nothing, and overwrites when asked', async () => {
    const t = await people();
    const [ada, bob, eve] = await t.rows();
    const changes = [t.update(ada!, { note: 'mine' }), t.delete(bob!), t.update(eve!, { note: 'e' }), t.insert({ id: n(7) })];
    await t.engine.script("UPDATE t SET note = 'theirs' WHERE id = 1; DELETE FROM t WHERE id = 2");
    const report = await t.engine.commitChanges({ changes });
    expect(report).toMatchObject({ outcome: 'conflict', rows: [] });
    expect(new Map(report.conflicts.map((c) => [c.id, [c.kind, c.theirs]]))).toEqual(
      new Map([
        [changes[0]!.id, ['changed', { id: n(1), name: 'Ada', note: 'theirs' }]],
        [changes[1]!.id, ['gone', null]]
      ])
    );
    const theirs = new Set([{ id: n(1), name: 'Ada', note: 'theirs' }, { id: n(3), name: 'Eve', note: 'none' }]);
    expect(new Set(await values(t))).toEqual(theirs);
    const forced = await commit(t.engine, changes, [changes[0]!.id, changes[1]!.id]);
    expect(await values(t)).toContainEqual({ id: n(1), name: 'Ada', note: 'mine' });
    await commit(t.engine, await reverseOf(t.engine, changes, forced));
    expect(new Set(await values(t))).toEqual(theirs);
  });

  it('takes all back when one of many fails, and names it', async () => {
    const t = await people();
    const changes = Array.from({ length: 500 }, (_, i) => t.insert({ id: n(i + 10), name: i === 250 ? 'Eve' : `n${i}` }));
    const report = await t.engine.commitChanges({ changes });
    expect(report.outcome).toBe('failed');
    expect(report.failure!.id).toBe(changes[250]!.id);
    expect(report.failure!.error.code).toMatch(/23505|SQLITE_CONSTRAINT_UNIQUE/);
    expect(report.failure!.error.statement).toContain("'Eve'");
    expect(await values(t)).toHaveLength(3);
    expect((await t.engine.run({ sql: 'SELECT 1' })).inTransaction).toBe(false);
  });

  it('finds the rows that somebody changed also where another change fails', async () => {
    const t = await people();
    const [ada, bob, eve] = await t.rows();
    const changes = [t.update(ada!, { note: 'mine' }), t.update(bob!, { note: 'm' }), t.update(eve!, { note: null })];
    await t.engine.script(`UPDATE t SET note = 'theirs' WHERE id = 1; ${lite ? "CREATE TRIGGER no BEFORE UPDATE ON t WHEN new.note = 'm' BEGIN SELECT raise(ABORT, 'no'); END" : "ALTER TABLE t ADD CHECK (note <> 'm')"}`);
    const report = await t.engine.commitChanges({ changes });
    expect(report).toMatchObject({ outcome: 'conflict', conflicts: [{ id: changes[0]!.id, kind: 'changed', theirs: { note: 'theirs' } }] });
    const alone = await t.engine.commitChanges({ changes: changes.slice(1) });
    expect(alone).toMatchObject({ outcome: 'failed', conflicts: [], failure: { id: changes[1]!.id } });
  });

  it('leaves an open transaction of the user alone', async () => {
    const t = await people();
    await t.engine.script("BEGIN; UPDATE t SET note = 'open' WHERE id = 1");
    await expect(t.engine.commitChanges({ changes: [t.insert({ id: n(5) })] })).rejects.toMatchObject({ code: 'refused' });
    expect((await t.engine.run({ sql: 'COMMIT' })).outcomes[0]!.state).toBe('done');
    expect(await values(t)).toContainEqual({ id: n(1), name: 'Ada', note: 'open' });
  });

  it('frees a unique value before it takes it', async () => {
    const t = await people();
    const [ada, bob, eve] = await t.rows();
    await commit(t.engine, [t.insert({ id: n(2), name: 'Bob' }), t.update(ada!, { name: 'Eve' }), t.update(eve!, { name: 'Zoe' }), t.delete(bob!)]);
    expect((await values(t)).map((v) => (v as { name: string }).name).sort()).toEqual(['Bob', 'Eve', 'Zoe']);
  });

  it('exchanges values that may be there only once, of any key, in a ring of any length', async () => {
    const t = await withTable(`CREATE TABLE t (id integer PRIMARY KEY, name text UNIQUE, code text NOT NULL UNIQUE, place integer NOT NULL UNIQUE);
      INSERT INTO t VALUES (1, 'a', 'A', 10), (2, 'b', 'B', 20), (3, 'c', 'C', 30), (4, NULL, 'D', 40)`);
    const before = new Set(await values(t));
    for (const change of [{ name: ['b', 'a', 'c'] }, { code: ['B', 'A', 'C'] }, { place: [n(20), n(30), n(10)] }, { id: [n(3), n(1), n(2)] }, { name: ['c', null, 'a'], id: [n(2), n(3), n(1)] }]) {
      const rows = (await t.rows()).sort((a, b) => Number(a.values.id) - Number(b.values.id));
      const changes = [0, 1, 2].map((i) => t.update(rows[i]!, Object.fromEntries(Object.entries(change).map(([name, v]) => [name, v[i]!]))));
      const wanted = new Set(changes.map((c) => ({ ...c.before, ...c.data })).concat(rows.slice(3).map((r) => r.values)));
      const report = await commit(t.engine, changes);
      expect(new Set(await values(t))).toEqual(wanted);
      expect(new Set(report.rows.map((r) => r.now))).toEqual(new Set(changes.map((c) => ({ ...c.before, ...c.data }))));
      await commit(t.engine, await reverseOf(t.engine, changes, report));
      expect(new Set(await values(t))).toEqual(before);
    }
  });

  it('exchanges values within the limits of their columns', async () => {
    const code = lite ? 'code text NOT NULL UNIQUE CHECK (length(code) <= 3 AND code = upper(code))' : "code varchar(3) NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{2}[0-9]$')";
    const t = await withTable(`CREATE TABLE t (id integer PRIMARY KEY CHECK (id > 0), ${code}, place smallint NOT NULL UNIQUE CHECK (place > 0), most smallint NOT NULL UNIQUE);
      INSERT INTO t VALUES (1, 'AB1', 10, 32767), (2, 'CD2', 20, 5), (3, 'EF3', 30, 6)`);
    const before = new Set(await values(t));
    for (const change of [{ code: ['CD2', 'EF3', 'AB1'] }, { place: [n(20), n(30), n(10)] }, { id: [n(2), n(3), n(1)] }, { most: [n(5), n(32767), n(6)] }]) {
      const rows = (await t.rows()).sort((a, b) => Number(a.values.id) - Number(b.values.id));
      const changes = [0, 1, 2].map((i) => t.update(rows[i]!, Object.fromEntries(Object.entries(change).map(([name, v]) => [name, v[i]!]))));
      const report = await commit(t.engine, changes);
      expect(new Set(await values(t))).toEqual(new Set(changes.map((c) => ({ ...c.before, ...c.data }))));
      await commit(t.engine, await reverseOf(t.engine, changes, report));
      expect(new Set(await values(t))).toEqual(before);
    }
  });

  it('says what to do about an exchange that cannot be made in steps, and changes nothing', async () => {
    const t = await withTable(`CREATE TABLE t (id integer PRIMARY KEY, d date NOT NULL UNIQUE, u text UNIQUE);
      INSERT INTO t VALUES (1, '2026-01-01', 'a'), (2, '2026-01-02', 'b')`);
    const [one, two] = await t.rows();
    const before = await values(t);
    const swapped = await t.engine.commitChanges({ changes: [t.update(one!, { d: '2026-01-02' }), t.update(two!, { d: '2026-01-01' })] });
    expect(swapped).toMatchObject({ outcome: 'failed', failure: { error: { hint: expect.stringContaining('Give one of them a value of its own') } } });
    expect(await values(t)).toEqual(before);
    // A trigger would see what is between the steps.
    await t.engine.script(
      lite
        ? 'CREATE TABLE log (n); CREATE TRIGGER seen AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.u); END'
        : "CREATE TABLE log (n text); CREATE FUNCTION seen() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (new.u); RETURN new; END'; CREATE TRIGGER seen AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION seen()"
    );
    const changes = [t.update(one!, { u: 'b' }), t.update(two!, { u: 'a' })];
    expect((await t.engine.commitChanges({ changes })).failure?.error.hint).toContain('exchange');
    expect(await t.engine.rows('SELECT * FROM log')).toEqual([]);
    expect(await values(t)).toEqual(before);
    // Whoever changed a row since is told of, not overrun.
    await t.engine.script("DROP TRIGGER seen" + (lite ? '' : ' ON t') + "; UPDATE t SET d = '2027-01-01' WHERE id = 2");
    const report = await t.engine.commitChanges({ changes });
    expect(report).toMatchObject({ outcome: 'conflict', conflicts: [{ id: changes[1]!.id }] });
  });

  const family = async (clause = ''): Promise<{ e: EngineUnderTest; parent: EditedTable; child: EditedTable }> => {
    const parent = await withTable(
      `CREATE TABLE parent (a integer, b text, PRIMARY KEY (a, b));
       CREATE TABLE child (id integer PRIMARY KEY, pa integer, pb text, FOREIGN KEY (pa, pb) REFERENCES parent (a, b) ${clause});
       INSERT INTO parent VALUES (1, 'x'); INSERT INTO child VALUES (1, 1, 'x')`,
      'parent'
    );
    return { e: parent.engine, parent, child: new EditedTable(parent.engine, main, 'child') };
  };

  it('makes parents before children, and children go before parents, whatever the order that they came in', async () => {
    const { e, parent, child } = await family();
    const [one] = await parent.rows();
    const [first] = await child.rows();
    const changes: RowChange[] = [
      parent.delete(one!),
      child.insert({ id: n(2), pa: n(2), pb: 'y' }),
      child.update(first!, { pa: n(2), pb: 'y' }),
      parent.insert({ a: n(2), b: 'y' })
    ];
    const report = await commit(e, changes);
    expect(await values(parent)).toEqual([{ a: n(2), b: 'y' }]);
    expect(await values(child)).toEqual([{ id: n(1), pa: n(2), pb: 'y' }, { id: n(2), pa: n(2), pb: 'y' }]);
    await commit(e, await reverseOf(e, changes, report));
    expect(await values(parent)).toEqual([{ a: n(1), b: 'x' }]);
    expect(await values(child)).toEqual([{ id: n(1), pa: n(1), pb: 'x' }]);
  });

  it('names the child whose parent is missing', async () => {
    const { e, child } = await family('DEFERRABLE INITIALLY DEFERRED');
    const changes = [child.insert({ id: n(5) }), child.insert({ id: n(6), pa: n(9), pb: 'none' })];
    const report = await e.commitChanges({ changes });
    expect(report.failure?.error.code).toMatch(/23503|FOREIGNKEY/);
    expect(report.failure?.id).toBe(changes[1]!.id);
    expect(await values(child)).toHaveLength(1);
  });

  it('makes, changes and deletes a circle whose foreign keys are checked at once, where one may be empty', async () => {
    const boss = await withTable('CREATE TABLE boss (id integer PRIMARY KEY, name text UNIQUE, of integer REFERENCES boss (id))', 'boss');
    const e = boss.engine;
    const made = [boss.insert({ id: n(1), of: n(2) }), boss.insert({ id: n(2), of: n(3) }), boss.insert({ id: n(3), of: n(1) })];
    const report = await commit(e, made);
    const ring = new Set(await values(boss));
    expect(ring).toEqual(new Set([{ id: n(1), name: null, of: n(2) }, { id: n(2), name: null, of: n(3) }, { id: n(3), name: null, of: n(1) }]));
    const gone = (await boss.rows()).map((row) => boss.delete(row));
    const deleted = await commit(e, gone);
    expect(await values(boss)).toEqual([]);
    await commit(e, await reverseOf(e, gone, deleted));
    expect(new Set(await values(boss))).toEqual(ring);
    await commit(e, await reverseOf(e, made, report));
    expect(await values(boss)).toEqual([]);
  });

  it('makes a circle of rows that point to each other', async () => {
    const a = await withTable(
      `CREATE TABLE a (id integer PRIMARY KEY, b_id integer NOT NULL);
       CREATE TABLE b (id integer PRIMARY KEY, a_id integer NOT NULL REFERENCES a (id) DEFERRABLE INITIALLY IMMEDIATE);
       ${lite ? '' : 'ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id) DEFERRABLE INITIALLY IMMEDIATE;'}`,
      'a'
    );
    const e = a.engine;
    if (lite) await e.script('DROP TABLE a; CREATE TABLE a (id integer PRIMARY KEY, b_id integer NOT NULL REFERENCES b (id))');
    const b = new EditedTable(e, main, 'b');
    const changes = [a.insert({ id: n(1), b_id: n(1) }), b.insert({ id: n(1), a_id: n(1) })];
    const report = await commit(e, changes);
    expect(await values(a)).toHaveLength(1);
    const undo = await reverseOf(e, changes, report);
    await commit(e, undo);
    expect(await values(a)).toHaveLength(0);
    const broken = await e.commitChanges({ changes: [a.insert({ id: n(1), b_id: n(2) }), b.insert({ id: n(1), a_id: n(1) })] });
    expect(broken.outcome).toBe('failed');
    expect(await values(b)).toHaveLength(0);
  });

  it('shows what triggers, defaults and generated columns made of a row', async () => {
    const trigger = lite
      ? "CREATE TRIGGER up AFTER INSERT ON t BEGIN UPDATE t SET name = upper(name) WHERE id = new.id; END"
      : `CREATE FUNCTION up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET name = upper(name) WHERE id = new.id; RETURN NULL; END $$;
         CREATE TRIGGER up AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION up()`;
    const t = await withTable(
      `CREATE TABLE t (id ${lite ? 'INTEGER PRIMARY KEY' : 'integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY'}, name text,
        size integer GENERATED ALWAYS AS (length(name)) STORED, day text DEFAULT 'today'); ${trigger}`
    );
    const changes = [t.insert({ name: 'ada' })];
    const report = await commit(t.engine, changes);
    const made = { id: n(1), name: 'ADA', size: n(3), day: 'today' };
    expect(report.rows[0]!.now).toEqual(made);
    expect(await values(t)).toEqual([made]);
    const gone = [t.delete((await t.rows())[0]!)];
    const deleted = await commit(t.engine, gone);
    await commit(t.engine, await reverseOf(t.engine, gone, deleted));
    expect(await values(t)).toEqual([made]);
  });

  it('changes rows without a key by their place, those that are alike too', async () => {
    const t = await withTable("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (1, 'x'), (1, 'x'), (2, NULL)");
    const before = await values(t);
    const rows = await t.rows();
    expect(new Set(rows.map((r) => r.rowId)).size).toBe(3);
    const changes = [t.update(rows[1]!, { b: 'y' }), t.delete(rows[2]!), t.insert({ a: n(7) })];
    const report = await commit(t.engine, changes);
    expect(new Set(await values(t))).toEqual(new Set([{ a: n(1), b: 'x' }, { a: n(1), b: 'y' }, { a: n(7), b: null }]));
    await commit(t.engine, await reverseOf(t.engine, changes, report));
    expect((await values(t)).map((v) => JSON.stringify(v)).sort()).toEqual(before.map((v) => JSON.stringify(v)).sort());
  });

  it('finds a row without a key by all its values when it lies elsewhere by now, if it is the only one', async () => {
    const t = await withTable("CREATE TABLE t (a integer, b text); INSERT INTO t VALUES (1, 'x'), (2, 'z'), (2, 'z')");
    const [one, two] = await t.rows();
    await commit(t.engine, [t.update({ ...one!, rowId: lite ? '99' : one!.rowId!.replace(/\(.*/, '(0,99)') }, { b: 'found' })]);
    expect(await values(t)).toContainEqual({ a: n(1), b: 'found' });
    const lost = t.update({ values: two!.values }, { b: 'lost' });
    expect(await t.engine.commitChanges({ changes: [lost] })).toMatchObject({ outcome: 'failed', failure: { id: lost.id } });
  });

  it('edits a table with as many columns as the engine takes', async () => {
    const most = lite ? 2_000 : 1_600;
    const names = Array.from({ length: most - 1 }, (_, i) => `c${i}`);
    const t = await withTable(`CREATE TABLE t (id integer PRIMARY KEY, ${names.map((c) => `${c} ${lite ? 'text' : 'smallint'}`).join(', ')})`);
    const value = lite ? 'a' : '1';
    await commit(t.engine, [t.insert({ id: n(1), c0: value }), t.insert({ id: n(2), ...(lite ? Object.fromEntries(names.map((c) => [c, value])) : { c7: value }) })]);
    const rows = await t.rows();
    const changes = [...rows.map((row) => t.update(row, { c5: lite ? 'b' : '2' }))];
    const report = await commit(t.engine, changes);
    expect((await t.rows()).map((r) => r.values.c5)).toEqual(lite ? ['b', 'b'] : ['2', '2']);
    await commit(t.engine, await reverseOf(t.engine, changes, report));
    expect(await t.rows()).toEqual(rows);
    await commit(t.engine, (await t.rows()).map((row) => t.delete(row)));
    expect(await t.rows()).toEqual([]);
  });

  it('refuses a view, and says why', async () => {
    const t = await withTable('CREATE TABLE base (a integer); CREATE VIEW t AS SELECT a FROM base');
    const report = await t.engine.commitChanges({ changes: [t.insert({ a: n(1) })] });
    expect(report).toMatchObject({ outcome: 'failed', failure: { error: { code: 'refused' } } });
    expect(report.failure!.error.hint).toMatch(/view/);
  });

  it('writes to columns of any name', async () => {
    const names = ['"', '`', 'a b', 'select', '🏠', "it's", '$1', '?', ':x', '__proto__', ...(lite ? [''] : [])];
    const quoted = names.map((name) => `"${name.replaceAll('"', '""')}"`);
    const t = await withTable(`CREATE TABLE "odd ""table" (id integer PRIMARY KEY, ${quoted.map((q) => `${q} text`).join(', ')})`, 'odd "table');
    const row = Object.fromEntries(names.map((name, i) => [name, `v${i}`]));
    const inserted = [t.insert(Object.fromEntries([['id', n(1)], ...Object.entries(row)]))];
    await commit(t.engine, inserted);
    const [seen] = await t.rows();
    expect(Object.entries(seen!.values).slice(1)).toEqual(Object.entries(row));
    const changes = [t.update(seen!, Object.fromEntries(names.map((name) => [name, null])))];
    const report = await commit(t.engine, changes);
    expect(Object.values((await t.rows())[0]!.values).slice(1)).toEqual(names.map(() => null));
    await commit(t.engine, await reverseOf(t.engine, changes, report));
    expect(Object.entries((await t.rows())[0]!.values).slice(1)).toEqual(Object.entries(row));
  });

  it('takes back what was cut on its way to the page', async () => {
    const t = await withTable(`CREATE TABLE t (id integer PRIMARY KEY, long text, bytes ${lite ? 'blob' : 'bytea'}, x text)`);
    const long = 'ä'.repeat(50_000);
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i);
    await commit(t.engine, [t.insert({ id: n(1), long, bytes, x: 'a' }), t.insert({ id: n(2), long, bytes, x: 'b' })]);
    const [one, two] = await t.rows();
    const changes = [t.update(one!, { long: 'short', x: 'c' }), t.delete(two!)];
    const report = await commit(t.engine, changes);
    await commit(t.engine, await reverseOf(t.engine, changes, report));
    const request = { schema: main, relation: 't', sorts: [], filters: [], from: 0, count: 9 };
    for (const row of [0, 1]) {
      expect(await t.engine.browseCell(request, row, 1)).toBe(long);
      expect(await t.engine.browseCell(request, row, 2)).toEqual(bytes);
      expect(await t.engine.browseCell(request, row, 3)).toBe(row === 0 ? 'a' : 'b');
    }
    const [again] = await t.rows();
    await t.engine.script(`UPDATE t SET long = 'ö' || substr(long, 2) WHERE id = 1`);
    const stale = await t.engine.commitChanges({ changes: [t.update(again!, { x: 'd' })] });
    expect(stale.outcome).toBe('conflict');
  });
}
