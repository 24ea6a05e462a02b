import { afterEach, describe, expect, it } from 'vitest';
import { storedProjects, removeProjectStorage } from '../../src/lib/persistence/projectStorage';
import type { StoreOptions } from '../../workers/storage/storeTypes';
import type { Answer, Order } from './storeWorker';

/** One opening: a worker of its own. */
class Opening {
  readonly #worker = new Worker(new URL('./storeWorker.ts', import.meta.url), { type: 'module' });
  readonly #waiting: ((answer: Answer) => void)[] = [];
  /** Number of the last commit that it told of. */
  told = 0;

  constructor() {
    this.#worker.addEventListener('message', (event: MessageEvent<Answer>) => {
      this.told = event.data.lastFrame ?? this.told;
      this.#waiting.shift()?.(event.data);
    });
  }

  ask(order: Order): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#worker.postMessage(order);
    });
  }

  /** Resolves when it has told of `count` commits. */
  async commitForever(count: number): Promise<void> {
    const first = this.ask({ do: 'commit forever' });
    const until = (await first).lastFrame! + count;
    while (this.told < until) await new Promise<Answer>((resolve) => this.#waiting.push(resolve));
  }

  terminate(): void {
    this.#worker.terminate();
  }
}

/** What a project takes in storage, as the page sees it. */
async function projectSize(project: string): Promise<{ bytes: number; files: number }> {
  const size = { bytes: 0, files: 0 };
  const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
  const folder = await projects.getDirectoryHandle(project);
  for await (const entry of folder.values()) {
    size.bytes += (await (entry as FileSystemFileHandle).getFile()).size;
    size.files++;
  }
  return size;
}

let opening = 0;
const projects: string[] = [];
const openings: Opening[] = [];

async function open(
  projectId: string,
  options: Partial<StoreOptions> = {},
  handleModes = true
): Promise<[Opening, Answer]> {
  const worker = new Opening();
  openings.push(worker);
  if (!handleModes) await worker.ask({ do: 'forget handle modes' });
  const answer = await worker.ask({
    do: 'open',
    options: { projectId, opening: `t${++opening}`, access: 'write', source: { kind: 'new' }, ...options }
  });
  return [worker, answer];
}

function newProject(): string {
  const id = `store-test-${Date.now()}-${projects.length}`;
  projects.push(id);
  return id;
}

afterEach(async () => {
  for (const worker of openings.splice(0)) worker.terminate();
  for (const id of projects.splice(0)) await removeProjectStorage(id);
});

/** Bytes that differ from one block to the next. */
function someBytes(length: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(length / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i, 0x9e3779b1);
  return new Uint8Array(words.buffer, 0, length);
}

describe('the store in OPFS', () => {
  it('loses nothing and tears nothing when its worker is ended while it commits, and opens beside the dying one', async () => {
    const project = newProject();
    for (let round = 0; round < 10; round++) {
      const [dying, opened] = await open(project);
      expect(opened.error).toBeUndefined();
      await dying.commitForever(1 + ((round * 5) % 9));
      const told = dying.told;
      dying.terminate();
      const [next, reopened] = await open(project);
      expect(reopened.error).toBeUndefined();
      expect(reopened.lastFrame).toBeGreaterThanOrEqual(told);
      const found = await next.ask({ do: 'check' });
      expect(found.wrong).toEqual([]);
      // The dying one goes on for two seconds: what it does must not matter.
      await next.ask({ do: 'commit', times: 3 });
      expect((await next.ask({ do: 'check' })).wrong).toEqual([]);
      await next.ask({ do: 'close' });
    }
    const [last] = await open(project, { source: { kind: 'stored' } });
    const end = await last.ask({ do: 'check' });
    expect(end.wrong).toEqual([]);
    expect(end.files).toBeLessThan(20);
  }, 120_000);

  it('reads a dropped file at once, keeps it in the background, and reads the copy then', async () => {
    const project = newProject();
    const bytes = someBytes(9_000_001);
    const source = { kind: 'file' as const, name: 'main', file: new Blob([bytes]), packed: false };
    const [first, opened] = await open(project, { source });
    expect(opened).toMatchObject({ saved: false, lastFrame: 0, where: 'opfs' });
    expect((await first.ask({ do: 'check', base: bytes })).wrong).toEqual([]);
    await first.ask({ do: 'commit', times: 3 });
    expect(await first.ask({ do: 'wait for the copy' })).toEqual({ saved: true });
    expect((await first.ask({ do: 'check', base: bytes })).wrong).toEqual([]);
    first.terminate();
    const [again, reopened] = await open(project, { source: { kind: 'stored' } });
    expect(reopened).toMatchObject({ saved: true, lastFrame: 3 });
    expect((await again.ask({ do: 'check', base: bytes })).wrong).toEqual([]);
  });

  it('has a small dropped file whole before it is open', async () => {
    const project = newProject();
    const bytes = someBytes(3_000_001);
    const source = { kind: 'file' as const, name: 'main', file: new Blob([bytes]), packed: false };
    const [first, opened] = await open(project, { source });
    expect(opened).toMatchObject({ saved: true, lastFrame: 0, where: 'opfs' });
    first.terminate();
    const [again, reopened] = await open(project, { source: { kind: 'stored' } });
    expect(reopened).toMatchObject({ saved: true, lastFrame: 0 });
    expect((await again.ask({ do: 'check', base: bytes })).wrong).toEqual([]);
  });

  it('asks for the file again when the copy was cut short, and then has all commits', async () => {
    const project = newProject();
    const bytes = someBytes(60_000_000);
    const source = { kind: 'file' as const, name: 'main', file: new Blob([bytes]), packed: false };
    const [first] = await open(project, { source });
    await first.ask({ do: 'commit', times: 2 });
    first.terminate();
    const [, refused] = await open(project, { source: { kind: 'stored' } });
    expect(refused.error?.reason).toBe('needs-file');
    const changed = bytes.slice();
    changed[bytes.length - 1]! ^= 1;
    const other = { ...source, file: new Blob([changed]) };
    const [, wrongFile] = await open(project, { source: other });
    expect(wrongFile.error?.reason).toBe('other-file');
    const [again, reopened] = await open(project, { source });
    expect(reopened).toMatchObject({ saved: false, lastFrame: 2 });
    expect((await again.ask({ do: 'check', base: bytes })).wrong).toEqual([]);
    expect(await again.ask({ do: 'wait for the copy' })).toEqual({ saved: true });
    await again.ask({ do: 'close' });
    // One base, the segments that hold commits, the fence: what was cut short is gone.
    const [last] = await open(project, { source: { kind: 'stored' } });
    await last.ask({ do: 'close' });
    expect((await projectSize(project)).bytes).toBeLessThan(2 * bytes.length);
  });

  it('unpacks a gzip’d file into the base', async () => {
    const project = newProject();
    const bytes = someBytes(3_000_000);
    const file = await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
    const [first, opened] = await open(project, { source: { kind: 'file', name: 'main', file, packed: true } });
    expect(opened).toMatchObject({ saved: true, lastFrame: 0 });
    expect((await first.ask({ do: 'check', base: bytes })).wrong).toEqual([]);
  });

  it('can be read beside the one that writes, and then stands still', async () => {
    const project = newProject();
    const [writer] = await open(project);
    await writer.ask({ do: 'commit', times: 8 });
    const before = await projectSize(project);
    const [reader, opened] = await open(project, { access: 'read', source: { kind: 'stored' } });
    expect(opened.lastFrame).toBe(8);
    await writer.ask({ do: 'commit', times: 8 });
    expect(await reader.ask({ do: 'check' })).toMatchObject({ lastFrame: 8, wrong: [] });
    expect((await reader.ask({ do: 'commit', times: 1 })).error?.reason).toBe('read-only');
    expect((await projectSize(project)).files).toBe(before.files);
    expect(await writer.ask({ do: 'check' })).toMatchObject({ lastFrame: 16, wrong: [] });
  });

  it('waits for the dying worker where handles cannot be shared, and reads beside a writer without them', async () => {
    const project = newProject();
    const bytes = someBytes(300_000);
    const source = { kind: 'file' as const, name: 'main', file: new Blob([bytes]), packed: false };
    const [dying] = await open(project, { source }, false);
    await dying.ask({ do: 'wait for the copy' });
    await dying.commitForever(9);
    const told = dying.told;
    dying.terminate();
    const [next, reopened] = await open(project, { source: { kind: 'stored' } }, false);
    expect(reopened.error).toBeUndefined();
    expect(reopened.lastFrame).toBeGreaterThanOrEqual(told);
    await next.ask({ do: 'commit', times: 2 });
    const [reader, opened] = await open(project, { access: 'read', source: { kind: 'stored' } }, false);
    expect(opened.lastFrame).toBe(reopened.lastFrame! + 2);
    await next.ask({ do: 'commit', times: 5 });
    expect(await reader.ask({ do: 'check', base: bytes })).toMatchObject({ lastFrame: opened.lastFrame, wrong: [] });
    expect(await next.ask({ do: 'check', base: bytes })).toMatchObject({ lastFrame: opened.lastFrame! + 5, wrong: [] });
  });

  it('folds beside a reader that looks at what is folded, and leaves it its files', async () => {
    const project = newProject();
    // The seventh commit is large: together they are worth a fold.
    for (const times of [9, 1]) {
      const [writer] = await open(project);
      await writer.ask({ do: 'commit', times });
      await writer.ask({ do: 'close' });
    }
    const [writer] = await open(project);
    const [reader, past] = await open(project, { access: 'read', source: { kind: 'stored' }, asOf: 8 });
    expect(past.lastFrame).toBe(8);
    expect(await writer.ask({ do: 'keep the last', fold: true })).toMatchObject({ folded: true, lastFrame: 9 });
    expect(await reader.ask({ do: 'check' })).toMatchObject({ lastFrame: 8, wrong: [] });
    await writer.ask({ do: 'commit', times: 2 });
    expect(await writer.ask({ do: 'check' })).toMatchObject({ lastFrame: 12, wrong: [] });
    expect(await reader.ask({ do: 'check' })).toMatchObject({ lastFrame: 8, wrong: [] });
    const held = await projectSize(project);
    for (const one of [reader, writer]) await one.ask({ do: 'close' });
    // Now that nobody holds them, the next opening takes them away.
    const [next] = await open(project, { source: { kind: 'stored' } });
    expect((await next.ask({ do: 'check' })).wrong).toEqual([]);
    await expect.poll(async () => (await projectSize(project)).bytes).toBeLessThan(held.bytes - 8_000_000);
    const [gone, refused] = await open(project, { access: 'read', source: { kind: 'stored' }, asOf: 8 });
    expect(refused.error?.reason).toBe('missing');
    gone.terminate();
  });

  it('leaves nothing behind when a project is removed', async () => {
    const project = newProject();
    const [writer] = await open(project);
    await writer.ask({ do: 'commit', times: 2 });
    expect(await storedProjects()).toContain(project);
    writer.terminate();
    await removeProjectStorage(project);
    expect(await storedProjects()).not.toContain(project);
    const [, gone] = await open(project, { source: { kind: 'stored' } });
    expect(gone.error?.reason).toBe('missing');
  });
});
