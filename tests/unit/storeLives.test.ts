import { describe, expect, it } from 'vitest';
import { MemoryRoot } from '../../workers/storage/memoryRoot';
import { openStoreIn } from '../../workers/storage/openStore';
import { removeFromRoot } from '../../workers/storage/references';
import { SHARED_HOME, homeOf } from '../../workers/storage/storeRoot';
import { StorageError, type OpenedStore } from '../../workers/storage/storeTypes';
import { FailingRoot, Steps, contents } from './storeHarness';

/** Small limits: every life meets spills, snapshots, merges, further segments and folds. */
const TUNING = { spillBytes: 16 * 512, snapshotAfter: 5, longChain: 3, rollBytes: 3000, foldBytes: 2000 };

const PATIENCE = 120_000;

/** Numbers that follow from a seed (mulberry32). */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

type Files = Map<string, Uint8Array>;

const asText = (files: Files): string =>
  [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([file, bytes]) => `${file} ${bytes.length} ${Buffer.from(bytes).toString('latin1')}`)
    .join('|');

/** One project beside what it must hold. */
interface Life {
  id: string;
  store: OpenedStore;
  files: Files;
  kept: Files;
  /** What it held after each commit. */
  states: Map<number, string>;
  names: Map<number, string>;
}

let opening = 0;

class World {
  readonly root = new MemoryRoot('opfs');
  readonly lives: Life[] = [];
  readonly #random: (below: number) => number;
  #born = 0;
  folds = 0;

  constructor(seed: number) {
    this.#random = numbersFrom(seed);
  }

  open(id: string, access: 'write' | 'read' = 'write', asOf?: number): Promise<OpenedStore> {
    const kind = this.#born === 0 ? ('new' as const) : ('stored' as const);
    const options = { projectId: id, opening: `w${++opening}`, access, source: { kind }, blockSize: 512 };
    return openStoreIn(this.root, asOf === undefined ? options : { ...options, asOf }, TUNING);
  }

  async begin(): Promise<void> {
    const store = await this.open('p0');
    store.bound = { commits: 1 + this.#random(4), days: 0, bytes: 1e6 };
    this.#born = 1;
    const files = new Map<string, Uint8Array>();
    this.lives.push({ id: 'p0', store, files, kept: new Map(), states: new Map([[0, asText(files)]]), names: new Map() });
  }

  async step(): Promise<void> {
    const life = this.lives[this.#random(this.lives.length)]!;
    const { store } = life;
    const name = ['a', 'b', 'c'][this.#random(3)]!;
    const dice = this.#random(100);
    if (dice < 38) return this.#write(life, name);
    if (dice < 42 && life.files.has(name)) return this.#cut(life, name);
    if (dice < 44 && life.files.has(name)) {
      store.remove(name);
      life.files.delete(name);
    } else if (dice < 46 && life.files.has(name)) {
      const to = ['a', 'b', 'c'][this.#random(3)]!;
      store.rename(name, to);
      const bytes = life.files.get(name)!;
      life.files.delete(name);
      life.files.set(to, bytes);
    } else if (dice < 68) {
      this.#commit(life);
    } else if (dice < 71) {
      store.rollback();
      life.files = new Map(life.kept);
    } else if (dice < 76) {
      if (dice < 74) store.close();
      life.store = await this.open(life.id);
      life.files = new Map(life.kept);
      if (dice >= 74) {
        // The one before was killed, and goes on for a while.
        expect(() => (store.write('a', 0, new Uint8Array(700)), store.commit())).toThrow(StorageError);
        await store.tidy(async () => true);
        store.close();
      }
    } else if (dice < 84) {
      if (await store.tidy(async () => this.#random(40) > 0)) this.folds++;
    } else if (dice < 86) {
      if (!store.dirty) store.bound = { commits: 1 + this.#random(6), days: 0, bytes: this.#random(2) * 1e6 };
    } else if (dice < 88) {
      this.#label(life);
    } else if (dice < 91) {
      this.#goBack(life);
    } else if (dice < 94 && this.lives.length < 4) {
      await this.#branch(life);
    } else if (dice < 96 && this.lives.length > 1) {
      await this.#remove(life);
    } else {
      await this.#lookBack(life);
    }
  }

  #write(life: Life, name: string): void {
    const at = [this.#random(3000), this.#random(20) * 512, this.#random(12_000)][this.#random(3)]!;
    const length = 1 + [this.#random(60), this.#random(4) * 512, this.#random(18) === 0 ? 20 * 512 : 90][this.#random(3)]!;
    const fill = this.#random(256);
    const bytes = Uint8Array.from({ length }, (_, i) => (fill + i * 7) & 255);
    life.store.write(name, at, bytes);
    const old = life.files.get(name) ?? new Uint8Array(0);
    const file = new Uint8Array(Math.max(old.length, at + length));
    file.set(old);
    file.set(bytes, at);
    life.files.set(name, file);
  }

  #cut(life: Life, name: string): void {
    const size = this.#random(9000);
    life.store.truncate(name, size);
    const file = new Uint8Array(size);
    file.set(life.files.get(name)!.subarray(0, size));
    life.files.set(name, file);
  }

  #commit(life: Life): void {
    const { store } = life;
    const before = store.lastFrame;
    const number = store.commit({ label: 'a commit' });
    if (number === before) return;
    life.kept = new Map(life.files);
    life.states.set(number, asText(life.kept));
    if (this.#random(3) === 0) store.tell(number * 2);
  }

  #label(life: Life): void {
    const frames = life.store.frames();
    if (frames.length === 0) return;
    const { number } = frames[this.#random(frames.length)]!;
    const text = this.#random(3) > 0 ? null : `name of ${number}`;
    try {
      life.store.name(number, text);
    } catch (e) {
      expect((e as StorageError).reason).toBe('busy');
      expect(life.store.dirty).toBe(true);
      return;
    }
    if (text === null) life.names.delete(number);
    else life.names.set(number, text);
  }

  #goBack(life: Life): void {
    const { store } = life;
    store.rollback();
    life.files = new Map(life.kept);
    const to = store.firstFrame + this.#random(store.lastFrame - store.firstFrame + 1);
    const number = store.goBack(to);
    life.files = contents(store);
    expect(asText(life.files) === life.states.get(to), `back to ${to}`).toBe(true);
    life.kept = new Map(life.files);
    life.states.set(number, asText(life.kept));
  }

  async #branch(life: Life): Promise<void> {
    const { store } = life;
    const asOf = store.firstFrame + this.#random(store.lastFrame - store.firstFrame + 1);
    const id = `p${this.#born++}`;
    await store.branch(id, `w${++opening}`, asOf);
    const states = new Map([...life.states].filter(([n]) => n <= asOf));
    const names = new Map([...life.names].filter(([n]) => n <= asOf));
    const branch = await this.open(id);
    const files = contents(branch);
    expect(branch.lastFrame).toBe(asOf);
    expect(asText(files) === states.get(asOf), `a branch as of ${asOf}`).toBe(true);
    this.lives.push({ id, store: branch, files, kept: new Map(files), states, names });
  }

  async #remove(life: Life): Promise<void> {
    life.store.close();
    expect(await removeFromRoot(this.root, life.id)).toBe(true);
    this.lives.splice(this.lives.indexOf(life), 1);
  }

  /** Any commit that is listed can be looked at, beside the one that writes. */
  async #lookBack(life: Life): Promise<void> {
    const { firstFrame, lastFrame } = life.store;
    const asOf = firstFrame + this.#random(lastFrame - firstFrame + 1);
    const then = await this.open(life.id, 'read', asOf);
    expect(asText(contents(then)) === life.states.get(asOf), `${life.id} as of ${asOf}`).toBe(true);
    then.close();
  }

  check(life: Life): void {
    expect(asText(contents(life.store)) === asText(life.files), `${life.id} holds what it should`).toBe(true);
    const frames = life.store.frames();
    const { firstFrame, lastFrame } = life.store;
    expect(frames.map(({ number }) => number)).toEqual(Array.from({ length: lastFrame - firstFrame }, (_, i) => firstFrame + 1 + i));
    const names = [...life.names].filter(([n]) => n > firstFrame).sort(([a], [b]) => a - b);
    expect(frames.flatMap(({ number, name }) => (name ? [[number, name]] : []))).toEqual(names);
    for (const n of life.names.keys()) expect(n, 'a named commit is never folded away').toBeGreaterThanOrEqual(firstFrame);
  }

  async end(): Promise<void> {
    for (const life of [...this.lives]) {
      life.store.rollback();
      for (let asOf = life.store.firstFrame; asOf <= life.store.lastFrame; asOf++) {
        const then = await this.open(life.id, 'read', asOf);
        expect(asText(contents(then)) === life.states.get(asOf), `${life.id} as of ${asOf}, in the end`).toBe(true);
        then.close();
      }
      await this.#remove(life);
    }
    expect(await this.root.projects()).toEqual([]);
    const shared = await this.root.folder(SHARED_HOME, true);
    expect(await shared.list()).toEqual([]);
  }
}

describe('projects that branch, fold and go back', () => {
  it('hold what a plain model holds, at every commit that is left, and leave nothing in the end', async () => {
    let folds = 0;
    for (let seed = 1; seed <= 100; seed++) {
      const world = new World(seed);
      await world.begin();
      for (let round = 0; round < 150; round++) {
        await world.step();
        if (round % 10 === 9) for (const life of world.lives) world.check(life);
      }
      await world.end();
      folds += world.folds;
    }
    expect(folds).toBeGreaterThan(100);
  }, PATIENCE);
});

/** A short life with all that a project can do; tells of each state before and after it is reached. */
async function shortLife(root: MemoryRoot, told: (state: Files) => void): Promise<void> {
  const open = (projectId: string) =>
    openStoreIn(root, { projectId, opening: `k${++opening}`, access: 'write', source: { kind: 'new' }, blockSize: 512 }, TUNING);
  let store = await open('p');
  const change = (work: () => void, state: () => Files): void => {
    // What a step may have made stands from here on, what it must have made when it has returned.
    work();
    told(state());
  };
  store.bound = { commits: 2, days: 0, bytes: 1e6 };
  for (let n = 1; n <= 6; n++) {
    store.write('a', n * 300, new Uint8Array(n === 3 ? 20 * 512 : 900).fill(n));
    told(contents(store));
    change(() => store.commit(), () => contents(store));
  }
  await store.tidy(async () => true);
  for (let n = 1; n <= 3; n++) {
    store.write('b', n, new Uint8Array(100).fill(n));
    told(contents(store));
    store.commit();
  }
  store.name(store.lastFrame, 'named');
  const folded = await store.tidy(async () => true);
  if (!folded) throw new Error('nothing was folded');
  told(contents(store));
  await store.branch('q', `k${++opening}`, store.lastFrame - 1);
  store.close();
  store = await open('p');
  await store.tidy(async () => true);
  const past = await openStoreIn(root, { projectId: 'p', opening: `k${++opening}`, access: 'read', source: { kind: 'stored' }, asOf: store.lastFrame - 1 });
  told(contents(past));
  past.close();
  store.goBack(store.lastFrame - 1);
  told(contents(store));
  store.close();
}

describe('a project whose work is cut short', () => {
  it('is as after its last commit, killed at each step of rolling, naming, folding, branching and going back', async () => {
    const whole = new FailingRoot(new Steps());
    await shortLife(whole, () => undefined);
    expect(whole.counted.steps).toBeGreaterThan(60);
    for (let failAt = 0; failAt < whole.counted.steps; failAt++) {
      const steps = new Steps();
      steps.how = 'killed';
      steps.failAt = failAt;
      const root = new FailingRoot(steps);
      const told: Files[] = [new Map()];
      await shortLife(root, (state) => told.push(state)).catch((e: unknown) => {
        if (!(e instanceof StorageError)) throw e;
      });
      const left = await root.left();
      const options = { access: 'write' as const, source: { kind: 'new' as const }, blockSize: 512 };
      const store = await openStoreIn(left, { ...options, projectId: 'p', opening: 'after' }, TUNING);
      expect(told.slice(-3).map(asText), `killed at step ${failAt}`).toContain(asText(contents(store)));
      // A branch is there whole or not at all.
      const branch = await openStoreIn(left, { ...options, projectId: 'q', opening: 'after', source: { kind: 'stored' } }, TUNING).catch(
        (e: StorageError) => e
      );
      if (branch instanceof StorageError) expect(branch.reason, branch.message).toBe('missing');
      else expect(told.map(asText)).toContain(asText(contents(branch)));
      store.close();
      if (!(branch instanceof StorageError)) branch.close();
      await new Promise((resolve) => setTimeout(resolve));
      for (const id of ['p', 'q']) expect(await removeFromRoot(left, id)).toBe(true);
      expect([await left.projects(), await (await left.folder(SHARED_HOME, true)).list()]).toEqual([[], []]);
    }
  }, PATIENCE);

  it('goes on working when there was no room, at each of these steps', async () => {
    const whole = new FailingRoot(new Steps());
    await shortLife(whole, () => undefined);
    for (let failAt = 0; failAt < whole.counted.steps; failAt++) {
      const steps = new Steps();
      steps.failAt = failAt;
      const root = new FailingRoot(steps);
      const told: Files[] = [new Map()];
      let error: unknown = null;
      await shortLife(root, (state) => told.push(state)).catch((e: unknown) => (error = e));
      if (error !== null) expect((error as StorageError).full, String(error)).toBe(true);
      const left = await root.left();
      const store = await openStoreIn(left, { projectId: 'p', opening: 'after', access: 'write', source: { kind: 'new' }, blockSize: 512 }, TUNING);
      expect(told.slice(-3).map(asText), `full at step ${failAt}`).toContain(asText(contents(store)));
      store.write('a', 0, new Uint8Array(3).fill(1));
      store.commit();
      store.close();
    }
  }, PATIENCE);
});

describe('the size of a store', () => {
  it('grows by what fifty branches change, and is given back when they are removed', async () => {
    const world = new World(1);
    await world.begin();
    const { store } = world.lives[0]!;
    store.write('a', 0, new Uint8Array(400_000).fill(7));
    store.commit();
    const sizeOf = async (): Promise<number> => {
      let bytes = 0;
      for (const home of [SHARED_HOME, ...(await world.root.projects()).map(homeOf)]) {
        const folder = await world.root.folder(home, true);
        for (const name of await folder.list()) bytes += (await folder.bytes(name)).length;
      }
      return bytes;
    };
    const before = await sizeOf();
    for (let n = 0; n < 50; n++) {
      await store.branch(`b${n}`, `branch${n}`);
      const branch = await world.open(`b${n}`);
      branch.write('a', n * 512, new Uint8Array(512).fill(n));
      branch.commit();
      branch.close();
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect((await sizeOf()) - before).toBeLessThan(50 * 3000);
    for (let n = 0; n < 50; n++) expect(await removeFromRoot(world.root, `b${n}`)).toBe(true);
    expect(await sizeOf()).toBe(before);
  });
});
