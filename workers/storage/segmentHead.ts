/** A segment's head (pure): 16 bytes, then JSON. It names the base and every parent, each with its exact end. */
import { unknownVersion } from './frame';
import type { Marks } from './marks';
import { xxHash32 } from './xxHash32';

const MAGIC = 0x474d4753; // "SGMG"
/** Version 1 knew no other homes, and no bases that list their files. */
const VERSION = 2;
const FIXED = 16;
const MOST_JSON = 1 << 26;

/** One of the store's files in a base. */
export interface BaseFile {
  id: number;
  name: string;
  at: number;
  size: number;
}

/** The base of a store, as heads name it. It may not be whole yet. */
export interface BaseRef {
  file: string;
  /** Where that lies, when not in the project's own home. */
  home?: string;
  /** Bytes of its contents, and a fingerprint of them (see basePrint). */
  size: number;
  print: string;
  /** The last commit that is in it; 0 for a dropped file. */
  frame: number;
  /** The store's files in it; left out where the base's own head lists them. */
  files?: BaseFile[];
}

export interface ParentRef {
  name: string;
  /** Where it lies, when not in the project's own home. */
  home?: string;
  /** Where it ends for this child, whatever is appended to it later. */
  length: number;
  headCheck: number;
  /** Checksum of its last frame (of its head, without frames), and that commit's number. */
  chain: number;
  frame: number;
}

export interface SegmentHead {
  project: string;
  opening: string;
  /** Openings of a project are numbered; the newest whole head is the project. */
  number: number;
  /** An opening that lasts begins further segments, numbered from 1; left out in its first. */
  part?: number;
  blockSize: number;
  base: BaseRef | null;
  /** Oldest first. */
  parents: ParentRef[];
  /** The last commit before this segment. */
  frame: number;
  /** Milliseconds since 1970. */
  time: number;
  /** Labels and bound as they stood then. */
  marks?: Marks;
}

export function encodeSegmentHead(head: SegmentHead): { bytes: Uint8Array; check: number } {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(FIXED + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint32(8, json.length, true);
  const check = xxHash32(json, xxHash32(bytes.subarray(0, 12)));
  view.setUint32(12, check, true);
  bytes.set(json, FIXED);
  return { bytes, check };
}

/**
 * The head at the beginning of a segment of `size` bytes; null where it is not whole.
 * Throws a StorageError (`version`) for a version that this build does not know.
 */
export function decodeSegmentHead(
  read: (at: number, into: Uint8Array) => number,
  size: number
): { head: SegmentHead; bytes: number; check: number } | null {
  if (size < FIXED) return null;
  const fixed = new Uint8Array(FIXED);
  read(0, fixed);
  const view = new DataView(fixed.buffer);
  const length = view.getUint32(8, true);
  if (view.getUint32(0, true) !== MAGIC || length > MOST_JSON || FIXED + length > size) return null;
  const json = new Uint8Array(length);
  read(FIXED, json);
  const check = xxHash32(json, xxHash32(fixed.subarray(0, 12)));
  if (check !== view.getUint32(12, true)) return null;
  const version = view.getUint16(4, true);
  if (version < 1 || version > VERSION) throw unknownVersion('segment');
  return { head: JSON.parse(new TextDecoder().decode(json)) as SegmentHead, bytes: FIXED + length, check };
}

/** What the checksum of a broken head may have been: as it stands there, and as the rest gives it. */
export function headChecks(read: (at: number, into: Uint8Array) => number, size: number): number[] {
  if (size < FIXED) return [];
  const fixed = new Uint8Array(FIXED);
  read(0, fixed);
  const view = new DataView(fixed.buffer);
  const stored = view.getUint32(12, true);
  const json = new Uint8Array(Math.min(view.getUint32(8, true), size - FIXED));
  read(FIXED, json);
  return [stored, xxHash32(json, xxHash32(fixed.subarray(0, 12)))];
}

const SEGMENT_NAME = /^(\d{8,})(?:\.(\d+))?-(.*)\.seg$/;

/** File name of an opening's segment, or of another file that it makes. */
export const segmentName = (number: number, opening: string, part = 0, kind = 'seg'): string =>
  `${String(number).padStart(8, '0')}${part > 0 ? `.${part}` : ''}-${opening.replace(/[^\w.-]/g, '_')}.${kind}`;

/** The opening's number in a segment's name, and which of its segments it is; null when the name is of something else. */
export function segmentNumber(name: string): { number: number; part: number } | null {
  const match = SEGMENT_NAME.exec(name);
  return match && { number: Number(match[1]), part: Number(match[2] ?? 0) };
}
