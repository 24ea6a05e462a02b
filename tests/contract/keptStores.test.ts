import { afterEach, describe, expect, it } from 'vitest';
import { removeProject } from '../../workers/storage/projectFolder';
import { keptStores } from '../fixtures/keptStores';
import { endWorkers, newProjectId, opened, terminateWorkers, type EngineName, type EngineUnderTest } from './engineUnderTest';

const archives = import.meta.glob<string>('../fixtures/stores/*.tar.gz', { query: '?url&no-inline', import: 'default', eager: true });

/** Puts an archive's files where they lay. */
async function putIntoOpfs(archive: string): Promise<string[]> {
  const { files, commits } = keptStores(new Uint8Array(await (await fetch(archives[archive]!)).arrayBuffer()));
  const root = await navigator.storage.getDirectory();
  for (const [path, bytes] of files) {
    const steps = path.split('/');
    let folder = root;
    for (const step of steps.slice(0, -1)) folder = await folder.getDirectoryHandle(step, { create: true });
    const file = await (await folder.getFileHandle(steps.at(-1)!, { create: true })).createWritable();
    await file.write(bytes as Uint8Array<ArrayBuffer>);
    await file.close();
  }
  return Object.keys(commits);
}

const sound: Record<EngineName, (e: EngineUnderTest) => Promise<void>> = {
  async sqlite(e) {
    expect(await e.rows('PRAGMA integrity_check')).toEqual([['ok']]);
  },
  async postgres(e) {
    await e.script('CREATE EXTENSION IF NOT EXISTS amcheck');
    await e.rows(`SELECT bt_index_check(c.oid, i.indisunique) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      JOIN pg_am am ON am.oid = c.relam WHERE am.amname = 'btree' AND i.indisvalid`);
    for (const [name] of await e.rows(`SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 't', 'm')`)) {
      await e.rows(`SELECT count(*) FROM ${String(name)}`);
    }
  }
};

/** The databases of all archives have the tables `kept` (n, t) and `base` (id, a, …), 1200 rows. */
describe.each(Object.keys(archives).map((path) => [path.replace(/^.*\//, ''), path] as const))('%s', (name, archive) => {
  afterEach(() => endWorkers());

  it('opens in today’s engine, whole, and goes on', { timeout: 120_000 }, async () => {
    const engine = name.startsWith('sqlite') ? 'sqlite' : 'postgres';
    const projects = await putIntoOpfs(archive);
    try {
      for (const projectId of projects) {
        let e = await opened(engine, { projectId, source: { kind: 'stored' } });
        await sound[engine](e);
        const [kept] = await e.rows('SELECT count(*), max(n) FROM kept');
        expect(Number(kept![0])).toBeGreaterThan(20);
        expect((await e.rows(`SELECT count(*) FROM base`)).map(([n]) => Number(n))).toEqual([1200]);
        expect((await e.rows(`SELECT a FROM base WHERE id IN (7, 8) ORDER BY id`)).flat()).toEqual(['row 7', 'row 8 changed']);
        await e.script(`INSERT INTO kept VALUES (5000, 'today'); CREATE TABLE later (a integer)`);
        const branch = newProjectId();
        await e.branch(branch);
        e.kill();
        e = await opened(engine, { projectId, source: { kind: 'stored' } });
        expect((await e.rows('SELECT max(n) FROM kept')).map(([n]) => Number(n))).toEqual([5000]);
        const { commits, last } = await e.commits(0, 1000);
        const before = commits.find(({ number }) => number < last - 3)!;
        await e.goBack(before.number);
        await sound[engine](e);
        expect((await e.rows('SELECT max(n) FROM kept')).map(([n]) => Number(n))).not.toEqual([5000]);
        const b = await opened(engine, { projectId: branch, source: { kind: 'stored' } });
        expect((await b.rows('SELECT max(n) FROM kept')).map(([n]) => Number(n))).toEqual([5000]);
        await e.close();
        await b.close();
        await removeProject(branch);
      }
    } finally {
      terminateWorkers();
      for (const projectId of projects) await removeProject(projectId);
    }
  });
});
