/**
 * How SQLite (3.54.1, 32 bits) lays out a value in memory: the same in both builds, and proved at every start by the
 * self-test. All offsets are bytes.
 */

/** `struct sqlite3_value`: its size, and the offsets of value, text pointer, length, flags and encoding. */
export const VALUE = { size: 40, number: 0, pointer: 8, length: 12, flags: 16, encoding: 18 } as const;

/** Bits of a value's flags (sqlite's vdbeInt.h). */
export const FLAG = { null: 1, text: 2, integer: 4, real: 8, blob: 16, integerReal: 32, zeroTail: 0x400 } as const;
