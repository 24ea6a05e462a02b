import { afterEach, describe, expect, it } from 'vitest';
import { removeProject } from '../../workers/storage/projectFolder';
import { endWorkers, engines, newProjectId, opened } from './engineUnderTest';

afterEach(endWorkers);

/** Bytes and files of all projects, and of what they share. */
async function taken(): Promise<{ bytes: number; files: string[] }> {
  const all = { bytes: 0, files: [] as string[] };
  const walk = async (folder: FileSystemDirectoryHandle, path: string): Promise<void> => {
    for await (const [name, entry] of folder.entries()) {
      const at = `${path}/${name}`;
      if (entry.kind === 'directory') await walk(entry as FileSystemDirectoryHandle, at);
      else {
        all.files.push(at);
        all.bytes += (await (entry as FileSystemFileHandle).getFile()).size;
      }
    }
  };
  const root = await navigator.storage.getDirectory();
  for (const home of ['projects', 'shared']) await walk(await root.getDirectoryHandle(home, { create: true }), home);
  all.files.sort();
  return all;
}

describe.each(engines)('%s', (engine) => {
  // Each opening takes its time: not all branches are opened.
  const openEach = engine === 'postgres' ? 10 : 5;
  /** A row, and what an opening writes of itself: a segment's head, and a checkpoint after recovery. */
  const change = engine === 'postgres' ? 700_000 : 40_000;

  it('takes for fifty branches what they changed, and gives it back with them', { timeout: 180_000 }, async () => {
    const e = await opened(engine);
    const text = engine === 'sqlite' ? "printf('%.*c', 1000, 'x')" : "repeat('x', 1000)";
    const numbers =
      engine === 'sqlite'
        ? `WITH RECURSIVE g(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM g WHERE i < 8000) SELECT i, ${text} FROM g`
        : `SELECT i, ${text} FROM generate_series(1, 8000) i`;
    await e.script(`CREATE TABLE t (a integer PRIMARY KEY, b text); INSERT INTO t ${numbers}`);
    // Otherwise whoever reads these rows first notes in each page that they are committed: in every branch anew.
    if (engine === 'postgres') await e.script('VACUUM t; CHECKPOINT');
    const before = await taken();
    expect(before.bytes).toBeGreaterThan(8e6);
    const branches: string[] = [];
    let changed = 0;
    for (let n = 0; n < 50; n++) {
      const id = newProjectId();
      branches.push(id);
      await e.branch(id);
      if (n % openEach > 0) continue;
      const branch = await opened(engine, { projectId: id, source: { kind: 'stored' } });
      await branch.script(`UPDATE t SET b = 'of branch ${n}' WHERE a = ${n + 1}`);
      expect((await branch.rows('SELECT count(*) FROM t'))[0]!.map(Number)).toEqual([8000]);
      await branch.close();
      branch.kill();
      changed++;
    }
    const grown = await taken();
    expect(grown.bytes - before.bytes).toBeLessThan(50 * 4000 + changed * change);
    for (const id of branches) await removeProject(id);
    const after = await taken();
    // The one that they came from may have gone on in a further segment, while nothing else was to do.
    const others = ({ files }: typeof after): string[] => files.filter((file) => !file.includes(e.projectId));
    expect(others(after)).toEqual(others(before));
    expect(after.bytes - before.bytes).toBeLessThan(100_000);
    expect((await e.rows(`SELECT count(*) FROM t WHERE b LIKE 'of branch%'`))[0]!.map(Number)).toEqual([0]);
  });
});
