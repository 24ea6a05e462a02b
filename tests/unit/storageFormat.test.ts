/** Reads kept stores as docs/storage.md describes them, with nothing of the store's own code but its hash. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { xxHash32 as xxh } from '../../workers/storage/xxHash32';
import { keptStores } from '../fixtures/keptStores';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Takes numbers and texts off the beginning of bytes. */
class Taker {
  at = 0;
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8 = (): number => this.view.getUint8(this.at++);
  u16 = (): number => this.view.getUint16((this.at += 2) - 2, true);
  u32 = (): number => this.view.getUint32((this.at += 4) - 4, true);
  f64 = (): number => this.view.getFloat64((this.at += 8) - 8, true);
  take = (length: number): Uint8Array => this.bytes.subarray(this.at, (this.at += length));
  text = (): string => text(this.take(this.u16()));
  list = <T>(one: () => T): T[] => Array.from({ length: this.u32() }, one);
}

interface Head {
  number: number;
  part?: number;
  blockSize: number;
  frame: number;
  base: { file: string; home?: string; frame: number; files?: { id: number; name: string; at: number; size: number }[] } | null;
  parents: { name: string; home?: string; length: number; chain: number; frame: number }[];
}

interface StoredFile {
  name: string;
  size: number;
  base: Uint8Array;
  blocks: Map<number, Uint8Array>;
}

function headOf(bytes: Uint8Array): { head: Head; length: number; check: number } {
  const from = new Taker(bytes);
  expect(text(from.take(4))).toBe('SGMG');
  from.at = 8;
  const [length, check] = [from.u32(), from.u32()];
  const json = from.take(length);
  expect(xxh(json, xxh(bytes.subarray(0, 12)))).toBe(check);
  return { head: JSON.parse(text(json)) as Head, length: 16 + length, check };
}

function baseFiles(bytes: Uint8Array, listed: NonNullable<Head['base']>['files']): Map<number, StoredFile> {
  const from = new Taker(bytes);
  expect(text(from.take(4))).toBe('BASE');
  const version = from.u16();
  expect(from.u16()).toBe(1);
  const [length, begins, check] = [from.u32(), from.u32(), from.u32()];
  const json = bytes.subarray(32, 32 + length);
  expect(xxh(json, xxh(bytes.subarray(0, 16)))).toBe(check);
  const own = (JSON.parse(text(json)) as { files?: [number, string, number, number][] }).files;
  const files = listed ?? own!.map(([id, name, at, size]) => ({ id, name, at, size }));
  const start = version === 1 ? 4096 : begins;
  return new Map(files.map(({ id, name, at, size }) => [id, { name, size, base: bytes.subarray(start + at, start + at + size), blocks: new Map<number, Uint8Array>() }]));
}

/** A block as it stands, zeros behind what there is. */
function blockOf(file: StoredFile, block: number, blockSize: number): Uint8Array {
  const whole = new Uint8Array(blockSize);
  whole.set(file.blocks.get(block) ?? file.base.subarray(block * blockSize, (block + 1) * blockSize));
  return whole;
}

/** Does what one commit or spill says. */
function apply(files: Map<number, StoredFile>, version: number, table: Uint8Array, blocks: Uint8Array, blockSize: number): void {
  const from = new Taker(table);
  from.text(); // the note
  from.list(() => {
    const [id, flags, size] = [from.u32(), from.u8(), from.f64()];
    const file = files.get(id) ?? { name: '', size, base: new Uint8Array(0), blocks: new Map<number, Uint8Array>() };
    if (flags & 2) file.name = from.text();
    if (flags & 4) {
      const cut = from.f64();
      file.base = file.base.subarray(0, cut);
      for (const block of file.blocks.keys()) if (block * blockSize >= cut) file.blocks.delete(block);
    }
    file.size = size;
    if (flags & 1) files.delete(id);
    else files.set(id, file);
  });
  let at = 0;
  from.list(() => {
    const [id, first] = [from.u32(), from.u32()];
    from.list(from.u32).forEach((check, n) => {
      const block = blocks.subarray(at, (at += blockSize));
      expect(xxh(block)).toBe(check);
      files.get(id)!.blocks.set(first + n, block);
    });
  });
  if (version < 2) return;
  from.list(() => {
    const [id, block, check] = [from.u32(), from.u32(), from.u32()];
    const patch = new Taker(from.take(from.u16()));
    const whole = blockOf(files.get(id)!, block, blockSize);
    while (patch.at < patch.bytes.length) {
      const to = patch.u16();
      whole.set(patch.take(patch.u16()), to);
    }
    expect(xxh(whole)).toBe(check);
    files.get(id)!.blocks.set(block, whole);
  });
}

/** Replays one segment; gives the check of its last frame. */
function replay(files: Map<number, StoredFile>, bytes: Uint8Array, commit: (number: number) => void): number {
  const { head, length, check: salt } = headOf(bytes);
  const from = new Taker(bytes);
  from.at = length;
  let before = salt;
  let waiting: (() => void)[] = [];
  while (from.at + 40 <= bytes.length && text(from.take(4)) === 'FRAM') {
    const began = from.at - 4;
    const [version, kind, tableBytes, blockBytes, number] = [from.u16(), from.u16(), from.u32(), from.u32(), from.f64()];
    from.at += 8;
    const [chained, check] = [from.u32(), from.u32()];
    const table = from.take(tableBytes);
    const blocks = from.take(blockBytes);
    // what a dying worker left behind
    if (from.at > bytes.length || chained !== before || xxh(table, xxh(bytes.subarray(began, began + 36), salt)) !== check) break;
    before = check;
    if (kind > 2) continue;
    waiting.push(() => apply(files, version, table, blocks, head.blockSize));
    if (kind === 2) continue;
    for (const act of waiting) act();
    waiting = [];
    commit(number);
  }
  return before;
}

describe.each(['sqlite-version-1', 'sqlite-version-2'])('%s, read by docs/storage.md', (archive) => {
  const { files: stored, commits } = keptStores(new Uint8Array(readFileSync(`tests/fixtures/stores/${archive}.tar.gz`)));

  it.each(Object.keys(commits))('%s: every commit that it kept', (project) => {
    const home = `projects/${project}`;
    const segments = [...stored.keys()].filter((path) => path.startsWith(`${home}/`) && path.endsWith('.seg'));
    const places = segments.map((path) => ({ path, head: headOf(stored.get(path)!).head }));
    const newest = places.sort((a, b) => a.head.number - b.head.number || (a.head.part ?? 0) - (b.head.part ?? 0)).at(-1)!;
    const { base, parents, blockSize } = newest.head;
    const files = base ? baseFiles(stored.get(`${base.home ?? home}/${base.file}`)!, base.files) : new Map<number, StoredFile>();
    const found: Record<string, string> = {};
    const keep = (number: number): void => {
      const hash = createHash('sha256');
      for (const file of [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const whole = new Uint8Array(Math.ceil(file.size / blockSize) * blockSize);
        for (let block = 0; block * blockSize < file.size; block++) whole.set(blockOf(file, block, blockSize), block * blockSize);
        hash.update(`${file.name} ${file.size} `);
        hash.update(whole.subarray(0, file.size));
      }
      found[number] = hash.digest('hex');
    };
    keep(base?.frame ?? 0);
    for (const { name, home: elsewhere, length, chain } of parents) {
      expect(replay(files, stored.get(`${elsewhere ?? home}/${name}`)!.subarray(0, length), keep)).toBe(chain);
    }
    replay(files, stored.get(newest.path)!, keep);
    expect(found).toEqual(commits[project]);
  });
});
