import { describe, expect, it } from 'vitest';
import { mendedPageSize } from '../../workers/sqlite/pageSizes';
import { PageFile } from '../../workers/sqlite/salvage/pageFile';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';

const fileOf = (bytes: Uint8Array) => ({
  size: () => bytes.length,
  read: (at: number, into: Uint8Array) => into.set(bytes.subarray(at, Math.min(bytes.length, at + into.length)))
});

const SIZES = [512, 1024, 4096, 16_384, 65_536];

/** A shop in pages of a size; with overflow chains, which are no trees. */
const shop = (pageSize: number) =>
  makeSqlite(`PRAGMA page_size = ${pageSize}; ${shopScript('a customer', 3000)} CREATE TABLE large (a); INSERT INTO large VALUES (zeroblob(300000)), (hex(randomblob(90000)))`);

/** Another page size in the header, and, where it is wanted, no length in pages. */
function broken(bytes: Uint8Array, pageSize: number, isLengthTold: boolean): Uint8Array {
  const copy = bytes.slice();
  new DataView(copy.buffer).setUint16(16, pageSize);
  if (!isLengthTold) new DataView(copy.buffer).setUint32(92, 0);
  return copy;
}

describe('a header with another page size', () => {
  it.each(SIZES)('is believed where it is right: %i', async (size) => {
    const bytes = await shop(size);
    expect(mendedPageSize(fileOf(bytes))).toBeNull();
    // Cut off, or with something behind it.
    expect(mendedPageSize(fileOf(bytes.subarray(0, bytes.length >> 1)))).toBeNull();
    expect(mendedPageSize(fileOf(new Uint8Array([...bytes, 1, 2, 3])))).toBeNull();
  });

  it.each(SIZES)('that cannot be is found by the length, or by the pages themselves: %i', async (size) => {
    const bytes = await shop(size);
    for (const wrong of [0, 3, 0x1234]) {
      for (const told of [true, false]) expect(mendedPageSize(fileOf(broken(bytes, wrong, told))), `${wrong}, ${told}`).toBe(size);
    }
    expect(PageFile.open(fileOf(broken(bytes, 0, false)))).toMatchObject({ pageSize: size });
  });

  it('that can be, but is not that of the pages, is found by the length', async () => {
    const bytes = await shop(4096);
    for (const wrong of [512, 1024]) expect(mendedPageSize(fileOf(broken(bytes, wrong, true)))).toBe(4096);
  });

  it('is of no use where no page size fits', () => {
    const bytes = new Uint8Array(8192).fill(0x77);
    bytes.set(new TextEncoder().encode('SQLite format 3\0'));
    new DataView(bytes.buffer).setUint16(16, 5);
    expect(mendedPageSize(fileOf(bytes))).toBe(0);
    expect(PageFile.open(fileOf(bytes))).toBeNull();
  });
});
