import type { ByteWindow } from './byteWindow';

const LF = 10;
const CR = 13;
const BACKSLASH = 92;
const POINT = 46;

/** Up to so many bytes of a line are looked at one by one: for short ones a search costs more than it spares. */
const NEAR = 32;

/** Where the line that goes on at `from` ends: at its line feed, or at `end`. */
export function lineEnd(bytes: Uint8Array, from: number, end: number): number {
  const near = Math.min(end, from + NEAR);
  let at = from;
  while (at < near && bytes[at] !== LF) at++;
  if (at < near || near === end) return at;
  const found = bytes.indexOf(LF, near);
  return found < 0 || found > end ? end : found;
}

/** Whether the end of a COPY block, a line `\.`, stands at a backslash; undefined while the bytes do not tell. */
export function endsCopy({ bytes, end, over }: ByteWindow, at: number): boolean | undefined {
  for (const [i, wanted] of [POINT, LF].entries()) {
    let next = at + 1 + i;
    if (next < end && i === 1 && bytes[next] === CR) next++;
    if (next >= end) return over ? i === 1 : undefined;
    if (bytes[next] !== wanted) return false;
  }
  return true;
}

/**
 * The last end of a row at or before the end of a line: a line's end that is escaped is part of a value.
 * -1 when there is none in the window.
 */
export function rowEnd({ bytes, start }: ByteWindow, line: number): number {
  while (line > start) {
    let slashes = 0;
    while (line - 2 - slashes >= start && bytes[line - 2 - slashes] === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return line;
    line = bytes.lastIndexOf(LF, line - 2) + 1;
  }
  return -1;
}
