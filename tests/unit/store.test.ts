import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import { openStore } from '../../workers/storage/openStore';
import { StorageError, type OpenedStore, type StoreSource } from '../../workers/storage/storeTypes';
import { FailingFolder, SMALL, TestFile, VolatileFolder, bytesOf, contents, folderOf, installFileReaderSync, openIn } from './storeHarness';

beforeAll(installFileReaderSync);

/** For a machine that does much else meanwhile; alone they take a second or two. */
const PATIENCE = 120_000;

/** What a store must hold: the plainest thing that could. */
class Model {
  files = new Map<string, Uint8Array>();
  kept = new Map<string, Uint8Array>();

  write(name: string, at: number, bytes: Uint8Array): void {
    const old = this.files.get(name) ?? new Uint8Array(0);
    const file = new Uint8Array(Math.max(old.length, at + bytes.length));
    file.set(old);
    file.set(bytes, at);
    this.files.set(name, file);
  }

  truncate(name: string, size: number): void {
    const file = new Uint8Array(size);
    file.set(this.files.get(name)!.subarray(0, size));
    this.files.set(name, file);
  }

  rename(from: string, to: string): void {
    const file = this.files.get(from)!;
    this.files.delete(from);
    this.files.set(to, file);
  }

  commit(): void {
    this.kept = new Map(this.files);
  }

  rollback(): void {
    this.files = new Map(this.kept);
  }
}

type Step =
  | { do: 'write'; name: string; at: number; length: number; fill: number }
  | { do: 'truncate'; name: string; size: number }
  | { do: 'remove' | 'read'; name: string }
  | { do: 'rename'; name: string; to: string }
  | { do: 'commit' | 'rollback' | 'reopen' | 'kill' };

const name = fc.constantFrom('a', 'b', 'c');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      name,
      at: fc.oneof(fc.nat(3000), fc.nat(20).map((n) => n * 512), fc.nat(40_000)),
      length: fc.oneof(fc.nat(600), fc.nat(6).map((n) => n * 512), fc.constant(20 * 512)),
      fill: fc.nat(255)
    })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('truncate' as const), name, size: fc.nat(20_000) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'read' as const, 'read' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('rename' as const), name, to: name }) },
  { weight: 4, arbitrary: fc.constant({ do: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constantFrom({ do: 'rollback' as const }, { do: 'reopen' as const }, { do: 'kill' as const }) }
);

/** Bytes that tell where they were written. */
const bytesFor = (fill: number, length: number): Uint8Array<ArrayBuffer> =>
  Uint8Array.from({ length }, (_, i) => (fill + i * 7) & 255);

/** Does a step to store and model alike; steps on what is not there are left out. */
function apply(store: OpenedStore, model: Model, s: Step): void {
  if (s.do === 'write') {
    // Writing nothing would still make the file, and says nothing more.
    if (s.length === 0) return;
    const bytes = bytesFor(s.fill, s.length);
    store.write(s.name, s.at, bytes);
    model.write(s.name, s.at, bytes);
  } else if (s.do === 'commit') {
    store.commit({ label: 'a commit' });
    model.commit();
  } else if (s.do === 'rollback') {
    store.rollback();
    model.rollback();
  } else if ('name' in s && model.files.has(s.name)) {
    if (s.do === 'truncate') {
      store.truncate(s.name, s.size);
      model.truncate(s.name, s.size);
    } else if (s.do === 'remove') {
      store.remove(s.name);
      model.files.delete(s.name);
    } else if (s.do === 'rename') {
      store.rename(s.name, s.to);
      model.rename(s.name, s.to);
    } else {
      expectSame(store, model.files);
      const at = Math.floor(model.files.get(s.name)!.length / 3);
      const into = new Uint8Array(1500).fill(99);
      const expected = new Uint8Array(1500);
      expected.set(model.files.get(s.name)!.subarray(at, at + 1500));
      store.read(s.name, at, into);
      expect(into).toEqual(expected);
    }
  }
}

const sorted = (files: Map<string, Uint8Array>) => [...files].sort(([a], [b]) => (a < b ? -1 : 1));
/** Names and bytes as one text, which compares a hundred times faster than arrays of numbers. */
const asText = (files: Map<string, Uint8Array>): string =>
  sorted(files)
    .map(([file, bytes]) => `${file} ${bytes.length} ${Buffer.from(bytes).toString('latin1')}`)
    .join('|');
const expectSame = (store: OpenedStore, files: Map<string, Uint8Array>): void =>
  expect(asText(contents(store)) === asText(files), 'the same files, byte for byte').toBe(true);

describe('the store against a plain model', () => {
  it.each(['empty', 'over a file'] as const)('holds what was committed, %s, whatever is done to it', async (start) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const folder = new MemoryFolder();
        const model = new Model();
        const file = new TestFile(bytesFor(3, 5000));
        const source: StoreSource = start === 'empty' ? { kind: 'new' } : { kind: 'file', name: 'a', file, packed: false };
        if (start !== 'empty') {
          model.write('a', 0, file.held);
          model.commit();
        }
        let store = await openIn(folder, { source });
        for (const s of steps) {
          if (s.do === 'reopen' || s.do === 'kill') {
            // The killed one keeps its handles and goes on beside the new one.
            const old = store;
            if (s.do === 'reopen') old.close();
            store = await openIn(folder, { source });
            model.rollback();
            if (s.do === 'kill') {
              expect(() => {
                old.write('a', 0, bytesFor(9, 600));
                old.commit();
              }).toThrow(StorageError);
            }
          } else {
            apply(store, model, s);
          }
          expect(store.dirty || sameFiles(model), 'dirty when something is written').toBe(true);
        }
        expectSame(store, model.files);
        await store.settled;
        expectSame(store, model.files);
        store.close();
        const again = await openIn(folder, { access: 'read', source: { kind: 'stored' } }).catch((e: StorageError) => e);
        if (again instanceof StorageError) expect(again.reason).toBe('needs-file');
        else expectSame(again, model.kept);
      }),
      { seed: 4, numRuns: 400 }
    );
  }, PATIENCE);
});

describe('the commits of a store', () => {
  it('are listed with their rows, also of the last one, which are not written yet', async () => {
    const folder = new MemoryFolder();
    const store = await openIn(folder, { source: { kind: 'new' } });
    const commit = (rows: number): void => {
      store.write('a', 0, bytesFor(rows, 700));
      store.commit();
      store.tell(rows);
    };
    const rowsOf = (of: typeof store): (number | undefined)[] => of.frames().map((frame) => frame.rows);
    commit(3);
    commit(5);
    expect(rowsOf(store)).toEqual([3, 5]);
    commit(7);
    expect(rowsOf(store)).toEqual([3, 5, 7]);
    store.close();
    const again = await openIn(folder, { source: { kind: 'stored' } });
    expect(rowsOf(again)).toEqual([3, 5, 7]);
    again.close();
  });

  it('are listed, and each can be looked at again, over openings, spills, snapshots and merges', async () => {
    const folder = new MemoryFolder();
    const file = new TestFile(bytesFor(3, 3000));
    const source: StoreSource = { kind: 'file', name: 'a', file, packed: false };
    const states = [asText(new Map([['a', file.held]]))];
    for (let opening = 0; opening < 8; opening++) {
      const store = await openIn(folder, { source });
      await store.settled;
      for (let n = 0; n < 1 + (opening % 3); n++) {
        const number = states.length;
        store.write(number % 4 === 0 ? 'b' : 'a', number * 200, bytesFor(number, number % 5 === 0 ? 40 * 512 : 700));
        if (number % 6 === 0) store.truncate('a', 1000);
        if (number === 9) store.remove('b');
        expect(store.commit({ label: `commit ${number}` })).toBe(number);
        states.push(asText(contents(store)));
      }
      store.write('a', 0, bytesFor(1, 30 * 512));
      const listed = store.frames();
      expect(listed.map(({ number, label }) => [number, label])).toEqual(
        states.slice(1).map((_, i) => [i + 1, `commit ${i + 1}`])
      );
      expect(listed.every(({ bytes, time }) => bytes > 100 && time > 1.6e12)).toBe(true);
      store.rollback();
      store.commit();
      store.close();
    }
    for (const [number, state] of states.entries()) {
      const then = await openIn(folder, { access: 'read', source: { kind: 'stored' }, asOf: number });
      expect(then.lastFrame).toBe(number);
      expect(asText(contents(then)) === state, `as of ${number}`).toBe(true);
      expect(then.frames()).toHaveLength(number);
      then.close();
    }
    const never = openIn(folder, { access: 'read', source: { kind: 'stored' }, asOf: states.length });
    await expect(never).rejects.toThrow(`There is no commit ${states.length}`);
  });
});

describe('where a browser keeps nothing (as here)', () => {
  it('the same store lives in memory and says so', async () => {
    const options = { projectId: 'p', opening: 'o', access: 'write' as const };
    const file = new TestFile(bytesFor(3, 9000));
    const store = await openStore({ ...options, source: { kind: 'file', name: 'a', file, packed: false } });
    const model = new Model();
    model.write('a', 0, file.held);
    for (let n = 1; n <= 3; n++) {
      for (const to of [store, model]) to.write('a', n * 3000, bytesFor(n, 2000));
      expect(store.commit()).toBe(n);
      model.commit();
    }
    store.write('a', 0, bytesFor(1, 100));
    store.rollback();
    await store.settled;
    expectSame(store, model.kept);
    expect([store.where, store.saveState(), store.stored()]).toEqual([
      'memory',
      { saved: false, done: 0, total: 9000 },
      { bytes: 0, files: 0 }
    ]);
    await expect(openStore({ ...options, source: { kind: 'stored' } })).rejects.toMatchObject({ reason: 'missing' });
  });

  it('a gzip’d file is unpacked into memory, and one that is cut off refused', async () => {
    const bytes = bytesFor(5, 100_000);
    const packed = new Uint8Array(gzipSync(bytes));
    const open = (file: Blob) =>
      openStore({ projectId: 'p', opening: 'o', access: 'write', source: { kind: 'file', name: 'a', file, packed: true } });
    expectSame(await open(new Blob([packed])), new Map([['a', bytes]]));
    await expect(open(new Blob([packed.subarray(0, 300)]))).rejects.toMatchObject({ reason: 'damaged' });
  });
});

it('reads zeros where a spilled block was cut off and the file grew again', async () => {
  const store = await openIn(new MemoryFolder());
  const model = new Model();
  for (const to of [store, model]) {
    to.write('a', 0, bytesFor(1, 20 * 512));
    to.truncate('a', 700);
    to.write('a', 19 * 512, bytesFor(2, 10));
  }
  expectSame(store, model.files);
  store.commit();
  expectSame(store, model.files);
});

const sameFiles = (model: Model): boolean =>
  model.files.size === model.kept.size && [...model.files].every(([k, v]) => model.kept.get(k) === v);

/** Three openings with a few commits each; gives the contents after every commit. */
async function smallProject(): Promise<{ files: Map<string, Uint8Array>; states: Map<string, Uint8Array>[] }> {
  const folder = new MemoryFolder();
  const states: Map<string, Uint8Array>[] = [new Map()];
  for (let opening = 0; opening < 3; opening++) {
    const store = await openIn(folder, {}, { ...SMALL, snapshotAfter: 100 });
    for (let n = 0; n < 2; n++) {
      store.write('a', n * 512, bytesFor(opening * 16 + n, 700));
      store.write('b', 0, bytesFor(n, 10));
      store.commit();
      states.push(contents(store));
    }
    store.close();
  }
  return { files: await bytesOf(folder), states };
}

/** The last of `states` that a folder opens as; -1 for a clear refusal. Anything else fails. */
async function outcome(files: Map<string, Uint8Array>, states: Map<string, Uint8Array>[]): Promise<number> {
  try {
    const store = await openIn(await folderOf(files));
    const held = asText(contents(store));
    const at = states.findLastIndex((state) => asText(state) === held);
    expect(at, 'a state that was never committed').toBeGreaterThanOrEqual(0);
    return at;
  } catch (e) {
    expect(e).toBeInstanceOf(StorageError);
    expect(['damaged', 'version']).toContain((e as StorageError).reason);
    return -1;
  }
}

describe('a store that was harmed', () => {
  it('gives the last whole commit or refuses, wherever a segment ends', async () => {
    const { files, states } = await smallProject();
    const newest = [...files.keys()].filter((n) => n.endsWith('.seg')).sort().at(-1)!;
    for (const [file, bytes] of files) {
      for (let length = 0; length < bytes.length; length++) {
        const cut = new Map(files).set(file, bytes.slice(0, length));
        const found = await outcome(cut, states);
        if (file === 'fence') expect(found).toBe(states.length - 1);
        else if (file !== newest) expect(found).toBe(-1);
        else expect(found === -1 || found >= states.length - 3).toBe(true);
      }
    }
  }, PATIENCE);

  it('gives the last whole commit or refuses, whichever byte is flipped', async () => {
    const { files, states } = await smallProject();
    for (const [file, bytes] of files) {
      for (let at = 0; at < bytes.length; at++) {
        const flipped = bytes.slice();
        flipped[at]! ^= 1 << at % 8;
        const found = await outcome(new Map(files).set(file, flipped), states);
        if (file === 'fence') expect(found).toBe(states.length - 1);
        else expect(found === -1 || found >= states.length - 2, `${file} at ${at}: ${found}`).toBe(true);
      }
    }
  }, PATIENCE);

  it('gives the last whole commit or refuses, whichever byte is there twice', async () => {
    const { files, states } = await smallProject();
    for (const [file, bytes] of files) {
      if (file === 'fence') continue;
      for (let at = 0; at < bytes.length; at++) {
        const doubled = new Uint8Array(bytes.length + 1);
        doubled.set(bytes.subarray(0, at + 1));
        doubled.set(bytes.subarray(at), at + 1);
        const found = await outcome(new Map(files).set(file, doubled), states);
        expect(found === -1 || found >= states.length - 2, `${file} at ${at}: ${found}`).toBe(true);
      }
    }
  }, PATIENCE);

  it('gives the commit before when the last one has its head on disk, but not its blocks', async () => {
    const { files, states } = await smallProject();
    const newest = [...files.keys()].filter((n) => n.endsWith('.seg')).sort().at(-1)!;
    const bytes = files.get(newest)!.slice();
    bytes.fill(0, bytes.length - 700);
    expect(await outcome(new Map(files).set(newest, bytes), states)).toBe(states.length - 2);
  });

  it('refuses when a segment is missing, or is another project’s', async () => {
    const { files, states } = await smallProject();
    const other = (await smallProject()).files;
    const segments = [...files.keys()].filter((n) => n.endsWith('.seg')).sort();
    const others = [...other.keys()].filter((n) => n.endsWith('.seg')).sort();
    for (const [i, segment] of segments.entries()) {
      const without = new Map(files);
      without.delete(segment);
      expect(await outcome(without, states)).toBe(-1);
      expect(await outcome(new Map(files).set(segment, other.get(others[i]!)!), states)).toBe(
        // The newest one of an equal project: its parents are not these.
        -1
      );
    }
  });
});

describe('a store whose writing fails', () => {
  it('takes a commit back as a whole when there is no room, and goes on', async () => {
    for (let failAt = 0; failAt < 12; failAt++) {
      const folder = new FailingFolder(new MemoryFolder());
      const store = await openIn(folder);
      const model = new Model();
      const write = (n: number, length: number): void => {
        store.write('a', n * 512, bytesFor(n, length));
        model.write('a', n * 512, bytesFor(n, length));
      };
      write(0, 900);
      store.commit();
      model.commit();
      folder.failAt = folder.steps + failAt;
      try {
        for (let n = 0; n < 40; n++) write(n, 512);
        store.commit();
        model.commit();
      } catch (e) {
        expect((e as StorageError).full).toBe(true);
        store.rollback();
        model.rollback();
      }
      folder.failAt = Infinity;
      expectSame(store, model.files);
      write(2, 100);
      store.commit();
      model.commit();
      expectSame(store, model.kept);
      store.close();
      expectSame(await openIn(folder), model.kept);
    }
  });

  it('can try a commit again that failed', async () => {
    const folder = new FailingFolder(new MemoryFolder());
    const store = await openIn(folder);
    store.write('a', 0, bytesFor(1, 40 * 512));
    folder.failAt = folder.steps;
    expect(() => store.commit()).toThrow('room');
    expect(store.dirty).toBe(true);
    expect(store.commit()).toBe(1);
    store.close();
    expectSame(await openIn(folder), new Map([['a', bytesFor(1, 40 * 512)]]));
  });

  it('loses nothing that returned when the power is cut, in whichever flush', async () => {
    const file = new TestFile(bytesFor(3, 3000));
    const source: StoreSource = { kind: 'file', name: 'a', file, packed: false };
    // One life: commits small and large, over the dropped file and then over its copy.
    const live = async (folder: VolatileFolder, returned: string[]): Promise<void> => {
      for (let opening = 0; opening < 3; opening++) {
        const store = await openIn(folder, { source });
        for (let n = opening * 5 + 1; n <= opening * 5 + 5; n++) {
          store.write('a', n * 300, bytesFor(n, n % 3 === 0 ? 40 * 512 : 900));
          returned.push(asText(contents(store)));
          store.commit();
          returned.push(asText(contents(store)));
        }
        await store.settled;
        store.close();
      }
    };
    const whole = new VolatileFolder();
    await live(whole, []);
    const reached = fc.sample(fc.array(fc.boolean(), { minLength: 64, maxLength: 64 }), { seed: 11, numRuns: 6 });
    for (let cutAt = 0; cutAt < whole.flushes; cutAt++) {
      for (const [i, coins] of reached.entries()) {
        const folder = new VolatileFolder();
        folder.cutAt = cutAt;
        const returned: string[] = [asText(new Map([['a', file.held]]))];
        // A copy that fails stops no commit: then the cut shows at the next one, or at the end.
        await live(folder, returned).catch((e: Error) => expect(e.message).toContain('no power'));
        let at = 0;
        const left = await folder.cut(() => coins[++at % coins.length]!);
        const after = await openIn(left, { source });
        expect(returned.slice(-2).includes(asText(contents(after))), `flush ${cutAt}, coins ${i}`).toBe(true);
      }
    }
  }, PATIENCE);

  it('loses nothing that returned, killed at each step of opening, committing, spilling and merging', async () => {
    // One life: openings with commits (some large), the last steps of which a kill cuts short.
    const live = async (folder: FailingFolder, returned: Map<string, Uint8Array>[]): Promise<void> => {
      for (let opening = 0; opening < 6; opening++) {
        const store = await openIn(folder);
        for (let n = 0; n < 3; n++) {
          store.write('a', n * 700, bytesFor(opening * 3 + n, n === 2 ? 40 * 512 : 900));
          const next = contents(store);
          returned.push(next);
          store.commit();
          returned.push(next);
        }
        store.close();
      }
    };
    const whole = new FailingFolder(new MemoryFolder());
    await live(whole, []);
    for (let failAt = 0; failAt < whole.steps; failAt++) {
      const inner = new MemoryFolder();
      const folder = new FailingFolder(inner);
      folder.failAt = failAt;
      folder.how = 'killed';
      const returned: Map<string, Uint8Array>[] = [new Map()];
      await expect(live(folder, returned)).rejects.toThrow('killed');
      const store = await openIn(await folderOf(await bytesOf(inner)));
      const held = asText(contents(store));
      // The commit that was under way may stand or not (the last pushed); the one before it must.
      const possible = returned.slice(-2).map((state) => asText(state));
      expect(possible).toContain(held);
    }
  }, PATIENCE);
});
