import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ColumnDefinition, TableDefinition } from '../../workers/wire/tableDefinition';
import { endWorkers, engines, opened, type EngineName, type EngineUnderTest } from './engineUnderTest';
import { apply, column, comparable, read, run, sqlOf, table, withIds } from './tableTrip';

afterEach(endWorkers);

const schemaOf = (engine: EngineName): string => (engine === 'sqlite' ? 'main' : 'public');

/** Types, and what a row number becomes in them. Each goes to those behind it in the same list without a loss. */
const chains: Record<EngineName, { type: string; value: (n: number) => string }[][]> = {
  sqlite: [
    [{ type: 'INTEGER', value: (n) => String(n * 7) }, { type: 'NUMERIC', value: (n) => `${n}.5` }, { type: 'TEXT', value: (n) => `'t ${n}'` }],
    [{ type: 'BLOB', value: (n) => `x'00ff0${n % 10}'` }],
    [{ type: 'varchar(20)', value: (n) => `'v''${n}'` }, { type: 'TEXT', value: (n) => `'t ${n}'` }]
  ],
  postgres: [
    [{ type: 'smallint', value: (n) => String(n * 7) }, { type: 'bigint', value: (n) => `9007199254740993${n % 10}` }, { type: 'text', value: (n) => `'t ${n}'` }],
    [{ type: 'varchar(20)', value: (n) => `'v''${n}'` }, { type: 'text', value: (n) => `'t ${n}'` }],
    [{ type: 'timestamptz', value: (n) => `'2001-02-03 04:05:06.00000${n % 10}+00'` }],
    [{ type: 'json', value: (n) => `'{"b": ${n}, "a": 1}'` }]
  ]
};

interface RandomColumn {
  chain: number;
  place: number;
  nullable: boolean;
  unique: boolean;
  indexed: boolean;
  default: boolean;
}

const randomColumn = fc.record<RandomColumn>({
  chain: fc.nat(30),
  place: fc.nat(10),
  nullable: fc.boolean(),
  unique: fc.boolean(),
  indexed: fc.boolean(),
  default: fc.boolean()
});

interface RandomEdit {
  rename: boolean;
  drop: boolean;
  retype: boolean;
  nullable: boolean;
  unique: boolean;
  indexed: boolean;
  default: boolean;
}

const randomEdit = fc.record<RandomEdit>({
  rename: fc.boolean(),
  drop: fc.boolean(),
  retype: fc.boolean(),
  nullable: fc.boolean(),
  unique: fc.boolean(),
  indexed: fc.boolean(),
  default: fc.boolean()
});

const scenario = fc.record({
  columns: fc.array(randomColumn, { minLength: 1, maxLength: 5 }),
  edits: fc.array(randomEdit, { minLength: 5, maxLength: 5 }),
  added: fc.array(randomColumn, { maxLength: 2 }),
  turn: fc.nat(5),
  renamed: fc.boolean(),
  rows: fc.integer({ min: 0, max: 6 }),
  foreignKey: fc.boolean(),
  checked: fc.boolean()
});

const pick = (engine: EngineName, c: RandomColumn) => {
  const chain = chains[engine][c.chain % chains[engine].length]!;
  return { chain, place: c.place % chain.length };
};

/** Adds a column with the keys and indexes that are asked for. */
function add(t: TableDefinition, name: string, type: string, c: Pick<RandomColumn, 'nullable' | 'unique' | 'indexed' | 'default'>): void {
  const value = /int|num/i.test(type) ? '5' : /blob|json|timestamp/i.test(type) ? null : `'none'`;
  t.columns.push(column(name, type, { nullable: c.nullable, default: c.default ? value : null }));
  const comparable = type !== 'json';
  if (c.unique && comparable) {
    t.uniques.push({ id: `u_${name}`, name: `u_${name}`, columns: [name], modifiers: [''], tail: '', nullsNotDistinct: false, inline: false });
  }
  if (c.indexed && comparable) t.indexes.push({ id: `i_${name}`, name: `i_${name}`, unique: false, method: t.schema === 'main' ? '' : 'btree', on: name, tail: '', where: null });
}

/** The keys of one column, taken out; a list without them. */
const without = (t: TableDefinition, id: string): void => {
  t.columns = t.columns.filter((c) => c.id !== id);
  t.uniques = t.uniques.filter((k) => !k.columns.includes(id));
  t.indexes = t.indexes.filter((i) => i.on !== id);
};

const quoted = (engine: EngineName, c: ColumnDefinition): string => (engine === 'sqlite' ? `typeof("${c.name}") || quote("${c.name}")` : `"${c.name}"::text`);

async function valuesOf(e: EngineUnderTest, engine: EngineName, t: TableDefinition, columns: ColumnDefinition[]): Promise<unknown> {
  if (columns.length === 0) return [];
  return e.rows(`SELECT ${columns.map((c) => quoted(engine, c)).join(', ')} FROM "${t.relation}" ORDER BY k`);
}

describe.each(engines)('a migration on %s', { timeout: 300_000 }, (engine) => {
  const schema = schemaOf(engine);
  const { createTable, migrate } = sqlOf(engine);

  it('goes from a random table with rows to another and back', async () => {
    const e = await opened(engine);
    const fresh = await opened(engine);
    const parent = 'CREATE TABLE parent (id integer PRIMARY KEY); INSERT INTO parent VALUES (1), (2), (3)';
    await e.script(parent);
    await fresh.script(parent);
    const makeFresh = async (t: TableDefinition): Promise<unknown> => {
      await apply(fresh, createTable(t));
      const made = await read(fresh, schema, t.relation);
      await fresh.script(`DROP TABLE "${t.relation}"`);
      return comparable(engine, made);
    };
    await fc.assert(
      fc.asyncProperty(scenario, async (s) => {
        const a = table(schema, 'random', [column('k', 'integer', { nullable: false }), column('p', 'integer')]);
        a.primaryKey = { id: 'random_pkey', name: 'random_pkey', columns: ['k'], modifiers: [''], tail: '', nullsNotDistinct: false, inline: false };
        if (s.foreignKey) {
          a.foreignKeys.push({ id: 'fk_p', name: 'fk_p', columns: ['p'], target: { schema, relation: 'parent' }, targetColumns: ['id'], onDelete: 'CASCADE', onUpdate: 'NO ACTION', deferrable: 'no', tail: '' });
        }
        if (s.checked) a.checks.push({ id: 'ch', name: 'ch', kind: 'check', sql: 'p < 100', tail: '' });
        for (const [i, c] of s.columns.entries()) {
          const { chain, place } = pick(engine, c);
          add(a, `c${i}`, chain[place]!.type, c);
        }
        await apply(e, createTable(a));
        try {
          const names = a.columns.map((c) => `"${c.name}"`).join(', ');
          for (let n = 1; n <= s.rows; n++) {
            const values = s.columns.map((c) => {
              const { chain, place } = pick(engine, c);
              return chain[place]!.value(n);
            });
            await e.script(`INSERT INTO random (${names}) VALUES (${[n, (n % 3) + 1, ...values].join(', ')})`);
          }
          const before = await read(e, schema, 'random');
          expect(comparable(engine, before)).toEqual(await makeFresh(a));

          const b = structuredClone(before);
          const untouched: string[] = ['k', 'p'];
          for (const [i, c] of s.columns.entries()) {
            const edit = s.edits[i]!;
            const id = `c${i}`;
            const own = b.columns.find((x) => x.id === id)!;
            if (edit.drop) {
              without(b, id);
              continue;
            }
            const { chain, place } = pick(engine, c);
            const type = edit.retype ? chain[Math.min(place + 1, chain.length - 1)]!.type : chain[place]!.type;
            const isSameType = type === chain[place]!.type;
            if (isSameType) untouched.push(id);
            const fixed = { nullable: edit.nullable, unique: edit.unique, indexed: edit.indexed, default: edit.default };
            const made = table(schema, 'random', []);
            add(made, id, isSameType ? own.type : type, fixed);
            Object.assign(own, made.columns[0], { name: edit.rename ? `r ${i}` : id });
            b.uniques = [...b.uniques.filter((k) => !k.columns.includes(id)), ...made.uniques];
            b.indexes = [...b.indexes.filter((x) => x.on !== id), ...made.indexes];
          }
          for (const [i, c] of s.added.entries()) {
            const { chain, place } = pick(engine, c);
            add(b, `new${i}`, chain[place]!.type, { ...c, nullable: c.nullable || !/int|num|text|char/i.test(chain[place]!.type) || !c.default, unique: false });
          }
          if (engine === 'sqlite') b.columns = [...b.columns.slice(s.turn % b.columns.length), ...b.columns.slice(0, s.turn % b.columns.length)];
          if (s.renamed) b.relation = 'random 2';

          const kept = before.columns.filter((c) => untouched.includes(c.id));
          const valuesBefore = await valuesOf(e, engine, before, kept);
          await apply(e, migrate(before, b), b.relation);
          const after = await read(e, schema, b.relation);
          expect(comparable(engine, after)).toEqual(await makeFresh(b));
          const nowCalled = kept.map((c) => b.columns.find((x) => x.id === c.id)!);
          expect(await valuesOf(e, engine, after, nowCalled)).toEqual(valuesBefore);

          // Back: what was renamed is known by its new name, what was dropped comes anew and so may be empty.
          const idNow = (id: string): string => b.columns.find((x) => x.id === id)?.name ?? `again ${id}`;
          const back = withIds(structuredClone(before), idNow);
          const expressions = new Map(before.columns.map((c) => [c.name, idNow(c.id)]));
          for (const index of back.indexes) index.on = expressions.has(index.on) ? `"${expressions.get(index.on)}"` : index.on;
          for (const c of back.columns) if (c.id.startsWith('again ')) Object.assign(c, { nullable: true, default: null });
          const retypedBack = back.columns.some((c) => !untouched.includes(c.name) && !c.id.startsWith('again '));
          if (retypedBack && engine === 'postgres') return; // text to smallint: the values are no numbers any more
          back.indexes = back.indexes.map((x) => ({ ...x, on: x.on.replace(/^"again (.*)"$/, '$1') }));
          await apply(e, migrate(after, back), 'random');
          const wanted = structuredClone(a);
          for (const c of wanted.columns) {
            const { nullable, default: value } = back.columns.find((x) => x.name === c.name)!;
            Object.assign(c, { nullable, default: value });
          }
          expect(comparable(engine, await read(e, schema, 'random'))).toEqual(await makeFresh(wanted));
          expect(await valuesOf(e, engine, before, kept)).toEqual(valuesBefore);
        } finally {
          await e.script('DROP TABLE IF EXISTS random; DROP TABLE IF EXISTS "random 2"');
        }
      }),
      { numRuns: engine === 'sqlite' ? 60 : 25 }
    );
  });

  it('labels the commit before it, so that it can be undone with its rows', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (id integer PRIMARY KEY, email text); INSERT INTO t VALUES (1, 'a'), (2, NULL)`);
    const before = await read(e, schema, 't');
    const rows = await e.rows('SELECT * FROM t ORDER BY id');
    const wanted = structuredClone(before);
    without(wanted, 'email');
    const { relation, rebuilds, steps } = migrate(before, wanted);
    const report = await e.migrate({ what: 'Drops column email', relation, rebuilds, steps });
    expect(report.done).toBe(true);
    const { before: point, after } = report.commits!;
    const page = await e.commits(0, 10);
    expect(page.last).toBe(after);
    expect(page.commits.find((c) => c.number === point)?.label).toBe('Before: Drops column email');
    await e.script('INSERT INTO t VALUES (3)');
    await e.goBack(point);
    expect(await e.rows('SELECT * FROM t ORDER BY id')).toEqual(rows);
    expect(comparable(engine, await read(e, schema, 't'))).toEqual(comparable(engine, before));
    // One that changes nothing leaves no point.
    const refused = await e.migrate({ what: 'x', relation: null, rebuilds: false, steps: [{ sql: 'DROP TABLE nothing', obstacles: [] }] });
    expect(refused).toMatchObject({ done: false, commits: null });
  });

  it('says which rows stand in the way, and changes nothing', async () => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (id integer PRIMARY KEY, email text, n text);
      INSERT INTO t VALUES (1, 'a', '1'), (2, NULL, 'x'), (3, 'a', '3')`);
    const before = await read(e, schema, 't');
    const expectStopped = async (change: (t: TableDefinition) => void, what: RegExp, ids: number[]): Promise<void> => {
      const wanted = structuredClone(before);
      wanted.columns.push(column('more', 'integer'));
      change(wanted);
      const report = await run(e, migrate(before, wanted));
      expect(report.done).toBe(false);
      expect(report.obstacle?.what).toMatch(what);
      expect(report.obstacle!.rows.map((r) => Number(r[0])).sort()).toEqual(ids);
      expect(comparable(engine, await read(e, schema, 't'))).toEqual(comparable(engine, before));
      expect(await e.rows('SELECT count(*) FROM t')).toEqual([[engine === 'sqlite' ? 3 : '3']]);
    };
    await expectStopped((t) => (t.columns[1]!.nullable = false), /without a value in email/, [2]);
    await expectStopped((t) => void t.indexes.push({ id: 'new', name: 't_email', unique: true, method: '', on: 'email', tail: '', where: null }), /same email/, [1, 3]);
    if (engine === 'postgres') await expectStopped((t) => (t.columns[2]!.type = 'integer'), /n is no integer/, [2]);
    else await expectStopped((t) => ((t.strict = true), (t.columns[2]!.type = 'INTEGER')), /n is no INTEGER/, [2]);
    await e.script('CREATE TABLE p (id integer PRIMARY KEY); INSERT INTO p VALUES (1), (2)');
    await expectStopped(
      (t) => void t.foreignKeys.push({ id: 'new', name: 'fk', columns: ['id'], target: { schema, relation: 'p' }, targetColumns: ['id'], onDelete: 'NO ACTION', onUpdate: 'NO ACTION', deferrable: 'no', tail: '' }),
      /point to no row of p/,
      [3]
    );
    await expectStopped((t) => void t.checks.push({ id: 'new', name: 'small', kind: 'check', sql: 'id < 3', tail: '' }), /check small/, [3]);
  });

  it('refuses to run within an open transaction', async () => {
    const e = await opened(engine);
    await e.script('BEGIN; CREATE TABLE t (a integer)');
    await expect(run(e, createTable(table(schema, 'u', [column('a', 'integer')])))).rejects.toMatchObject({ code: 'refused' });
  });

  it('names the views that would break, and leaves all as it was', async () => {
    const e = await opened(engine);
    await e.script('CREATE TABLE t (id integer PRIMARY KEY, a integer, b text); INSERT INTO t VALUES (1, 2, \'x\'); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT a FROM v');
    const { table: before, dependants } = await e.definition({ schema, relation: 't' });
    expect(dependants.map((d) => d.name)).toContain('v');
    const wanted = { ...before!, columns: before!.columns.filter((c) => c.id !== 'a') };
    const migration = migrate(before!, wanted, { dependants });
    const said = migration.problems.length > 0 ? migration.problems.join() : (await run(e, migration)).error!.message;
    expect(said).toMatch(/\bv\b/);
    expect(Number((await e.rows('SELECT a FROM w'))[0]![0])).toBe(2);
    // A change of its type goes with the views, and they are as they were.
    const retyped = structuredClone(before!);
    retyped.columns[1]!.type = 'text';
    await apply(e, migrate(before!, retyped, { dependants }));
    expect(await e.rows('SELECT a FROM w')).toEqual([['2']]);
  });
});

describe('SQLite, where a table is made anew', () => {
  it('keeps triggers, views, foreign keys of others, the AUTOINCREMENT counter and rowids', async () => {
    const e = await opened('sqlite');
    const { migrate } = sqlOf('sqlite');
    await e.script(`
      CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT COLLATE NOCASE, n INT DEFAULT (1 + 1), up INTEGER REFERENCES t (id));
      CREATE TABLE plain (a TEXT, b TEXT);
      CREATE TABLE child (id INTEGER PRIMARY KEY, t_id INTEGER REFERENCES t (id) ON DELETE CASCADE);
      CREATE TABLE log (what TEXT);
      CREATE INDEX t_a ON t (a DESC) WHERE a IS NOT NULL;
      CREATE TRIGGER t_ins AFTER INSERT ON t BEGIN INSERT INTO log VALUES (NEW.a); END;
      CREATE TRIGGER child_ins AFTER INSERT ON child BEGIN UPDATE t SET n = n + 1 WHERE id = NEW.t_id; END;
      CREATE VIEW v AS SELECT id, a FROM t;
      INSERT INTO t (id, a) VALUES (1, 'x'), (90, 'y');
      DELETE FROM t WHERE id = 90;
      INSERT INTO child (id, t_id) VALUES (1, 1);
      INSERT INTO plain (rowid, a) VALUES (7, 'seven'), (9, 'nine');
    `);
    const t = await read(e, 'main', 't');
    const wanted = structuredClone(t);
    wanted.columns[2]!.type = 'BIGINT';
    wanted.columns[1]!.nullable = false;
    wanted.columns[1]!.name = 'called';
    const migration = migrate(t, wanted);
    expect(migration.rebuilds).toBe(true);
    await apply(e, migration);
    expect(await e.rows('PRAGMA foreign_keys')).toEqual([[1]]);
    expect(await e.rows("SELECT seq FROM sqlite_sequence WHERE name = 't'")).toEqual([[90]]);
    expect(await e.rows('SELECT * FROM v')).toEqual([[1, 'x']]);
    await e.script("INSERT INTO t (called) VALUES ('z')");
    expect(await e.rows('SELECT max(id) FROM t')).toEqual([[91]]);
    expect(await e.rows('SELECT * FROM log')).toEqual([['x'], ['y'], ['z']]);
    await e.script('INSERT INTO child VALUES (2, 91)');
    expect(await e.rows('SELECT n FROM t WHERE id = 91')).toEqual([[3]]);
    await e.script('DELETE FROM t WHERE id = 91');
    expect(await e.rows('SELECT id FROM child')).toEqual([[1]]);
    expect(await e.failure('INSERT INTO child VALUES (3, 500)')).toMatchObject({ code: 'SQLITE_CONSTRAINT_FOREIGNKEY' });
    expect((await e.structure({ schema: 'main', relation: 't' })).indexes.find((i) => i.name === 't_a')?.sql).toMatch(/called DESC.*called IS NOT NULL/s);
    expect(await e.rows('PRAGMA integrity_check')).toEqual([['ok']]);

    const plain = await read(e, 'main', 'plain');
    const other = structuredClone(plain);
    other.columns.reverse();
    await apply(e, migrate(plain, other));
    expect(await e.rows('SELECT rowid, a FROM plain ORDER BY rowid')).toEqual([[7, 'seven'], [9, 'nine']]);
  });

  it('stops where a row would point nowhere, and says which', async () => {
    const e = await opened('sqlite');
    const { migrate } = sqlOf('sqlite');
    await e.script('CREATE TABLE p (a INTEGER UNIQUE); CREATE TABLE c (a INTEGER REFERENCES p (a)); INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)');
    const p = await read(e, 'main', 'p');
    const wanted = { ...structuredClone(p), uniques: [] };
    const report = await run(e, migrate(p, wanted));
    expect(report).toMatchObject({ done: false });
    expect(comparable('sqlite', await read(e, 'main', 'p'))).toEqual(comparable('sqlite', p));
  });
});
