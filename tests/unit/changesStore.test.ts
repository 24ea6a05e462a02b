import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { ChangesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import { database } from '$lib/persistence/database';

const [a, b] = ['ca', 'cb'] as ConnectionId[] as [ConnectionId, ConnectionId];
const [pa, pb] = ['pa', 'pb'] as ProjectId[] as [ProjectId, ProjectId];

let store: ChangesStore;
let next = 0;
beforeEach(async () => {
  await store?.flush(); // what the test before left to write
  await database.changes.clear();
  store = new ChangesStore();
  await store.attach(pa, a);
  await store.attach(pb, b);
});

const change = (connectionId: ConnectionId, type: StagedChange['type'], rowKey: string, data: StagedChange['data'], table = 't'): StagedChange => ({
  id: type === 'insert' ? rowKey : `id${++next}`,
  type,
  connectionId,
  schema: 'main',
  table,
  data,
  originalData: type === 'insert' ? {} : { id: Number(rowKey) || 1, name: 'old' },
  rowKey,
  seq: store.nextSeq(),
  at: 1
});

describe('staged changes', () => {
  it('are each of one connection', () => {
    store.stage(change(a, 'update', '1', { name: 'new' }));
    store.stage(change(b, 'update', '1', { name: 'other' }));
    expect(store.count(a)).toBe(1);
    store.clearChangesForConnection(a);
    expect(store.count(a)).toBe(0);
    expect(store.getChangesForTable(b, 'main', 't')[0]!.data).toEqual({ name: 'other' });
  });

  it('are one a row, and come back after a reload exactly, by project', async () => {
    store.stage(change(a, 'update', '1', { name: 'new' }));
    store.stage(change(a, 'update', '1', { name: 'newer', big: 2n ** 63n - 1n, bytes: Uint8Array.of(0, 255), none: null, nan: NaN, real: { real: 2 } }));
    store.stage(change(a, 'insert', 'x', { id: 9 }));
    store.stage(change(b, 'delete', '2', {}));
    await store.flush();
    const again = new ChangesStore();
    await again.attach(pa, 'later' as ConnectionId);
    const before = store.getChanges(a);
    expect(again.getChanges('later' as ConnectionId)).toEqual(before.map((c) => ({ ...c, connectionId: 'later' })));
    expect(again.count(b)).toBe(0);
    expect(before).toHaveLength(2);
    // New rows come behind those that are back.
    expect(again.nextSeq()).toBeGreaterThan(before[1]!.seq);
  });

  it('stay in their project when the connection is let go, and go when they are cleared', async () => {
    store.stage(change(a, 'update', '1', { name: 'new' }));
    await store.flush();
    store.detach(a);
    expect(store.count(a)).toBe(0);
    await store.attach(pa, a);
    expect(store.count(a)).toBe(1);
    store.clearChangesForConnection(a);
    await store.flush();
    expect(await database.changes.count()).toBe(0);
  });

  it('that were committed are gone for good, the others stay', async () => {
    store.stage(change(a, 'update', '1', { name: 'new' }));
    store.stage(change(a, 'update', '2', { name: 'new' }));
    store.committed([store.getChanges(a)[0]!]);
    expect(store.getChanges(a).map((c) => c.rowKey)).toEqual(['2']);
    expect(store.canUndo(a, 'main', 't')).toBe(false);
    await store.flush();
    expect(await database.changes.count()).toBe(1);
  });

  it('keep why they were refused until they are changed', () => {
    store.stage(change(a, 'update', '1', { name: 'new' }));
    const { id } = store.getChanges(a)[0]!;
    store.setProblem(id, { error: { code: '23505', message: 'duplicate key' } });
    expect(store.problemOf(id)?.error.message).toBe('duplicate key');
    store.stage(change(a, 'update', '1', { name: 'another' }));
    expect(store.problemOf(id)).toBeUndefined();
  });

  it('are undone and redone in their table alone', () => {
    store.stage(change(a, 'update', '1', { name: 'new' }));
    store.stage(change(a, 'update', '1', { name: 'x' }, 'other'));
    expect(store.undo(a, 'main', 't')).toBe('Edit');
    expect(store.count(a)).toBe(1);
    expect(store.undo(a, 'main', 't')).toBeNull();
    expect(store.redo(a, 'main', 't')).toBe('Edit');
    expect(store.countForTable(a, 'main', 't')).toBe(1);
  });

  it('come back one by one whatever was done, and go forth again (random steps)', async () => {
    const step = fc.record({
      type: fc.constantFrom('insert', 'update', 'delete', 'drop' as const),
      rows: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
      value: fc.constantFrom('old', 'p', 'q')
    });
    const look = (s: ChangesStore) => s.getChanges(a).map(({ id: _, at: __, ...c }) => c);
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const s = new ChangesStore({ read: async () => [], put: () => undefined, remove: () => undefined, flush: async () => undefined });
        await s.attach(pa, a);
        const seen = [look(s)];
        for (const { type, rows, value } of steps) {
          const before = s.canUndo(a, 'main', 't');
          if (type === 'drop') s.dropAll(s.getChanges(a).slice(0, rows.length));
          else {
            const own = [...new Set(rows)].map((r) => change(a, type, type === 'insert' ? `new${++next}` : String(r), { name: value }));
            s.stageAll(own, type);
          }
          // A step that changed nothing is none.
          if (JSON.stringify(look(s)) !== JSON.stringify(seen.at(-1))) seen.push(look(s));
          else if (s.canUndo(a, 'main', 't') !== before) seen.push(look(s));
        }
        const forth = look(s);
        let backs = 0;
        while (s.undo(a, 'main', 't') !== null) backs++;
        expect(look(s)).toEqual([]);
        for (let i = 0; i < backs; i++) s.redo(a, 'main', 't');
        expect(look(s)).toEqual(forth);
      }),
      { numRuns: 300 }
    );
  });
});
