import { afterEach, describe, expect, it } from 'vitest';
import { removeProjectStorage, storedProjects } from '../../src/lib/persistence/projectStorage';
import { endWorkers, terminateWorkers, newProjectId, openIn, start } from './engineUnderTest';
import { poorWorker, type Lack } from './poorWorkers';

afterEach(endWorkers);

const opened = async (lack: Lack, projectId: string, kind: 'empty' | 'stored') => {
  const e = start('postgres', projectId, await poorWorker(lack));
  return Object.assign(e, { report: await openIn(e, { source: { kind } }) });
};

describe('a browser', () => {
  it('without shared handles waits for the worker before to let them go', { timeout: 60_000 }, async () => {
    const projectId = newProjectId();
    const e = await opened('handle modes', projectId, 'empty');
    expect(e.report.storage).toBe('opfs');
    await e.script('CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
    const endless = e.script('SELECT count(*) FROM generate_series(1, 1000000000000)');
    endless.catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    e.kill();
    const again = await opened('handle modes', projectId, 'stored');
    expect(await again.rows('SELECT a FROM t')).toEqual([['1']]);
    expect(await again.storage()).toMatchObject({ where: 'opfs', exclusive: true });
  });

  it('without OPFS keeps it in IndexedDB, until the project is removed', { timeout: 60_000 }, async () => {
    const projectId = newProjectId();
    const e = await opened('opfs', projectId, 'empty');
    expect(e.report.storage).toBe('idb');
    await e.script('CREATE TABLE t (a int); BEGIN; INSERT INTO t VALUES (1); COMMIT');
    await expect(e.commits(0, 1)).rejects.toMatchObject({ code: 'unsupported' });
    e.kill();
    const again = await opened('opfs', projectId, 'stored');
    expect(await again.rows('SELECT a FROM t')).toEqual([['1']]);
    expect((await again.storage()).where).toBe('idb');
    await again.close();
    terminateWorkers();
    expect(await storedProjects()).toContain(projectId);
    await removeProjectStorage(projectId);
    expect(await storedProjects()).not.toContain(projectId);
  });

  it('without either keeps it in memory, and says so', { timeout: 60_000 }, async () => {
    const e = await opened('opfs and indexeddb', newProjectId(), 'empty');
    expect(e.report.storage).toBe('memory');
    await e.script('CREATE TABLE t (a int); INSERT INTO t VALUES (1)');
    expect(await e.rows('SELECT a FROM t')).toEqual([['1']]);
  });
});
