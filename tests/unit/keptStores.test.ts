import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import { MemoryRoot } from '../../workers/storage/memoryRoot';
import { openStoreIn } from '../../workers/storage/openStore';
import { removeFromRoot } from '../../workers/storage/references';
import type { OpenedStore } from '../../workers/storage/storeTypes';
import { keptStores, type KeptStores } from '../fixtures/keptStores';
import { contents } from './storeHarness';

const FOLDER = 'tests/fixtures/stores';
const archives = readdirSync(FOLDER).filter((name) => name.endsWith('.tar.gz'));

/** A root that holds what an archive holds. */
async function rootOf({ files }: KeptStores): Promise<MemoryRoot> {
  const root = new MemoryRoot('opfs');
  const homes = new Map<string, MemoryFolder>();
  for (const [path, bytes] of files) {
    const home = dirname(path);
    const folder = homes.get(home) ?? new MemoryFolder();
    homes.set(home, folder);
    const file = await folder.open(path.slice(home.length + 1), 'shared', true);
    file.write(bytes, 0);
    file.close();
  }
  for (const [home, folder] of homes) root.put(home, folder);
  return root;
}

/** As commits.json has it. */
function stateOf(store: OpenedStore): string {
  const hash = createHash('sha256');
  for (const [name, bytes] of [...contents(store)].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${name} ${bytes.length} `);
    hash.update(bytes);
  }
  return hash.digest('hex');
}

describe.each(archives)('%s', (archive) => {
  const kept = keptStores(new Uint8Array(readFileSync(`${FOLDER}/${archive}`)));
  const projects = Object.entries(kept.commits);
  const open = (root: MemoryRoot, projectId: string, opening: string, asOf?: number): Promise<OpenedStore> => {
    const options = { projectId, opening, source: { kind: 'stored' as const } };
    return openStoreIn(root, asOf === undefined ? { ...options, access: 'write' } : { ...options, access: 'read', asOf });
  };

  it('holds each byte of each commit that was kept', async () => {
    const root = await rootOf(kept);
    for (const [project, states] of projects) {
      for (const [number, state] of Object.entries(states)) {
        const store = await open(root, project, `look-${number}`, Number(number));
        expect(stateOf(store) === state, `${project} at commit ${number}`).toBe(true);
        store.close();
      }
    }
  });

  it('goes on in today’s version: commits, names, branches, folds, and leaves nothing when it is removed', { timeout: 60_000 }, async () => {
    const root = await rootOf(kept);
    for (const [project, states] of projects) {
      const last = Math.max(...Object.keys(states).map(Number));
      const first = Math.min(...Object.keys(states).map(Number));
      let store = await open(root, project, 'today-1');
      expect([store.firstFrame, store.lastFrame]).toEqual([first, last]);
      expect(stateOf(store)).toBe(states[last]);
      expect(store.frames().map(({ number }) => number)).toEqual(Array.from({ length: last - first }, (_, i) => first + i + 1));
      store.write('added', 100, new Uint8Array([1, 2, 3]));
      expect(store.commit({ label: 'today' })).toBe(last + 1);
      store.name(last, 'the last of then');
      await store.branch(`${project}-now`, 'today-2');
      const state = stateOf(store);
      // Many openings: what was stored then is merged with what is stored now.
      for (let n = 0; n < 12; n++) {
        store.close();
        store = await open(root, project, `today-3-${String(n).padStart(2, '0')}`);
        store.write('added', n, new Uint8Array([n]));
        store.commit();
      }
      store.goBack(last);
      const { added: _, ...rest } = Object.fromEntries(contents(store)) as Record<string, Uint8Array>;
      expect(Object.keys(rest).length).toBe(contents(store).size);
      expect(stateOf(store)).toBe(states[last]);
      store.goBack(last + 1);
      expect(stateOf(store)).toBe(state);
      store.bound = { commits: 1, days: 0, bytes: 0 };
      for (const { number, name } of store.frames()) if (name !== undefined) store.name(number, null);
      // Without merging: the last commit is in a segment of its own, so that those before it can be folded.
      const tuning = { foldBytes: 1, longChain: 100 };
      for (const opening of ['today-4', 'today-5']) {
        store.close();
        store = await openStoreIn(root, { projectId: project, opening, access: 'write', source: { kind: 'stored' } }, tuning);
        store.write('added', 0, new Uint8Array([opening.length]));
        store.truncate('added', 2);
        store.commit();
      }
      const end = stateOf(store);
      expect(await store.tidy(async () => true)).toBe(true);
      expect(store.firstFrame).toBeGreaterThan(last);
      expect(stateOf(store)).toBe(end);
      store.close();
      const branch = await open(root, `${project}-now`, 'today-6');
      expect(stateOf(branch)).toBe(state);
      branch.close();
      await removeFromRoot(root, `${project}-now`);
    }
    for (const [project] of projects) await removeFromRoot(root, project);
    await new Promise((resolve) => setTimeout(resolve, 50)); // sweeps behind openings
    expect(await root.projects()).toEqual([]);
  });
});
