import { describe, expect, it } from 'vitest';
import { BaseHash } from '../../workers/storage/baseHash';
import { MemoryRoot } from '../../workers/storage/memoryRoot';
import { openStoreIn } from '../../workers/storage/openStore';
import { removeFromRoot } from '../../workers/storage/references';
import { SHARED_HOME } from '../../workers/storage/storeRoot';
import type { OpenedStore, SharedBase } from '../../workers/storage/storeTypes';
import { contents } from './storeHarness';

/** A base of many small files; `asked` counts how often its bytes were. */
async function baseOf(count: number, salt = 0): Promise<SharedBase & { asked: number; all: Map<string, Uint8Array> }> {
  const all = new Map<string, Uint8Array>();
  for (let n = 0; n < count; n++) all.set(`base/${n}`, new Uint8Array((n * 37) % 3000).fill(n + salt));
  const files = [...all].map(([name, bytes]) => ({ name, size: bytes.length }));
  const hash = new BaseHash();
  for (const bytes of all.values()) await hash.add(bytes);
  const base = {
    hash: await hash.hex(files),
    files,
    all,
    asked: 0,
    bytes: () => {
      base.asked++;
      return new Blob([...all.values()].map((bytes) => bytes.slice())).stream();
    }
  };
  return base;
}

let opening = 0;
const open = (root: MemoryRoot, projectId: string, base: SharedBase, access: 'write' | 'read' = 'write'): Promise<OpenedStore> =>
  openStoreIn(root, { projectId, opening: `s${++opening}`, access, source: { kind: 'shared', base }, blockSize: 512 });

const text = (files: Map<string, Uint8Array>): string =>
  [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, bytes]) => `${name}:${Buffer.from(bytes).toString('latin1')}`)
    .join('|');

const shared = async (root: MemoryRoot): Promise<string[]> => (await root.folder(SHARED_HOME, false)).list();

describe('a base shared by projects', () => {
  it('is made once, holds all files, and each project changes its own', async () => {
    const root = new MemoryRoot('opfs');
    const base = await baseOf(1000);
    const [a, b] = await Promise.all([open(root, 'a', base), open(root, 'b', base)]);
    expect(base.asked).toBe(1);
    expect(text(contents(a))).toBe(text(base.all));
    a.write('base/5', 10, new Uint8Array([1, 2, 3]));
    a.remove('base/6');
    a.rename('base/7', 'base/8');
    a.create('empty');
    a.truncate('base/9', 5000);
    a.commit();
    const must = contents(a);
    expect([must.get('empty')?.length, must.get('base/9')?.length, must.has('base/6'), must.has('base/7')]).toEqual([0, 5000, false, false]);
    expect(text(contents(b))).toBe(text(base.all));
    a.close();
    b.close();
    const again = await open(root, 'a', await baseOf(3));
    expect(text(contents(again)), 'on the base that it began from').toBe(text(must));
    again.close();
    const read = await open(root, 'a', base, 'read');
    expect(text(contents(read))).toBe(text(must));
    read.close();
  });

  it('stays as long as a project needs it, beside newer ones', async () => {
    const root = new MemoryRoot('opfs');
    const [old, newer] = [await baseOf(20), await baseOf(20, 1)];
    for (const [project, base] of [['a', old], ['b', old], ['c', newer]] as const) (await open(root, project, base)).close();
    await new Promise((resolve) => setTimeout(resolve));
    const has = async (base: SharedBase): Promise<boolean> => (await shared(root)).includes(`${base.hash}.base`);
    expect([await has(old), await has(newer)]).toEqual([true, true]);
    expect(await removeFromRoot(root, 'a')).toBe(true);
    expect([await has(old), await has(newer)]).toEqual([true, true]);
    expect(text(contents(await open(root, 'b', newer, 'read')))).toBe(text(old.all));
    await removeFromRoot(root, 'c');
    expect([await has(old), await has(newer)]).toEqual([true, false]);
    // One that is open still holds its files: tried again.
    const held = await open(root, 'b', old);
    expect(await removeFromRoot(root, 'b')).toBe(false);
    held.close();
  });

  it('leaves nothing when all is removed', async () => {
    const root = new MemoryRoot('opfs');
    const base = await baseOf(5);
    (await open(root, 'a/b ü', base)).close();
    await new Promise((resolve) => setTimeout(resolve));
    expect(await removeFromRoot(root, 'a/b ü')).toBe(true);
    expect(await shared(root)).toEqual([]);
    expect(await root.projects()).toEqual([]);
  });

  it('is made again when the first making was cut short, and refused when its bytes are others', async () => {
    const root = new MemoryRoot('opfs');
    const base = await baseOf(50);
    const cut: SharedBase = {
      ...base,
      bytes: () =>
        new ReadableStream({
          pull(controller) {
            controller.enqueue(new Uint8Array(700));
            controller.error(new Error('the page is closed'));
          }
        })
    };
    await expect(open(root, 'a', cut)).rejects.toThrow('closed');
    const wrong: SharedBase = { ...base, bytes: () => new Blob([new Uint8Array(base.files.reduce((n, f) => n + f.size, 0))]).stream() };
    await expect(open(root, 'a', wrong)).rejects.toThrow('did not arrive');
    const store = await open(root, 'a', base);
    expect(text(contents(store))).toBe(text(base.all));
  });
});
