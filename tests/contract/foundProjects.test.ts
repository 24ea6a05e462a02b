import { afterEach, describe, expect, it } from 'vitest';
import { foundDatabase, removeProjectStorage } from '../../src/lib/persistence/projectStorage';
import { endWorkers, engines, newProjectId, openIn, opened, start } from './engineUnderTest';

afterEach(endWorkers);

describe.each(engines)('a project of %s of which the record is lost', (engine) => {
  const found = { engine, needsFile: false, bytes: expect.any(Number) as number, time: expect.any(Number) as number };

  it('is told from what lies in storage: made empty, restored, gone on with, branched', { timeout: 120_000 }, async () => {
    const empty = await opened(engine);
    expect(await foundDatabase(empty.projectId)).toMatchObject(found);
    const dump = new Blob(['CREATE TABLE t (a integer); INSERT INTO t VALUES (1);']);
    const restored = await opened(engine, { source: { kind: 'dump', file: dump, packed: false } });
    expect(await foundDatabase(restored.projectId)).toMatchObject(found);
    const branch = newProjectId();
    await restored.branch(branch);
    expect(await foundDatabase(branch)).toMatchObject(found);
    restored.kill();
    // An opening that has committed nothing.
    const again = await opened(engine, { projectId: restored.projectId, source: { kind: 'stored' } });
    expect(await foundDatabase(restored.projectId)).toMatchObject(found);
    await again.close();
    // Removed, it leaves what its branch needs, which is no project.
    await removeProjectStorage(restored.projectId);
    expect(await foundDatabase(restored.projectId)).toBeNull();
    expect(await foundDatabase(branch)).toMatchObject(found);
  });

  it('is none where nothing is whole', { timeout: 120_000 }, async () => {
    expect(await foundDatabase(newProjectId())).toBeNull();
    const refused = start(engine);
    const nothing = new Blob(['-- nothing']);
    await expect(openIn(refused, { source: { kind: 'dump', file: nothing, packed: false } })).rejects.toThrow();
    expect(await foundDatabase(refused.projectId)).toBeNull();
  });
});

describe('a dropped file of which the record is lost', () => {
  const pages = async (count: number): Promise<Blob> => {
    const e = await opened('sqlite');
    await e.script(`CREATE TABLE t (a integer, b blob); INSERT INTO t VALUES (1, zeroblob(${count * 4096}))`);
    const parts: BlobPart[] = [];
    await e.saveCopy(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>));
    return new Blob(parts);
  };

  it('is a project again when its copy is whole, or when something was committed to it', { timeout: 120_000 }, async () => {
    const small = await opened('sqlite', { source: { kind: 'file', file: await pages(10), packed: false } });
    expect(await foundDatabase(small.projectId)).toMatchObject({ engine: 'sqlite', needsFile: false });
    const file = await pages(10_000);
    const untouched = await opened('sqlite', { source: { kind: 'file', file, packed: false } });
    untouched.kill();
    expect(await foundDatabase(untouched.projectId)).toBeNull();
    const large = await opened('sqlite', { source: { kind: 'file', file, packed: false } });
    await large.script('UPDATE t SET a = 2');
    large.kill();
    expect(await foundDatabase(large.projectId)).toMatchObject({ engine: 'sqlite', needsFile: true });
  });
});
