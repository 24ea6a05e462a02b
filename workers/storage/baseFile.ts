/**
 * A base in the store's folder: a head that says whether the rest is whole, then the bytes of the files
 * one after the other. It is written once and never changed.
 */
import { fileBase } from './base';
import type { SyncFile } from './folder';
import { unknownVersion } from './frame';
import type { BaseFile } from './segmentHead';
import { damaged } from './storageErrors';
import type { Base } from './storeTypes';
import { xxHash32 } from './xxHash32';

const MAGIC = 0x45534142; // "BASE"
/** Version 1 listed no files, and its bytes began at 4096. */
const VERSION = 2;
const FIXED = 32;
/** The bytes begin at a multiple of this: of every disk's block. */
const ALIGNED = 4096;
const MOST_JSON = 1 << 26;

export interface BaseHead {
  size: number;
  /** Fingerprint of a dropped file; the hash of a shared base; anything that tells a folded one. */
  print: string;
  /** The store's files in it, where segment heads do not list them: id, name, where it begins, bytes. */
  files?: [number, string, number, number][];
}

/** Where the bytes begin behind such a head. */
export const baseDataAt = (head: BaseHead): number =>
  Math.ceil((FIXED + new TextEncoder().encode(JSON.stringify(head)).length) / ALIGNED) * ALIGNED;

/** The first bytes of a base. With `whole` false they are a promise, no more. */
export function encodeBaseHead(head: BaseHead, whole: boolean): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(FIXED + json.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, VERSION, true);
  view.setUint16(6, whole ? 1 : 0, true);
  view.setUint32(8, json.length, true);
  view.setUint32(12, baseDataAt(head), true);
  bytes.set(json, FIXED);
  view.setUint32(16, xxHash32(json, xxHash32(bytes.subarray(0, 16))), true);
  return bytes;
}

/**
 * The head that a base begins with; null where it does not say that the rest is whole. Throws a StorageError for one that
 * is damaged, or of a version that this build does not know.
 */
export function decodeBaseHead(bytes: Uint8Array): BaseHead | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < FIXED || view.getUint16(6, true) === 0) return null;
  const json = bytes.subarray(FIXED, FIXED + view.getUint32(8, true));
  const right = view.getUint32(0, true) === MAGIC && xxHash32(json, xxHash32(bytes.subarray(0, 16))) === view.getUint32(16, true);
  if (!right) throw damaged('The head of the base of this project is damaged.');
  if (view.getUint16(4, true) < 1 || view.getUint16(4, true) > VERSION) throw unknownVersion('base');
  return JSON.parse(new TextDecoder().decode(json)) as BaseHead;
}

/** The base in a file; null when it is not whole. Closes the file then. Throws a StorageError. */
export function openBaseFile(file: SyncFile): { head: BaseHead; files: BaseFile[] | null; base: Base } | null {
  let opened = false;
  try {
    const fixed = new Uint8Array(FIXED);
    if (file.read(fixed, 0) < FIXED) return null;
    const view = new DataView(fixed.buffer);
    const bytes = new Uint8Array(FIXED + Math.min(view.getUint32(8, true), MOST_JSON, file.size()));
    file.read(bytes, 0);
    const head = decodeBaseHead(bytes);
    if (!head) return null;
    const at = view.getUint32(12, true);
    if (file.size() < at + head.size) throw damaged('The base of this project is shorter than it should be.');
    const files = head.files?.map(([id, name, from, size]) => ({ id, name, at: from, size })) ?? null;
    opened = true;
    return { head, files, base: fileBase(file, at, head.size) };
  } finally {
    if (!opened) file.close();
  }
}

const PROBE = 1 << 16;

/**
 * Tells one file from another without reading it whole: its size, its first and last 64 KB and four places
 * between. Two files with one print may still differ elsewhere; the header of a SQLite file (its change
 * counter) lies in the first part.
 */
export async function basePrint(size: number, read: (at: number, length: number) => Promise<Uint8Array>): Promise<string> {
  let low = size >>> 0;
  let high = 1;
  const places = [0, 1, 2, 3, 4, 5].map((n) => Math.max(0, Math.floor(((size - PROBE) * n) / 5)));
  for (const at of new Set(places)) {
    const bytes = await read(at, Math.min(PROBE, size - at));
    low = xxHash32(bytes, low);
    high = xxHash32(bytes, high ^ 0x5bd1e995);
  }
  return [size, low, high].map((n) => n.toString(16)).join('-');
}
