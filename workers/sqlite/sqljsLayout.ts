/**
 * Facts about the pinned build of sql.js (1.16.0, SQLite 3.54.1), found once by looking at its wasm and
 * proved at every start by the self-test (selfTest.ts). A unit test holds the hash to the installed file.
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
export const DB = { flags: 32, errCode: 64, errByteOffset: 68, errMask: 72, autoCommit: 85, totalChanges: 112 } as const;

/** Offsets within `struct Vdbe` (a prepared statement). */
export const STATEMENT = { variables: 100, columnNames: 116, resultRow: 120, columnsAllocated: 146 } as const;

/** Bit of a connection's flags (sqliteInt.h). */
export const DEFENSIVE = 0x1000_0000;

/** Errnos of emscripten (WASI numbering). */
export const ERRNO = { access: 2, io: 29, noSpace: 51 } as const;
