/** What the bench measures of the store under either engine. Times in ms, medians. */
import { unpackPage, type EngineKind } from '../../../workers/engine';
import { removeProject } from '../../../workers/storage/projectFolder';
import { EngineAtWork } from './engineAtWork';
import { median, timed } from './timing';

let projects = 0;
const newProject = () => `bench-store-${Date.now().toString(36)}-${++projects}`;

/** Rows of about 1 KB, 50 MB of them. */
const some = (kind: EngineKind, from: number): string =>
  kind === 'postgres'
    ? `insert into filled select g, repeat(md5(g::text), 30) from generate_series(${from + 1}, ${from + 50_000}) g`
    : `with recursive n(i) as (select ${from + 1} union all select i + 1 from n where i < ${from + 50_000}) insert into filled select i, printf('%.960c', 'x') || i from n`;

/** A database with a table of about so many MB. */
async function filled(kind: EngineKind, project: string, megabytes: number): Promise<EngineAtWork> {
  const engine = await EngineAtWork.open(kind, { kind: 'empty' }, project);
  await engine.run('create table filled (id integer primary key, pad text)');
  for (let done = 0; done < megabytes; done += 50) await engine.run(some(kind, done * 1000));
  return engine;
}

const endless: Record<EngineKind, string> = {
  postgres: 'select count(*) from generate_series(1, 1000000000000)',
  sqlite: 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'
};

export const storeWork = {
  /** From ending a worker in an endless query to the next committed write. */
  async cancel(kind: EngineKind, times: number): Promise<number> {
    const project = newProject();
    let engine = await EngineAtWork.open(kind, { kind: 'empty' }, project);
    await engine.run('create table t (a int)');
    const all: number[] = [];
    for (let at = 0; at < times; at++) {
      void engine.call.run({ sql: endless[kind] });
      await new Promise((resolve) => setTimeout(resolve, 300));
      all.push(
        await timed(async () => {
          engine.kill();
          engine = await EngineAtWork.open(kind, { kind: 'stored' }, project);
          await engine.run('insert into t values (1)');
        })
      );
      // The worker that was ended computes for two seconds more.
      await new Promise((resolve) => setTimeout(resolve, 2500));
    }
    await engine.close();
    return median(all);
  },

  /** From asking for a branch of a running database to the branch's first rows. */
  async branch(kind: EngineKind, megabytes: number, times: number): Promise<number> {
    const project = newProject();
    const engine = await filled(kind, project, megabytes);
    const all: number[] = [];
    for (let at = 0; at < times; at++) {
      await engine.run(`update filled set pad = 'changed' where id = ${at + 1}`);
      const id = newProject();
      let branch!: EngineAtWork;
      all.push(
        await timed(async () => {
          await engine.call.branch(id);
          branch = await EngineAtWork.open(kind, { kind: 'stored' }, id);
          const { outcomes } = await branch.call.run({ sql: `select pad from filled where id = ${at + 1}` });
          const page = unpackPage(await branch.call.fetch(outcomes[0]!.resultId!, 0, 1));
          if (page[0]?.[0] !== 'changed') throw new Error('another row');
        })
      );
      await branch.close();
      await removeProject(id);
    }
    await engine.close();
    await removeProject(project);
    return median(all);
  },

  /** Opens a project again and again, with commits each time: around the tenth time, and at the end. */
  async manyOpenings(kind: EngineKind, times: number): Promise<{ early: number; late: number; files: number }> {
    const project = newProject();
    const first = await EngineAtWork.open(kind, { kind: 'empty' }, project);
    await first.run('create table t (a int, b text)');
    await first.close();
    const all: number[] = [];
    let files = 0;
    for (let at = 0; at < times; at++) {
      const engine = await EngineAtWork.open(kind, { kind: 'stored' }, project);
      all.push(engine.openMs);
      for (let n = 0; n < 5; n++) await engine.run(`insert into t values (${at}, 'number ${n}')`);
      files = Math.max(files, (await engine.call.storage()).files);
      await engine.close();
    }
    await removeProject(project);
    return { early: median(all.slice(4, 16)), late: median(all.slice(-12)), files };
  },

  /** What a one-row commit takes of the log, in bytes, and files of the project. */
  async log(kind: EngineKind, times: number): Promise<{ bytes: number; files: number }> {
    const engine = await filled(kind, newProject(), 50);
    const update = (at: number) => engine.run(`update filled set pad = 'number ${at}' where id = ${1 + ((at * 7919) % 50_000)}`);
    for (let at = 0; at < 50; at++) await update(at);
    const before = await engine.call.storage();
    for (let at = 50; at < 50 + times; at++) await update(at);
    const after = await engine.call.storage();
    await engine.close();
    return { bytes: (after.bytes - before.bytes) / times, files: after.files };
  },

  /**
   * So many single commits: how long they took, their log in bytes, and the openings of one with few commits, of the
   * one that was killed behind the last of them, and of the same once more (each its median).
   */
  async commits(tried: EngineKind | 'official', count: number, times: number): Promise<{ ms: number; logBytes: number; few: number; killed: number; again: number }> {
    const kind = tried === 'official' ? 'sqlite' : tried;
    const project = newProject();
    let engine = await EngineAtWork.open(kind, { kind: 'empty' }, project);
    await engine.run('create table t (a integer primary key, b text)');
    // A schema that names R*Tree is served by the official build.
    if (tried === 'official') await engine.run('create virtual table boxes using rtree(id, low, high)');
    const reopened = async (): Promise<number[]> => {
      const all: number[] = [];
      for (let at = 0; at < times; at++) {
        await engine.close();
        engine = await EngineAtWork.open(kind, { kind: 'stored' }, project);
        all.push(engine.openMs);
      }
      return all;
    };
    const few = median(await reopened());
    const before = (await engine.call.storage()).bytes;
    const ms = await timed(async () => {
      for (let n = 1; n <= count; n++) await engine.run(`insert into t values (${n}, 'number ${n}')`);
    });
    const logBytes = (await engine.call.storage()).bytes - before;
    engine.kill();
    engine = await EngineAtWork.open(kind, { kind: 'stored' }, project);
    const killed = engine.openMs;
    const { outcomes } = await engine.call.run({ sql: 'select count(*) from t' });
    const rows = unpackPage(await engine.call.fetch(outcomes[0]!.resultId!, 0, 1));
    if (Number(rows[0]?.[0]) !== count) throw new Error(`${String(rows[0]?.[0])} of ${count} commits`);
    const again = median(await reopened());
    await engine.close();
    await removeProject(project);
    return { ms, logBytes, few, killed, again };
  },

  /** Reads a database of some MB whole, in a worker that is new; the page's memory is then to be looked at. */
  async scanned(kind: EngineKind, megabytes: number): Promise<number> {
    const project = newProject();
    await (await filled(kind, project, megabytes)).close();
    const engine = await EngineAtWork.open(kind, { kind: 'stored' }, project);
    return timed(() => engine.run('select sum(length(pad)) from filled'));
  }
};
