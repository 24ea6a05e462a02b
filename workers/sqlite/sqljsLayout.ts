/**
 * Facts about the pinned build of sql.js (1.16.0, SQLite 3.54.1), found once by looking at its wasm and
 * proved at every start by the self-test (sqljsSelfTest.ts). A unit test holds the hash to the installed file.
 */
export const WASM_SHA256 = '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf';

/** Minified names of the imports that we wrap; the functions behind them are emscripten's. */
export const IMPORTS = {
  openat: 'x',
  fdRead: 't',
  fdWrite: 'q',
  fdSeek: 'E',
  fdSync: 'K',
  fdClose: 'e',
  ftruncate: 'J',
  fstat: 'g',
  unlinkat: 'o'
} as const;

/** Offsets within `struct sqlite3`, in bytes. */
export const DB = { errCode: 64, errByteOffset: 68, errMask: 72, autoCommit: 85, totalChanges: 112 } as const;

/** Offsets within `struct Vdbe` (a prepared statement). */
export const STATEMENT = { variables: 100, columnNames: 116, resultRow: 120, columnsAllocated: 146 } as const;

/** `struct sqlite3_value`: its size, and the offsets of value, text pointer, length, flags and encoding. */
export const VALUE = { size: 40, number: 0, pointer: 8, length: 12, flags: 16, encoding: 18 } as const;

/** Bits of a value's flags (sqlite's vdbeInt.h). */
export const FLAG = { null: 1, text: 2, integer: 4, real: 8, blob: 16, integerReal: 32, zeroTail: 0x400 } as const;

/** Errnos of emscripten (WASI numbering). */
export const ERRNO = { access: 2, io: 29, noSpace: 51 } as const;
