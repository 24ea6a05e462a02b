/** What durability.spec.ts does in the page: work that is to be cut short, and the look at what is left of it. */
import type { EngineKind, OpenSource } from '../../../workers/engine';
import { removeProject } from '../../../workers/storage/projectFolder';
import { EngineAtWork } from '../../bench/page/engineAtWork';
import { engineFaults, rows } from './engineFaults';
import { firstCommits } from './firstCommits';
import { waysIn } from './waysIn';

/** An engine, or the official build of SQLite: a schema with FTS5 calls for it. */
export type Tried = EngineKind | 'official';

const kindOf = (tried: Tried): EngineKind => (tried === 'official' ? 'sqlite' : tried);

/** Rows of a large transaction: more than stays in memory. */
const LARGE = 3000;
const FILLER = 'x'.repeat(400);

let engine: EngineAtWork | null = null;
let branches = 0;

const opened = (): EngineAtWork => {
  if (!engine) throw new Error('open first');
  return engine;
};

/** The statement that writes the rows of a large transaction. */
const insertLarge = (kind: Tried, n: number): string =>
  kind === 'postgres'
    ? `INSERT INTO large SELECT ${n}, i, '${FILLER}' FROM generate_series(1, ${LARGE}) i`
    : `WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < ${LARGE}) INSERT INTO large SELECT ${n}, i, '${FILLER}' FROM g`;

/** The same by COPY, with the rows in the script. */
const copyLarge = (n: number): string =>
  `COPY large FROM stdin;\n${Array.from({ length: LARGE }, (_, i) => `${n}\t${i + 1}\t${FILLER}\n`).join('')}\\.\n`;

async function open(kind: Tried, projectId: string, source: OpenSource): Promise<number> {
  engine = await EngineAtWork.open(kindOf(kind), source, projectId);
  if (source.kind === 'empty') {
    await rows(engine, `CREATE TABLE kept (n integer PRIMARY KEY, kind text, filler text);
      CREATE TABLE large (n integer, i integer, filler text); CREATE INDEX by_n ON large (n)`);
    if (kind === 'official') {
      await rows(engine, `CREATE VIRTUAL TABLE search USING fts5(kind, filler, content='kept', content_rowid='n')`);
      await rows(engine, 'CREATE TRIGGER found AFTER INSERT ON kept BEGIN INSERT INTO search (rowid, kind, filler) VALUES (new.n, new.kind, new.filler); END');
    }
    // Few commits are kept, so that there is something to fold.
    await engine.call.setBound({ commits: 20, days: 0, bytes: 1e9 });
  }
  return Number((await rows(engine, 'SELECT coalesce(max(n), 0) FROM kept'))[0]![0]);
}

/** Works without end; tells of each number when its commit has returned. `dice` says what the next one is. */
async function work(kind: Tried, projectId: string, from: number, dice: number[]): Promise<void> {
  // Its own engine: a rest may outlast the worker, and must not go on in the next one.
  const on = opened();
  const { told } = globalThis as unknown as { told: (project: string, n: number, branch?: string) => Promise<void> };
  for (let n = from + 1; ; n++) {
    const die = dice[n % dice.length]!;
    const what = die < 55 ? 'row' : die < 68 ? 'large' : die < 75 ? 'copy' : die < 88 ? 'ddl' : 'row';
    const keep = `INSERT INTO kept VALUES (${n}, '${what}', '${FILLER.slice(0, die * 4)}')`;
    if (what === 'row') await rows(on, keep);
    else if (what === 'large' || what === 'copy') {
      const insert = what === 'copy' && kind === 'postgres' ? copyLarge(n) : `${insertLarge(kind, n)};`;
      await rows(on, `BEGIN; DELETE FROM large WHERE n < ${n - 30};\n${insert}\n${keep}; COMMIT`);
    } else await rows(on, `BEGIN; CREATE TABLE made_${n} (a integer); ${keep}; COMMIT`);
    void told(projectId, n);
    if (die >= 94) {
      const branch = `${projectId}-b${++branches}-${n}`;
      await on.call.branch(branch);
      void told(projectId, n, branch);
    }
    // A rest, in which the store may fold.
    if (die >= 88 && die < 91) await new Promise((resolve) => setTimeout(resolve, 2500));
  }
}

/** What is wrong with the database that is open; nothing when it is whole up to at least `told`. */
async function faults(on: EngineAtWork, kind: Tried, told: number): Promise<string[]> {
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
  if (kind === 'official') {
    const [found] = await rows(on, `SELECT count(*) FROM search WHERE search MATCH 'kind:row OR kind:large OR kind:copy OR kind:ddl'`);
    if (Number(found![0]) !== count) wrong.push(`${found![0]} of ${count} commits are found in the index`);
  }
  wrong.push(...(await engineFaults(on, kindOf(kind))));
  return wrong;
}

const durability = {
  firstCommits,
  waysIn,
  open,
  work: (kind: Tried, projectId: string, from: number, dice: number[]): void =>
    void work(kind, projectId, from, dice).catch(() => undefined), // ended with its worker
  endWorker: (): void => engine?.kill(),
  check: (kind: Tried, told: number): Promise<string[]> => faults(opened(), kind, told),
  /** A branch as it was when its making returned. */
  async checkBranch(kind: Tried, projectId: string, n: number): Promise<string[]> {
    const branch = await EngineAtWork.open(kindOf(kind), { kind: 'stored' }, projectId);
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
