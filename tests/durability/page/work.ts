/** What durability.spec.ts does in the page: work that is to be cut short, and the look at what is left of it. */
import { unpackPage, type EngineKind, type OpenSource } from '../../../workers/engine';
import { removeProject } from '../../../workers/storage/projectFolder';
import { EngineAtWork } from '../../bench/page/engineAtWork';

/** Rows of a large transaction: more than stays in memory. */
const LARGE = 3000;
const FILLER = 'x'.repeat(400);

let engine: EngineAtWork | null = null;
let branches = 0;

const opened = (): EngineAtWork => {
  if (!engine) throw new Error('open first');
  return engine;
};

async function rows(on: EngineAtWork, sql: string): Promise<string[][]> {
  const { outcomes } = await on.call.run({ sql });
  const last = outcomes.at(-1)!;
  if (last.state !== 'done') throw new Error(`${sql}: ${last.error?.message}`);
  if (last.resultId === undefined) return [];
  const page = unpackPage(await on.call.fetch(last.resultId, 0, last.rows ?? 0));
  await on.call.release(last.resultId);
  return page.map((row) => row.map(String));
}

/** The statement that writes the rows of a large transaction. */
const insertLarge = (kind: EngineKind, n: number): string =>
  kind === 'postgres'
    ? `INSERT INTO large SELECT ${n}, i, '${FILLER}' FROM generate_series(1, ${LARGE}) i`
    : `WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${LARGE}) INSERT INTO large SELECT ${n}, i, '${FILLER}' FROM g`;

/** The same by COPY, with the rows in the script. */
const copyLarge = (n: number): string =>
  `COPY large FROM stdin;\n${Array.from({ length: LARGE }, (_, i) => `${n}\t${i + 1}\t${FILLER}\n`).join('')}\\.\n`;

async function open(kind: EngineKind, projectId: string, source: OpenSource): Promise<number> {
  engine = await EngineAtWork.open(kind, source, projectId);
  if (source.kind === 'empty') {
    await rows(engine, `CREATE TABLE kept (n integer PRIMARY KEY, kind text, filler text);
      CREATE TABLE large (n integer, i integer, filler text); CREATE INDEX by_n ON large (n)`);
    // Few commits are kept, so that there is something to fold.
    await engine.call.setBound({ commits: 20, days: 0, bytes: 1e9 });
  }
  return Number((await rows(engine, 'SELECT coalesce(max(n), 0) FROM kept'))[0]![0]);
}

/** Works without end; tells of each number when its commit has returned. `dice` says what the next one is. */
async function work(kind: EngineKind, projectId: string, from: number, dice: number[]): Promise<void> {
  // Its own engine: a rest may outlast the worker, and must not go on in the next one.
  const on = opened();
  const tell = (globalThis as unknown as { told: (n: number, branch?: string) => Promise<void> }).told;
  for (let n = from + 1; ; n++) {
    const die = dice[n % dice.length]!;
    const what = die < 55 ? 'row' : die < 68 ? 'large' : die < 75 ? 'copy' : die < 88 ? 'ddl' : 'row';
    const keep = `INSERT INTO kept VALUES (${n}, '${what}', '${FILLER.slice(0, die * 4)}')`;
    if (what === 'row') await rows(on, keep);
    else if (what === 'large' || what === 'copy') {
      const insert = what === 'copy' && kind === 'postgres' ? copyLarge(n) : `${insertLarge(kind, n)};`;
      await rows(on, `BEGIN; DELETE FROM large WHERE n < ${n - 30};\n${insert}\n${keep}; COMMIT`);
    } else await rows(on, `BEGIN; CREATE TABLE made_${n} (a integer); ${keep}; COMMIT`);
    void tell(n);
    if (die >= 94) {
      const branch = `${projectId}-b${++branches}-${n}`;
      await on.call.branch(branch);
      void tell(n, branch);
    }
    // A rest, in which the store may fold.
    if (die >= 88 && die < 91) await new Promise((resolve) => setTimeout(resolve, 2500));
  }
}

/** What is wrong with the database that is open; nothing when it is whole up to at least `told`. */
async function faults(on: EngineAtWork, kind: EngineKind, told: number): Promise<string[]> {
  const wrong: string[] = [];
  const [count, most] = (await rows(on, 'SELECT count(*), coalesce(max(n), 0) FROM kept'))[0]!.map(Number) as [number, number];
  if (count !== most) wrong.push(`${count} commits up to number ${most}`);
  if (most < told) wrong.push(`commit ${told} returned, but the last one that is there is ${most}`);
  const half = await rows(on, `SELECT n, count(*) FROM large GROUP BY n HAVING count(*) <> ${LARGE}`);
  for (const [n, some] of half) wrong.push(`${some} of ${LARGE} rows of commit ${n}`);
  const orphans = await rows(on, `SELECT DISTINCT n FROM large WHERE n NOT IN (SELECT n FROM kept WHERE kind IN ('large', 'copy'))`);
  for (const [n] of orphans) wrong.push(`rows of commit ${n}, which is not there`);
  const tables = kind === 'postgres' ? `SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'made%'` : `SELECT name FROM sqlite_schema WHERE name LIKE 'made%'`;
  const made = (await rows(on, tables)).map(([name]) => name).sort();
  const must = (await rows(on, `SELECT n FROM kept WHERE kind = 'ddl'`)).map(([n]) => `made_${n}`).sort();
  if (made.join() !== must.join()) wrong.push(`tables ${made.join()} in place of ${must.join()}`);
  wrong.push(...(kind === 'sqlite' ? await sqliteFaults(on) : await postgresFaults(on)));
  return wrong;
}

async function sqliteFaults(on: EngineAtWork): Promise<string[]> {
  const found = (await rows(on, 'PRAGMA integrity_check')).map(([line]) => line!);
  return found.join() === 'ok' ? [] : found;
}

/** Every index against its table, every table read whole. */
async function postgresFaults(on: EngineAtWork): Promise<string[]> {
  try {
    await rows(on, 'CREATE EXTENSION IF NOT EXISTS amcheck');
    await rows(
      on,
      `SELECT bt_index_check(c.oid, i.indisunique) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_am am ON am.oid = c.relam WHERE am.amname = 'btree' AND c.relpersistence <> 't' AND i.indisready AND i.indisvalid`
    );
    for (const [name] of await rows(on, `SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 't', 'm')`)) {
      await rows(on, `SELECT count(*) FROM ${name}`);
    }
    return [];
  } catch (e) {
    return [String(e)];
  }
}

const durability = {
  open,
  work: (kind: EngineKind, projectId: string, from: number, dice: number[]): void =>
    void work(kind, projectId, from, dice).catch(() => undefined), // ended with its worker
  endWorker: (): void => engine?.kill(),
  check: (kind: EngineKind, told: number): Promise<string[]> => faults(opened(), kind, told),
  /** A branch as it was when its making returned. */
  async checkBranch(kind: EngineKind, projectId: string, n: number): Promise<string[]> {
    const branch = await EngineAtWork.open(kind, { kind: 'stored' }, projectId);
    const wrong = await faults(branch, kind, n);
    const most = Number((await rows(branch, 'SELECT max(n) FROM kept'))[0]![0]);
    if (most !== n) wrong.push(`a branch of commit ${n} ends with ${most}`);
    await branch.close();
    await removeProject(projectId);
    return wrong;
  },
  async close(): Promise<void> {
    await engine?.close();
    engine = null;
  }
};

export type Durability = typeof durability;
Object.assign(globalThis, { durability });
