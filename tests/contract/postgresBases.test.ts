import { afterEach, expect, it } from 'vitest';
import { removeProjectStorage } from '../../src/lib/persistence/projectStorage';
import { endWorkers, terminateWorkers, newProjectId, opened } from './engineUnderTest';

afterEach(endWorkers);

/** Makes a project with a worker as another build of the app has it: its base holds one table more. */
async function madeByAnotherBuild(projectId: string, table: string): Promise<string> {
  const worker = new Worker(new URL('./otherBaseWorker.ts', import.meta.url), { type: 'module' });
  const hash = await new Promise<string>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage({ projectId, table });
  });
  worker.terminate();
  return hash;
}

async function sharedFiles(): Promise<string[]> {
  const shared = await (await navigator.storage.getDirectory()).getDirectoryHandle('shared', { create: true });
  const names: string[] = [];
  for await (const name of shared.keys()) if (name.endsWith('.base')) names.push(name);
  return names;
}

it('every database stays on the base that it began from, also when the app brings another', { timeout: 120_000 }, async () => {
  const [old, fresh] = [newProjectId(), newProjectId()];
  const hash = await madeByAnotherBuild(old, 'of_another_build');
  const stored = () => opened('postgres', { projectId: old, source: { kind: 'stored' } });
  let e = await stored();
  const now = await opened('postgres', { projectId: fresh });
  expect(await e.rows('SELECT a FROM of_another_build')).toEqual([['1']]);
  expect((await now.failure('SELECT a FROM of_another_build')).code).toBe('42P01');
  await e.script('INSERT INTO of_another_build VALUES (2)');
  e.kill();
  e = await stored();
  expect(await e.rows('SELECT a FROM of_another_build ORDER BY a')).toEqual([['1'], ['2']]);
  expect(await sharedFiles()).toContain(`${hash}.base`);
  expect((await sharedFiles()).length).toBeGreaterThan(1);
  terminateWorkers();
  await removeProjectStorage(old);
  expect(await sharedFiles()).not.toContain(`${hash}.base`);
  expect(await (await opened('postgres', { projectId: fresh, source: { kind: 'stored' } })).rows('SELECT 1')).toEqual([['1']]);
});
