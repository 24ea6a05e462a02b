import { describe, expect, it } from 'vitest';
import { Fence } from '../../workers/storage/fence';
import type { FileMode, Folder, SyncFile } from '../../workers/storage/folder';
import { encodeFrame } from '../../workers/storage/frame';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import { Segment, tableOf } from '../../workers/storage/segment';
import type { SegmentHead } from '../../workers/storage/segmentHead';
import { StorageError, type OpenedStore } from '../../workers/storage/storeTypes';
import { FailingFolder, MeteredFolder, bytesOf, contents, folderOf, openIn, type Metered } from './storeHarness';

const HEAD: SegmentHead = {
  project: 'p',
  opening: 'o',
  number: 1,
  blockSize: 512,
  base: null,
  parents: [],
  frame: 0,
  time: 0
};

const block = (n: number): Uint8Array => new Uint8Array(512).fill(n);

/** A segment with `count` commits, each of one block, number n filled with n. */
async function segmentWith(folder: Folder, count: number): Promise<Segment> {
  const segment = Segment.create('s', await folder.open('s', 'shared', true), HEAD);
  for (let n = 1; n <= count; n++) appendCommit(segment, n);
  return segment;
}

function appendCommit(segment: Segment, n: number, bytes = block(n)): void {
  const frame = encodeFrame({
    kind: 'commit',
    number: n,
    time: n,
    before: segment.chain,
    salt: segment.headCheck,
    note: { label: `commit ${n}` },
    files: [{ id: 1, removed: false, size: 512, ...(n === 1 ? { name: 'a' } : {}) }],
    blocks: [{ file: 1, block: 0, bytes }]
  });
  segment.append(frame.bytes, true, () => true);
  segment.chain = frame.check;
}

/** Where each frame begins, and where the last one ends. */
const edges = (segment: Segment): number[] => {
  const found = [...segment.frames()];
  return [...found.map((frame) => frame.at), found.at(-1)!.end];
};

async function reopened(bytes: Uint8Array): Promise<Segment | null> {
  const folder = await folderOf(new Map([['s', bytes]]));
  return Segment.open('s', await folder.open('s', 'shared'));
}

/** Whether a commit stands behind where the frames end. */
function commitBehind(segment: Segment): boolean {
  const last = [...segment.frames()].at(-1);
  return segment.hasCommitBehind(last?.end ?? segment.headBytes, segment.end, last?.head.number ?? 0);
}

const numbers = (segment: Segment): number[] => [...segment.frames()].map((found) => found.head.number);

describe('a segment', () => {
  it('has its frames again after it was opened', async () => {
    const folder = new MemoryFolder();
    const written = await segmentWith(folder, 3);
    const segment = Segment.open('s', await folder.open('s', 'shared'))!;
    expect(segment.head).toEqual(HEAD);
    expect([...segment.frames()].map((found) => tableOf(found).note.label)).toEqual(['commit 1', 'commit 2', 'commit 3']);
    const last = [...segment.frames()].at(-1)!;
    expect([last.head.check, last.end]).toEqual([written.chain, written.end]);
  });

  it('tells a torn tail from a frame that is broken with others behind it', async () => {
    const folder = new MemoryFolder();
    const [first, second, third, end] = edges(await segmentWith(folder, 3)) as [number, number, number, number];
    const bytes = (await bytesOf(folder)).get('s')!;
    const torn = (await reopened(bytes.slice(0, end - 1)))!;
    expect(numbers(torn)).toEqual([1, 2]);
    expect(commitBehind(torn)).toBe(false);

    const broken = bytes.slice();
    broken[second + 50]! ^= 1;
    const middle = (await reopened(broken))!;
    expect(numbers(middle)).toEqual([1]);
    expect(commitBehind(middle)).toBe(true);

    const swapped = bytes.slice(0, first);
    const parts = [bytes.slice(first, second), bytes.slice(third, end), bytes.slice(second, third)];
    const mixed = (await reopened(joined([swapped, ...parts])))!;
    expect(numbers(mixed)).toEqual([1]);
    expect(commitBehind(mixed)).toBe(true);

    const doubled = (await reopened(joined([bytes, bytes.slice(third, end)])))!;
    expect(numbers(doubled)).toEqual([1, 2, 3]);
    expect(commitBehind(doubled)).toBe(false);
  });

  it('does not take a frame for one that stands in it as data', async () => {
    // A later commit of the same number and place, but of another segment, as bytes inside a block.
    const other = new MemoryFolder();
    const foreign = Segment.create('s', await other.open('s', 'shared', true), { ...HEAD, opening: 'other' });
    for (let n = 1; n <= 5; n++) appendCommit(foreign, n);
    const at = edges(foreign)[4]!;
    const data = (await bytesOf(other)).get('s')!.slice(at, at + 200);
    const folder = new MemoryFolder();
    const segment = await segmentWith(folder, 1);
    const holding = block(0);
    holding.set(data);
    appendCommit(segment, 2, holding);
    const bytes = (await bytesOf(folder)).get('s')!;
    const torn = (await reopened(bytes.slice(0, -1)))!;
    expect(numbers(torn)).toEqual([1]);
    expect(commitBehind(torn)).toBe(false);
  });

  it('whose head was never whole is none, but not when commits stand behind it', async () => {
    const folder = new MemoryFolder();
    const segment = await segmentWith(folder, 1);
    const bytes = (await bytesOf(folder)).get('s')!;
    for (let length = 0; length < segment.headBytes; length++) expect(await reopened(bytes.slice(0, length))).toBeNull();
    for (let at = 0; at < segment.headBytes; at++) {
      const flipped = bytes.slice();
      flipped[at]! ^= 4;
      await expect(reopened(flipped), `byte ${at}`).rejects.toThrow(StorageError);
    }
  });

  it('is as before when an append fails', async () => {
    const folder = new FailingFolder(new MemoryFolder());
    const segment = await segmentWith(folder, 2);
    const before = (await bytesOf(folder)).get('s');
    for (const failAt of [0, 1]) {
      folder.failAt = folder.steps + failAt;
      expect(() => appendCommit(segment, 3)).toThrow('room');
      expect((await bytesOf(folder)).get('s')).toEqual(before);
    }
    appendCommit(segment, 3);
    expect(numbers(segment)).toEqual([1, 2, 3]);
  });
});

const joined = (parts: Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

describe('the fence', () => {
  const fenceOn = async (folder: MemoryFolder) => new Fence(await folder.open('fence', 'shared', true));

  it('stops the older opening, whichever writes last', async () => {
    const folder = new MemoryFolder();
    const older = await fenceOn(folder);
    expect(older.take(0)).toBe(1);
    expect(older.holds()).toBe(true);
    const newer = await fenceOn(folder);
    expect(newer.take(0)).toBe(2);
    expect(older.holds()).toBe(false);
    expect(() => older.check()).toThrow('opened elsewhere');
    expect(() => older.stand()).toThrow(StorageError);
    newer.stand();
    expect(newer.standing()).toEqual({ number: 2, part: 0 });
    newer.stand(3);
    expect(newer.standing()).toEqual({ number: 2, part: 3 });
  });

  it('comes back when an older worker wrote its mark while it died', async () => {
    const folder = new MemoryFolder();
    const older = await fenceOn(folder);
    older.take(0);
    const mark = (await bytesOf(folder)).get('fence')!;
    const newer = await fenceOn(folder);
    newer.take(0);
    const file = await folder.open('fence', 'shared');
    file.write(mark, 0);
    expect(newer.holds()).toBe(true);
    expect(older.holds()).toBe(false);
  });
});

/** A folder in which a write to a segment comes to its end just after its length was looked at. */
class GrowingFolder implements Folder {
  readonly #inner: Folder;
  readonly #short: Map<string, number>;

  /** @param short the length of a file as it is first seen */
  constructor(inner: Folder, short: Map<string, number>) {
    this.#inner = inner;
    this.#short = short;
  }

  list = () => this.#inner.list();
  bytes = (name: string) => this.#inner.bytes(name);
  remove = (name: string) => this.#inner.remove(name);

  async open(name: string, mode: FileMode, make?: boolean): Promise<SyncFile> {
    const file = await this.#inner.open(name, mode, make);
    return {
      read: (into, at) => file.read(into, at),
      write: (bytes, at) => file.write(bytes, at),
      truncate: (size) => file.truncate(size),
      flush: () => file.flush(),
      close: () => file.close(),
      size: () => {
        const short = this.#short.get(name);
        this.#short.delete(name);
        return short ?? file.size();
      }
    };
  }
}

describe('an opening beside a worker that dies', () => {
  it.each([1, 3])('takes the write that comes to its end meanwhile for the torn tail that it was (commit %i)', async (count) => {
    const whole = new MemoryFolder();
    const dying = await openIn(whole);
    const ends: number[] = [];
    const [name] = (await whole.list()).filter((file) => file.endsWith('.seg'));
    for (let n = 1; n <= count; n++) {
      ends.push((await whole.bytes(name!)).length);
      dying.write('a', n * 512, block(n));
      dying.commit();
    }
    const end = (await whole.bytes(name!)).length;
    const before = ends.at(-1)!;
    for (const seen of [before + 1, before + 41, end - 1]) {
      const folder = await folderOf(await bytesOf(whole));
      const store = await openIn(new GrowingFolder(folder, new Map([[name!, seen]])));
      expect(store.lastFrame, `seen up to byte ${seen - before} of ${end - before}`).toBe(count - 1);
      store.write('a', 0, block(9));
      expect(store.commit()).toBe(count);
      store.close();
      const again = await openIn(folder);
      expect(again.lastFrame).toBe(count);
      again.close();
    }
  });
});

describe('many openings', () => {
  const commitOne = (store: OpenedStore, n: number): void => {
    store.write('a', (n % 50) * 512, block(n & 255));
    store.commit();
  };

  it('keep few files, replay little, and lose nothing', async () => {
    const folder = new MemoryFolder();
    for (let n = 0; n < 60; n++) {
      const store = await openIn(folder);
      commitOne(store, n);
      store.close();
      // The sweep runs in the background.
      await new Promise((resolve) => setTimeout(resolve));
      expect((await folder.list()).length).toBeLessThan(10);
    }
    const store = await openIn(folder, { access: 'read', source: { kind: 'stored' } });
    expect(store.lastFrame).toBe(60);
    const bytes = contents(store).get('a')!;
    for (let n = 10; n < 60; n++) expect(bytes[(n % 50) * 512]).toBe(n);
  });

  it('two hundred cost each what the first ones did', async () => {
    const folder = new MeteredFolder();
    const openings: Metered[] = [];
    for (let n = 0; n < 200; n++) {
      const before = { ...folder.metered };
      const store = await openIn(folder, { blockSize: 4096 }, {});
      const { bytesRead, bytesWritten, opened } = folder.metered;
      openings.push({
        bytesRead: bytesRead - before.bytesRead,
        bytesWritten: bytesWritten - before.bytesWritten,
        opened: opened - before.opened
      });
      for (let k = 0; k < 5; k++) {
        store.write('a', ((n * 31 + k * 7) % 500) * 4096, new Uint8Array(4096).fill(n));
        store.commit({ label: 'a commit' });
      }
      store.close();
      await new Promise((resolve) => setTimeout(resolve));
    }
    const median = (of: Metered[], what: keyof Metered): number => of.map((one) => one[what]).sort((a, b) => a - b)[of.length >> 1]!;
    // A round of openings, from one merge to the next.
    const [early, late] = [openings.slice(9, 27), openings.slice(-18)];
    for (const what of ['bytesRead', 'bytesWritten', 'opened'] as const) {
      expect(median(late, what), what).toBeLessThanOrEqual(1.5 * median(early, what));
    }
    // What was merged once is not copied again for a few commits: 200 openings of 20 KB are 4 MB.
    expect(openings.reduce((sum, one) => sum + one.bytesWritten, 0)).toBeLessThan(4 * 4e6);
  });

  it('that commit nothing leave nothing', async () => {
    const folder = new MemoryFolder();
    const first = await openIn(folder);
    commitOne(first, 1);
    first.close();
    for (let n = 0; n < 10; n++) (await openIn(folder)).close();
    await new Promise((resolve) => setTimeout(resolve));
    // The fence, the segment with the commit, and that of the last opening.
    expect(await folder.list()).toHaveLength(3);
  });
});
