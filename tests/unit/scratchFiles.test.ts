import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScratchFile } from '../../workers/host/scratch';
import { StorageError } from '../../workers/storage/storeTypes';
import { ScratchFiles } from '../../workers/postgres/scratchFiles';
import { ScratchSpace, SLOT } from '../../workers/postgres/scratchSpace';

/** A file of a worker in memory, with room for so many bytes. */
function fileOf(room = Infinity): ScratchFile & { bytes: Uint8Array } {
  const file = {
    bytes: new Uint8Array(0),
    handle: {
      read(into: Uint8Array, { at }: { at: number }) {
        const part = file.bytes.subarray(at, at + into.length);
        into.set(part);
        return part.length;
      },
      write(bytes: Uint8Array, { at }: { at: number }) {
        if (at + bytes.length > room) return 4294967288;
        if (at + bytes.length > file.bytes.length) {
          const grown = new Uint8Array(at + bytes.length);
          grown.set(file.bytes);
          file.bytes = grown;
        }
        file.bytes.set(bytes, at);
        return bytes.length;
      }
    } as unknown as FileSystemSyncAccessHandle,
    close: () => undefined
  };
  return file;
}

/** The plainest thing that could do the same. */
class Plain {
  readonly all = new Map<string, Uint8Array>();
  resize(name: string, size: number): Uint8Array {
    const before = this.all.get(name) ?? new Uint8Array(0);
    const after = new Uint8Array(size);
    after.set(before.subarray(0, size));
    this.all.set(name, after);
    return after;
  }
  write(name: string, at: number, bytes: Uint8Array): void {
    this.resize(name, Math.max(this.all.get(name)?.length ?? 0, at + bytes.length)).set(bytes, at);
  }
}

const names = ['a', 'b', 'c'];
const step = fc.oneof(
  fc.record({ do: fc.constant('write' as const), name: fc.constantFrom(...names), at: fc.nat(5 * SLOT), size: fc.nat(3 * SLOT), fill: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ do: fc.constant('truncate' as const), name: fc.constantFrom(...names), size: fc.nat(6 * SLOT) }),
  fc.record({ do: fc.constant('remove' as const), name: fc.constantFrom(...names) }),
  fc.record({ do: fc.constant('rename' as const), name: fc.constantFrom(...names), to: fc.constantFrom(...names) })
);

const contents = (files: ScratchFiles) =>
  new Map(
    files.files().map(({ name, size }) => {
      const bytes = new Uint8Array(size);
      expect(files.read(name, 0, bytes)).toBe(size);
      return [name, bytes];
    })
  );

/** Vitest's own comparison takes a millisecond per KB. */
const sameBytes = (a: Map<string, Uint8Array>, b: Map<string, Uint8Array>): boolean =>
  a.size === b.size && [...a].every(([name, bytes]) => b.has(name) && Buffer.compare(bytes, b.get(name)!) === 0);

describe('files in scratch', () => {
  it.each([false, true])('are what was written, in memory and past it (over others: %s)', (over) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const plain = new Plain();
        const space = new ScratchSpace(fileOf(), 4);
        const beneath = over ? new ScratchFiles(new ScratchSpace(null)) : null;
        for (const [i, name] of over ? names.entries() : []) {
          const bytes = new Uint8Array(SLOT * i + 1000).fill(i + 1);
          beneath!.write(name, 0, bytes);
          plain.write(name, 0, bytes);
        }
        const before = beneath && contents(beneath);
        const files = new ScratchFiles(space, beneath);
        for (const s of steps) {
          if (s.do === 'write') {
            const bytes = new Uint8Array(s.size).fill(s.fill);
            files.write(s.name, s.at, bytes);
            plain.write(s.name, s.at, bytes);
          } else if (!plain.all.has(s.name)) continue;
          else if (s.do === 'truncate') {
            files.truncate(s.name, s.size);
            plain.resize(s.name, s.size);
          } else if (s.do === 'remove') {
            files.remove(s.name);
            plain.all.delete(s.name);
          } else if (s.name !== s.to) {
            files.rename(s.name, s.to);
            plain.all.set(s.to, plain.all.get(s.name)!);
            plain.all.delete(s.name);
          }
        }
        expect(sameBytes(contents(files), plain.all)).toBe(true);
        if (beneath) expect(sameBytes(contents(beneath), before!)).toBe(true);
      }),
      { numRuns: 150 }
    );
  });

  it('give their room back', () => {
    const file = fileOf();
    const files = new ScratchFiles(new ScratchSpace(file, 2));
    for (let round = 0; round < 50; round++) {
      files.write('t', 0, new Uint8Array(10 * SLOT).fill(round));
      files.remove('t');
    }
    expect(file.bytes.length).toBeLessThanOrEqual(10 * SLOT);
  });

  it('say when there is no room', () => {
    const files = new ScratchFiles(new ScratchSpace(fileOf(2 * SLOT), 1));
    let thrown: unknown;
    try {
      files.write('t', 0, new Uint8Array(8 * SLOT));
    } catch (e) {
      thrown = e;
    }
    expect(thrown).toBeInstanceOf(StorageError);
    expect((thrown as StorageError).full).toBe(true);
  });
});
