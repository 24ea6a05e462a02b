import { describe, expect, it } from 'vitest';
import { readHeader, whatItIs } from '../../workers/sqlite/databaseHeader';

function header(pageSize: number): Uint8Array {
  const bytes = new Uint8Array(100);
  bytes.set(new TextEncoder().encode('SQLite format 3\0'));
  const view = new DataView(bytes.buffer);
  view.setUint16(16, pageSize === 65536 ? 1 : pageSize);
  bytes[18] = 1;
  bytes[19] = 2;
  view.setUint32(24, 7);
  view.setUint32(28, 42);
  view.setUint32(92, 7);
  return bytes;
}

describe('the header of an SQLite file', () => {
  it('tells page size, versions and pages', () => {
    expect(readHeader(header(4096))).toEqual({ pageSize: 4096, writeVersion: 1, readVersion: 2, pages: 42, utf16: false });
    expect(readHeader(header(65536))!.pageSize).toBe(65536);
    expect(readHeader(header(1000))!.pageSize).toBe(0);
    expect(readHeader(header(256))!.pageSize).toBe(0);
  });

  it('does not tell pages that an old writer left', () => {
    const bytes = header(4096);
    bytes[95] = 8;
    expect(readHeader(bytes)!.pages).toBe(0);
  });

  it('is none where the first words are others, or it is short', () => {
    expect(readHeader(new Uint8Array(100))).toBeNull();
    expect(readHeader(header(4096).subarray(0, 99))).toBeNull();
  });
});

describe('what a file is that is no database', () => {
  const text = (s: string) => whatItIs(new TextEncoder().encode(s), s.length);
  it.each([
    [text('hello, world'), 'not-a-database', /text file/],
    [text('SQLite format 3\0'), 'damaged', /cut off/],
    [whatItIs(new Uint8Array([0x50, 0x4b, 3, 4]), 4), 'not-a-database', /zip/],
    [whatItIs(new Uint8Array([0xd9, 0xd5, 5, 0xf9, 0x20, 0xa1, 0x63, 0xd7]), 8), 'not-a-database', /journal/],
    [whatItIs(new Uint8Array([0x37, 0x7f, 6, 0x82]), 4), 'not-a-database', /write-ahead log/],
    [whatItIs(new Uint8Array(4096), 4096), 'not-a-database', /not an SQLite database/],
    [whatItIs(Uint8Array.from({ length: 4096 }, (_, i) => (i * 7919 + ((i * i) >> 3)) & 255), 8192), 'encrypted', /encrypted/]
  ])('is said: %o', (got, code, words) => {
    expect(got.code).toBe(code);
    expect(got.message).toMatch(words);
  });
});
