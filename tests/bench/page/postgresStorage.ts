/** What the bench measures of Postgres on the store, beside PGlite on its own `opfs-ahp`. Times in ms, medians. */
import * as Comlink from 'comlink';
import { EngineAtWork } from './engineAtWork';
import type { StockPostgres } from './stockPostgres';
import { median, timed } from './timing';

/** Ours, and PGlite's own. */
export interface Pair {
  ours: number;
  stock: number;
}

let projects = 0;
const newProject = () => `bench-pg-${Date.now().toString(36)}-${++projects}`;

function startStock() {
  const worker = new Worker(new URL('./stockPostgres.ts', import.meta.url), { type: 'module' });
  return { worker, call: Comlink.wrap<StockPostgres>(worker) };
}

const open = (project: string, kind: 'empty' | 'stored') => EngineAtWork.open('postgres', { kind }, project);

/** Rows of COPY's text form: id, number, two texts. */
function rowsOf(bytes: number): Blob {
  const parts: string[] = [];
  let part = '';
  let total = 0;
  for (let id = 1; total < bytes; id++) {
    const line = `${id}\t${(id * 7919) % 1_000_003}\trow number ${id} of many\t${'lorem ipsum dolor sit amet '.repeat(1 + (id % 5))}\n`;
    part += line;
    total += line.length;
    if (part.length > 1 << 20) {
      parts.push(part);
      part = '';
    }
  }
  return new Blob([...parts, part]);
}

const TABLE = 'create table loaded (id int, n int, a text, b text)';

/** Fills a table with about so many MB. */
const filling = (megabytes: number) =>
  `create table filled as select g as id, g % 1000 as n, repeat(md5(g::text), 30) as pad from generate_series(1, ${megabytes * 1000}) g`;

export const postgresStorage = {
  /** A new database to its first answer, and one reopened, with some MB in it. */
  async openings(times: number, megabytes: number): Promise<{ fresh: Pair; reopened: Pair; killed: Pair }> {
    const all = { fresh: [[], []], reopened: [[], []], killed: [[], []] } as Record<string, [number[], number[]]>;
    for (let at = 0; at < times; at++) {
      const project = newProject();
      let engine!: EngineAtWork;
      const first = async (kind: 'empty' | 'stored') => (engine = await open(project, kind)).run('select 1');
      all.fresh![0].push(await timed(() => first('empty')));
      await engine.run(filling(Math.max(1, megabytes)));
      await engine.close();
      all.reopened![0].push(await timed(() => first('stored')));
      await engine.run('update filled set n = n + 1 where id = 1');
      engine.kill();
      all.killed![0].push(await timed(() => first('stored')));
      await engine.close();

      let stock = startStock();
      all.fresh![1].push(await timed(() => stock.call.open(project)));
      await stock.call.exec(filling(Math.max(1, megabytes)));
      await stock.call.close();
      stock.worker.terminate();
      all.reopened![1].push(await timed(async () => (stock = startStock()).call.open(project)));
      await stock.call.exec('update filled set n = n + 1 where id = 1');
      stock.worker.terminate();
      all.killed![1].push(await timed(async () => (stock = startStock()).call.open(project)));
      await stock.call.close();
      stock.worker.terminate();
    }
    const pair = ([ours, stock]: [number[], number[]]): Pair => ({ ours: median(ours), stock: median(stock) });
    return { fresh: pair(all.fresh!), reopened: pair(all.reopened!), killed: pair(all.killed!) };
  },

  /** Rows loaded by COPY, and looked through by ANALYZE, with a checkpoint at the end: what a loaded dump gets. */
  async copy(bytes: number): Promise<Pair> {
    const rows = rowsOf(bytes);
    const dump = new Blob([`${TABLE};\ncopy loaded from stdin;\n`, rows, '\\.\n']);
    const empty = await EngineAtWork.open('postgres', { kind: 'dump', file: new Blob([`${TABLE};\n`]), packed: false }, newProject());
    await empty.close();
    const engine = await EngineAtWork.open('postgres', { kind: 'dump', file: dump, packed: false }, newProject());
    await engine.close();
    const stock = startStock();
    await stock.call.open(newProject());
    await stock.call.exec(TABLE);
    const theirs = (await stock.call.copy('loaded', rows)) + (await timed(() => stock.call.exec('analyze; checkpoint')));
    stock.worker.terminate();
    return { ours: engine.openMs - empty.openMs, stock: theirs };
  },

  /** One committed UPDATE, and the bytes of log that it took. */
  async commits(times: number): Promise<Pair & { logBytes: number; files: number }> {
    const table = 'create table one (id int primary key, n int); insert into one select g, 0 from generate_series(1, 1000) g';
    const update = (at: number) => `update one set n = n + 1 where id = ${1 + ((at * 37) % 1000)}`;
    const engine = await open(newProject(), 'empty');
    await engine.run(table);
    for (let at = 0; at < 50; at++) await engine.run(update(at));
    const before = await engine.call.storage();
    const ours: number[] = [];
    for (let at = 0; at < times; at++) ours.push(await timed(() => engine.run(update(at))));
    const after = await engine.call.storage();
    await engine.close();
    const stock = startStock();
    await stock.call.open(newProject());
    await stock.call.exec(table);
    await stock.call.times(update(1), 50);
    const theirs: number[] = [];
    for (let at = 0; at < times; at++) theirs.push(await timed(() => stock.call.times(update(at), 1)));
    await stock.call.close();
    stock.worker.terminate();
    return { ours: median(ours), stock: median(theirs), logBytes: (after.bytes - before.bytes) / times, files: after.files };
  },

  /** From ending a worker in an endless query to the next committed write. */
  async cancel(times: number): Promise<Pair> {
    const endless = 'select count(*) from generate_series(1, 1000000000000)';
    const ours: number[] = [];
    const theirs: number[] = [];
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    const project = newProject();
    let engine = await open(project, 'empty');
    await engine.run('create table t (a int)');
    let stock = startStock();
    await stock.call.open(project);
    await stock.call.exec('create table t (a int)');
    for (let at = 0; at < times; at++) {
      void engine.call.run({ sql: endless });
      await wait(300);
      ours.push(
        await timed(async () => {
          engine.kill();
          engine = await open(project, 'stored');
          await engine.run('insert into t values (1)');
        })
      );
      void stock.call.exec(endless);
      await wait(300);
      theirs.push(
        await timed(async () => {
          stock.worker.terminate();
          for (;;) {
            stock = startStock();
            try {
              // PGlite waits for no handle: an opening beside the dying worker fails, or never ends.
              await Promise.race([stock.call.open(project), wait(1500).then(() => Promise.reject(new Error('hangs')))]);
              await stock.call.exec('insert into t values (1)');
              return;
            } catch {
              stock.worker.terminate();
              await wait(50);
            }
          }
        })
      );
    }
    await engine.close();
    stock.worker.terminate();
    return { ours: median(ours), stock: median(theirs) };
  },

  /** Opens a database of some MB and reads all of it, once more in a worker that is new; the page's memory is then to be looked at. */
  async scanned(megabytes: number): Promise<number> {
    const project = newProject();
    const filled = await open(project, 'empty');
    for (let done = 0; done < megabytes; done += 50) {
      await filled.run(done === 0 ? filling(50) : `insert into filled select g, g % 1000, repeat(md5(g::text), 30) from generate_series(1, 50000) g`);
    }
    await filled.close();
    const engine = await open(project, 'stored');
    return timed(() => engine.run('select sum(length(pad)) from filled'));
  }
};
