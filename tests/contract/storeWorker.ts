/**
 * A worker that drives the store alone, on orders from store.test.ts. What commit number n writes follows
 * from n, so that whoever opens the store can tell what must be in it.
 */
import { openStore } from '../../workers/storage/openStore';
import { StorageError, type OpenedStore, type StoreOptions } from '../../workers/storage/storeTypes';

export type Order =
  | { do: 'open'; options: StoreOptions }
  /** Commits without end, telling of each; never answers. */
  | { do: 'commit forever' }
  | { do: 'commit'; times: number }
  /** Compares all blocks with what the commits up to the last one wrote over `base`. */
  | { do: 'check'; base?: Uint8Array }
  | { do: 'wait for the copy' }
  /** From now on only the last commit is kept; with `fold` what is older becomes a base. */
  | { do: 'keep the last'; fold: boolean }
  /** From now on this worker's browser gives exclusive handles alone, as those without handle modes do. */
  | { do: 'forget handle modes' }
  | { do: 'close' };

export interface Answer {
  error?: { reason: string; message: string };
  lastFrame?: number;
  wrong?: string[];
  saved?: boolean;
  where?: string;
  files?: number;
  folded?: boolean;
}

export const FILE = 'main';
const BLOCK = 4096;
const BLOCKS = 4000;

let store: OpenedStore | null = null;

const opened = (): OpenedStore => {
  if (!store) throw new Error('open first');
  return store;
};

/** The blocks that commit `n` writes: a few, and each seventh time more than stay in memory. */
function blocksOf(n: number): number[] {
  const count = n % 7 === 0 ? 2100 : 1 + (n % 5);
  return Array.from({ length: count }, (_, i) => (n * 7919 + i * 31) % BLOCKS);
}

function fill(n: number, block: number): Uint8Array {
  const words = new Uint32Array(BLOCK / 4).fill(Math.imul(n, 0x9e3779b1) ^ block);
  words[0] = n;
  return new Uint8Array(words.buffer);
}

function commitNext(): number {
  const s = opened();
  const n = s.lastFrame + 1;
  for (const block of blocksOf(n)) s.write(FILE, block * BLOCK, fill(n, block));
  return s.commit({ label: `commit ${n}` });
}

function sameWords(a: Uint32Array, b: Uint32Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function check(base: Uint8Array | undefined): string[] {
  const s = opened();
  const last = new Map<number, number>();
  for (let n = 1; n <= s.lastFrame; n++) for (const block of blocksOf(n)) last.set(block, n);
  const wrong: string[] = [];
  const is = new Uint8Array(BLOCK);
  const isWords = new Uint32Array(is.buffer);
  const count = Math.ceil(Math.max(0, s.size(FILE)) / BLOCK);
  for (let block = 0; block < count; block++) {
    s.read(FILE, block * BLOCK, is);
    const n = last.get(block);
    const must = new Uint8Array(BLOCK);
    if (n !== undefined) must.set(fill(n, block));
    else if (base) must.set(base.subarray(block * BLOCK, (block + 1) * BLOCK));
    const mustWords = new Uint32Array(must.buffer);
    if (!sameWords(isWords, mustWords)) wrong.push(`block ${block}, last written by ${n ?? 'nobody'}`);
  }
  for (const block of last.keys()) if (block >= count) wrong.push(`block ${block} is not there`);
  return wrong;
}

async function follow(order: Order): Promise<Answer> {
  switch (order.do) {
    case 'open':
      store = await openStore(order.options);
      return { lastFrame: store.lastFrame, where: store.where, saved: store.saveState().saved };
    case 'commit':
      for (let i = 0; i < order.times; i++) commitNext();
      return { lastFrame: opened().lastFrame };
    case 'commit forever':
      for (;;) postMessage({ lastFrame: commitNext() } satisfies Answer);
    case 'check':
      return { lastFrame: opened().lastFrame, wrong: check(order.base), files: opened().stored().files };
    case 'wait for the copy':
      await opened().settled;
      return { saved: opened().saveState().saved };
    case 'keep the last':
      opened().bound = { commits: 1, days: 0, bytes: 0 };
      return { folded: order.fold && (await opened().tidy(async () => true)), lastFrame: opened().firstFrame };
    case 'forget handle modes': {
      const { createSyncAccessHandle } = FileSystemFileHandle.prototype;
      FileSystemFileHandle.prototype.createSyncAccessHandle = function (this: FileSystemFileHandle) {
        return createSyncAccessHandle.call(this);
      };
      const scope = globalThis as unknown as { FileSystemSyncAccessHandle: { prototype: object } };
      Reflect.deleteProperty(scope.FileSystemSyncAccessHandle.prototype, 'mode');
      return {};
    }
    case 'close':
      store?.close();
      store = null;
      return {};
  }
}

addEventListener('message', (event: MessageEvent<Order>) => {
  follow(event.data).then(
    (answer) => postMessage(answer),
    (e: unknown) => {
      const reason = e instanceof StorageError ? e.reason : 'none';
      postMessage({ error: { reason, message: e instanceof Error ? e.message : String(e) } } satisfies Answer);
    }
  );
});
