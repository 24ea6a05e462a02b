import type { MainFile } from './databaseFiles';

/** What the first 100 bytes of an SQLite file say (https://www.sqlite.org/fileformat.html#the_database_header). */
export interface DatabaseHeader {
  /** Bytes of a page; 0 when what stands there is impossible. */
  pageSize: number;
  writeVersion: number;
  readVersion: number;
  /** Its texts are UTF-16. */
  utf16: boolean;
  /** Pages of the database, 0 when the header does not tell it reliably. */
  pages: number;
}

export const HEADER_BYTES = 100;
const MAGIC = 'SQLite format 3\0';

/** Whether SQLite has pages of so many bytes. */
export const isPageSize = (bytes: number): boolean => bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) === 0;

/** Reads a header; null when the bytes do not begin like an SQLite database. */
export function readHeader(bytes: Uint8Array): DatabaseHeader | null {
  if (bytes.length < HEADER_BYTES) return null;
  for (let i = 0; i < MAGIC.length; i++) if (bytes[i] !== MAGIC.charCodeAt(i)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const raw = view.getUint16(16);
  const size = raw === 1 ? 65536 : raw;
  // The size in pages counts only when it was written together with the change counter.
  const valid = view.getUint32(24) === view.getUint32(92);
  return {
    pageSize: isPageSize(size) ? size : 0,
    writeVersion: bytes[18]!,
    readVersion: bytes[19]!,
    utf16: view.getUint32(56) > 1,
    pages: valid ? view.getUint32(28) : 0
  };
}

/** Bits of entropy a byte, 0 to 8. */
function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const b of bytes) counts[b]!++;
  let bits = 0;
  for (const n of counts) if (n > 0) bits -= (n / bytes.length) * Math.log2(n / bytes.length);
  return bits;
}

/** What a file is that is no SQLite database, as code and sentence. `start` are its first bytes. */
export function whatItIs(start: Uint8Array, size: number): { code: 'not-a-database' | 'encrypted' | 'damaged'; message: string; hint: string } {
  const begins = (...bytes: number[]): boolean => bytes.every((b, i) => start[i] === b);
  if (begins(0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7)) {
    return {
      code: 'not-a-database',
      message: 'This is a rollback journal: it belongs beside its database and holds no database itself.',
      hint: 'Open the database file of the same name without “-journal”.'
    };
  }
  if (begins(0x37, 0x7f, 0x06) && (start[3] === 0x82 || start[3] === 0x83)) {
    return {
      code: 'not-a-database',
      message: 'This is a write-ahead log: it belongs beside its database and holds no database itself.',
      hint: 'Open the database file of the same name without “-wal”.'
    };
  }
  if (begins(0x50, 0x4b, 3, 4)) {
    return { code: 'not-a-database', message: 'This is a zip archive, not a database.', hint: 'Open the file inside it.' };
  }
  const header = new TextDecoder().decode(start.subarray(0, 16));
  if (header.startsWith('SQLite format 3')) {
    return {
      code: 'damaged',
      message: 'This SQLite database is cut off: not even its header is whole.',
      hint: 'Get the file again from where it came from.'
    };
  }
  const text = !start.some((b) => b < 9 || (b > 13 && b < 32)) && start.length > 0;
  if (text) {
    return {
      code: 'not-a-database',
      message: 'This is a text file, not an SQLite database.',
      hint: 'A script of SQL can be pasted into a query of a new database.'
    };
  }
  if (size >= 512 && size % 512 === 0 && entropy(start) > 5) {
    return {
      code: 'encrypted',
      message: 'This is not an SQLite database, or it is encrypted.',
      hint: 'If it is encrypted (SQLCipher, SEE), decrypt it with the program that made it, then open the result.'
    };
  }
  return {
    code: 'not-a-database',
    message: 'This file is not an SQLite database.',
    hint: 'SQLite databases, packed ones and plain Postgres dumps can be opened.'
  };
}

/** Bytes looked at to tell what a file is. */
export const START_BYTES = 4096;

/** The first bytes of a database. */
export function startOf(file: Pick<MainFile, 'size' | 'read'>): Uint8Array {
  const start = new Uint8Array(Math.min(START_BYTES, file.size()));
  file.read(0, start);
  return start;
}
