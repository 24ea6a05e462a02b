import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Autosave } from '$lib/persistence/autosave.svelte';

interface Row {
  id: string;
  text: string;
}

let writes: { rows: Row[]; removed: string[] }[];
let fails: boolean;
let gate: Promise<void>;
let saved: Autosave<string, Row>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  writes = [];
  fails = false;
  gate = Promise.resolve();
  saved = new Autosave(async (rows, removed) => {
    await gate;
    if (fails) throw new Error('no room');
    writes.push({ rows, removed });
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const row = (id: string, text = id): Row => ({ id, text });

describe('autosave', () => {
  it('writes what changed within the second, the last of each key once', async () => {
    saved.put('a', row('a', 'first'));
    saved.put('a', row('a', 'second'));
    saved.put('b', row('b'));
    saved.remove('b');
    await vi.advanceTimersByTimeAsync(900);
    expect(writes).toEqual([{ rows: [row('a', 'second')], removed: ['b'] }]);
  });

  it('puts all that waits for a write under way into the next one', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    saved.put('a', row('a'));
    const first = saved.flush();
    await vi.advanceTimersByTimeAsync(1);
    for (const id of ['b', 'c', 'd']) {
      saved.put(id, row(id));
      void saved.flush();
    }
    open();
    await first;
    await saved.flush();
    expect(writes.map(({ rows }) => rows.map(({ id }) => id))).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('tries a failed write again by itself', async () => {
    fails = true;
    saved.put('a', row('a'));
    saved.remove('b');
    await saved.flush();
    fails = false;
    await vi.advanceTimersByTimeAsync(6000);
    expect(writes).toEqual([{ rows: [row('a')], removed: ['b'] }]);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(writes).toHaveLength(1);
  });

  it('writes after a failure what is newest, with the next change', async () => {
    fails = true;
    saved.put('a', row('a', 'old'));
    saved.put('b', row('b'));
    await saved.flush();
    fails = false;
    saved.put('a', row('a', 'new'));
    await vi.advanceTimersByTimeAsync(300);
    expect(writes).toEqual([{ rows: [row('a', 'new'), row('b')], removed: [] }]);
  });

  it('does not undo what changed while a write was failing', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    fails = true;
    saved.put('a', row('a', 'old'));
    const failing = saved.flush();
    await vi.advanceTimersByTimeAsync(1);
    saved.put('a', row('a', 'new'));
    open();
    await failing;
    fails = false;
    await saved.flush();
    expect(writes).toEqual([{ rows: [row('a', 'new')], removed: [] }]);
  });
});
