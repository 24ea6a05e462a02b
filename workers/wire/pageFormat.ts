/** Rows packed into one buffer; made by PageWriter, read by unpackPage. Transfer `buffer`. */
export interface PackedPage {
  rows: number;
  columns: number;
  buffer: ArrayBuffer;
}

/*
 * The form of a page: four bytes with the length of what comes first, the cells; then all text in one piece, which
 * is decoded at once and cut into its values (decoding each for itself costs ten times as much).
 * Cells come row by row, each a tag byte and what follows it; lengths are unsigned LEB128.
 */
export const NULL = 0;
export const INT = 1; // 8 bytes, little-endian, two's complement
export const SMALL = 2; // 4 bytes, little-endian, two's complement
export const REAL = 3; // 8 bytes
export const TEXT = 4; // length; the bytes (UTF-8, valid or not) lie in the text
export const BLOB = 5; // length, bytes
export const LONG_TEXT = 6; // whole length, head length, bytes
export const LONG_BLOB = 7; // whole length, head length, bytes
export const SHORT_TEXT = 64; // the tag less this is the length, up to 191; the bytes lie in the text
export const SHORT_MOST = 255 - SHORT_TEXT;
export const HEAD = 4;
