/** What the bench calls in the page that measures engines; times in ms, medians of several runs. */
import * as Comlink from 'comlink';
import { packCommit, unpackPage, unpackReport, type EngineKind } from '../../../workers/engine';
import type { BarePostgres } from './barePostgres';
import type { BareSqlite } from './bareSqlite';
import { EngineAtWork } from './engineAtWork';
import { postgresStorage } from './postgresStorage';
import { rowCompare, rowTransfer } from './rowTransfer';
import { storeWork } from './storeWork';
import { median, timed } from './timing';

const browse = (relation: string, schema: string, from: number, count: number) => ({
  ...{ schema, relation, sorts: [], filters: [], from, count }
});

const files = () => [...(document.querySelector('input')!.files ?? [])];
const fileNamed = (name: string) => files().find((file) => file.name === name)!;

let projects = 0;
const newProject = () => `bench-${Date.now().toString(36)}-${++projects}`;

async function each(times: number, act: (at: number) => Promise<unknown>): Promise<number> {
  const all: number[] = [];
  for (let at = 0; at < times; at++) all.push(await timed(() => act(at)));
  return median(all);
}

/** Deletes all that the bench has stored. */
async function sweep(): Promise<void> {
  const root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) {
    try {
      await root.removeEntry(name, { recursive: true });
    } catch {
      // a worker that has just ended may hold a file for two seconds: the next sweep takes it
    }
  }
}

function bareSqlite() {
  const worker = new Worker(new URL('./bareSqlite.ts', import.meta.url), { type: 'module' });
  return { worker, call: Comlink.wrap<BareSqlite>(worker) };
}

function barePostgres() {
  const worker = new Worker(new URL('./barePostgres.ts', import.meta.url), { type: 'module' });
  return { worker, call: Comlink.wrap<BarePostgres>(worker) };
}

let held: EngineAtWork | null = null;

export const bench = {
  sweep,

  postgresStorage,

  rowTransfer: (kind: EngineKind, bytes: number) => rowTransfer(kind, bytes, newProject),
  rowCompare: (kind: EngineKind, rows: number) => rowCompare(kind, rows, newProject),

  storeWork,

  /** From the start of a worker to its first 100 rows, for a dropped file. */
  async firstRows(name: string, relation: string, times: number): Promise<number> {
    const all: number[] = [];
    for (let at = 0; at < times; at++) {
      const began = performance.now();
      const engine = await EngineAtWork.open('sqlite', { kind: 'file', file: fileNamed(name), packed: false }, newProject());
      const page = await engine.call.browse(browse(relation, 'main', 0, 100));
      all.push(performance.now() - began);
      if (unpackPage(page.page).length === 0) throw new Error('no rows');
      await engine.close();
    }
    return median(all);
  },

  /** One-row commits on a file that lies in OPFS. */
  async commits(name: string, relation: string, times: number): Promise<number> {
    const engine = await EngineAtWork.open('sqlite', { kind: 'file', file: fileNamed(name), packed: false }, newProject());
    await engine.saved();
    const one = async (at: number) => {
      const report = await engine.call.run({ sql: `update ${relation} set a = a + 1 where id = ${1 + ((at * 37) % 5000)}` });
      if (report.outcomes[0]?.changed !== 1) throw new Error('no row was changed');
    };
    await each(10, one);
    const ms = await each(times, one);
    await engine.close();
    return ms;
  },

  /** 10,000 staged inserts committed, and the same inserts by the engine's own API inside a worker, in one transaction. */
  async staged(kind: EngineKind, times: number): Promise<{ ours: number; bare: number }> {
    const schema = kind === 'sqlite' ? 'main' : 'public';
    const create = 'create table s (id integer primary key, a text, b integer, c text, d text)';
    const insert = `insert into s (id, a, b, c, d) values (${[1, 2, 3, 4, 5].map((n) => (kind === 'sqlite' ? '?' : `$${n}`)).join(', ')})`;
    const rows = Array.from({ length: 10_000 }, (_, i) => [i, `name of ${i}`, i * 7, '2026-11-25', 'x'.repeat(i % 60)]);
    const cell = (value: number | string) => (kind === 'sqlite' ? value : String(value));
    const changes = rows.map(([id, a, b, c, d], i) => ({
      ...{ id: `c${i}`, type: 'insert' as const, schema, relation: 's', before: {} },
      data: { id: cell(id!), a: a!, b: cell(b!), c: c!, d: d! }
    }));
    const all: { ours: number; bare: number }[] = [];
    for (let at = 0; at < times; at++) {
      const engine = await EngineAtWork.open(kind, { kind: 'empty' }, newProject());
      await engine.call.run({ sql: create });
      const ours = await timed(async () => {
        const sent = packCommit({ changes });
        const report = unpackReport(await engine.call.commitChanges(sent), { changes }, sent);
        if (report.outcome !== 'committed') throw new Error(report.failure?.error.message ?? report.outcome);
      });
      await engine.close();
      // A worker of its own for each, as ours has: what has run once is compiled better.
      const { worker, call } = kind === 'sqlite' ? bareSqlite() : barePostgres();
      all.push({ ours, bare: await call.insert(create, insert, rows) });
      worker.terminate();
    }
    return { ours: median(all.map((m) => m.ours)), bare: median(all.map((m) => m.bare)) };
  },

  /** The first and the last page of a table, once its rows are counted; in its own order, and in that of its key. */
  async lastPage(kind: EngineKind, rows: number): Promise<Record<'own' | 'byKey', { first: number; last: number; jump: number }>> {
    const schema = kind === 'sqlite' ? 'main' : 'public';
    const engine = await EngineAtWork.open(kind, { kind: 'empty' }, newProject());
    const numbers =
      kind === 'sqlite'
        ? `with recursive n(i) as (select 1 union all select i + 1 from n where i < ${rows}) select i, i * 7, 'row ' || i, '2026-11-25' from n`
        : `select i, i * 7, 'row ' || i, '2026-11-25' from generate_series(1, ${rows}) as n(i)`;
    const made = await engine.call.run({ sql: `create table l (id integer primary key, a bigint, b text, c text); insert into l ${numbers}` });
    if (made.outcomes.at(-1)?.state !== 'done') throw new Error(made.outcomes.at(-1)?.error?.message);
    const { count } = await engine.call.count({ schema, relation: 'l', filters: [] });
    if (count !== rows) throw new Error(`${count} rows were counted`);
    const at = (from: number, sorts: { column: string; descending: boolean }[]) => async () => {
      const { page } = await engine.call.browse({ ...browse('l', schema, from, 100), sorts });
      if (unpackPage(page).length !== 100) throw new Error('no page');
    };
    const measured = async (sorts: { column: string; descending: boolean }[]) => {
      const jump = await timed(at(rows - 100, sorts));
      await each(5, at(0, sorts));
      return { jump, first: await each(30, at(0, sorts)), last: await each(30, at(rows - 100, sorts)) };
    };
    const own = await measured([]);
    const byKey = await measured([{ column: 'id', descending: false }]);
    await engine.close();
    return { own, byKey };
  },

  /** A page of 500 x 20 through the worker, and by the engine's own API inside a worker. */
  async page(kind: EngineKind): Promise<{ ours: number; bare: number }> {
    const columns = Array.from({ length: 20 }, (_, at) => (at % 3 === 0 ? `i * ${at + 1}` : at % 3 === 1 ? `i * 0.5 + ${at}` : `'text ${at} of row ' || i`));
    const list = columns.map((expression, at) => `${expression} as c${at}`).join(', ');
    let script: string;
    if (kind === 'sqlite') script = `create table p as with recursive n(i) as (select 1 union all select i + 1 from n where i < 20000) select ${list} from n`;
    else script = `create table p as select ${list} from generate_series(1, 20000) as n(i)`;
    const engine = await EngineAtWork.open(kind, { kind: 'empty' }, newProject());
    await engine.call.run({ sql: script });
    const schema = kind === 'sqlite' ? 'main' : 'public';
    const ours = async (at: number) => {
      const { page } = await engine.call.browse(browse('p', schema, (at % 30) * 500, 500));
      if (unpackPage(page).length !== 500) throw new Error('no page');
    };
    await each(20, ours);
    const mine = await each(60, ours);
    let bare: number;
    if (kind === 'sqlite') {
      const copy: BlobPart[] = [];
      await engine.call.saveCopy(async (chunk) => void copy.push(chunk as Uint8Array<ArrayBuffer>));
      const { worker, call } = bareSqlite();
      await call.open(new Blob(copy));
      const all: number[] = [];
      for (let at = 0; at < 80; at++) all.push(...(await call.read(`select * from p limit 500 offset ${(at % 30) * 500}`)));
      bare = median(all.slice(20));
      worker.terminate();
    } else {
      const { worker, call } = barePostgres();
      await call.open(script);
      const all: number[] = [];
      for (let at = 0; at < 80; at++) all.push(...(await call.read(`select * from p limit 500 offset ${(at % 30) * 500}`, 1)));
      bare = median(all.slice(20));
      worker.terminate();
    }
    await engine.close();
    return { ours: mine, bare };
  },

  /** All rows of a relation read into a window by Run, and by sql.js `get`. */
  async readAll(name: string, sql: string, times: number): Promise<{ ours: number; bare: number }> {
    const engine = await EngineAtWork.open('sqlite', { kind: 'file', file: fileNamed(name), packed: false }, newProject());
    await engine.saved();
    const run = async () => {
      const { outcomes } = await engine.call.run({ sql });
      const id = outcomes[0]?.resultId;
      if (id !== undefined) await engine.call.release(id);
    };
    await run();
    const ours = await each(times, run);
    await engine.close();
    const { worker, call } = bareSqlite();
    await call.open(fileNamed(name));
    await call.read(sql, 1);
    const bare = median(await call.read(sql, times));
    worker.terminate();
    return { ours, bare };
  },

  /** A full scan, the first of its worker: from the dropped File at once, from OPFS, with the file whole in memory. */
  async scan(name: string, sql: string, times: number): Promise<{ fromFile: number; fromOpfs: number; bare: number }> {
    const scan = async (engine: EngineAtWork) => {
      const { outcomes } = await engine.call.run({ sql });
      if (outcomes[0]?.state !== 'done') throw new Error(outcomes[0]?.error?.message ?? 'not run');
    };
    const fromFile: number[] = [];
    let engine: EngineAtWork | undefined;
    for (let at = 0; at < times; at++) {
      await engine?.close();
      engine = await EngineAtWork.open('sqlite', { kind: 'file', file: fileNamed(name), packed: false }, newProject());
      fromFile.push(await timed(() => scan(engine!)));
    }
    const project = newProject();
    await engine!.close();
    engine = await EngineAtWork.open('sqlite', { kind: 'file', file: fileNamed(name), packed: false }, project);
    await engine.saved();
    await engine.close();
    const fromOpfs: number[] = [];
    for (let at = 0; at < times; at++) {
      engine = await EngineAtWork.open('sqlite', { kind: 'stored' }, project);
      fromOpfs.push(await timed(() => scan(engine!)));
      await engine.close();
    }
    // A worker of its own for each scan, as above: what has run once is compiled better.
    const bare: number[] = [];
    for (let at = 0; at < times; at++) {
      const { worker, call } = bareSqlite();
      await call.open(fileNamed(name));
      bare.push(...(await call.scan(sql)));
      worker.terminate();
    }
    return { fromFile: median(fromFile), fromOpfs: median(fromOpfs), bare: median(bare) };
  },

  /** Restores a dropped dump or archive; ms, and rows in a table of it. The worker stays, with all the memory it has taken. */
  async restoreAndHold(name: string, isArchive = false): Promise<{ ms: number; rows: number; refused: number }> {
    const file = fileNamed(name);
    held = await EngineAtWork.open('postgres', isArchive ? { kind: 'archive', parts: [{ name, file }] } : { kind: 'dump', file, packed: false }, newProject());
    const { restore } = held.report;
    return { ms: held.openMs, rows: restore?.rows ?? 0, refused: restore?.refused.length ?? 0 };
  },

  /** Ends the worker of the last restore. */
  async letGo(): Promise<void> {
    await held?.close();
    held = null;
  },

  /**
   * Eight connections, one of them in an endless query: a query on another, against the same query alone.
   */
  async beside(name: string, sql: string, times: number): Promise<{ alone: number; beside: number }> {
    const engine = await EngineAtWork.open('sqlite', { kind: 'file', file: fileNamed(name), packed: false }, newProject());
    await engine.saved();
    const run = () => engine.call.run({ sql });
    await run();
    const alone = await each(times, run);
    const others = await Promise.all(Array.from({ length: 7 }, () => EngineAtWork.open('sqlite', { kind: 'empty' }, newProject())));
    void others[0]!.call.run({ sql: 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n' });
    const beside = await each(times, run);
    return { alone, beside };
  }
};

export type Bench = typeof bench;

declare global {
  interface Window {
    bench: Bench;
  }
}

window.bench = bench;
