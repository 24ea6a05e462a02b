/**
 * One commit as bytes (pure). A frame is a head of 40 bytes, a table (note, files, runs of blocks with a
 * checksum each) and the blocks. The head's checksum covers head and table, names the frame before, and is
 * salted with the segment's own (so that a frame which a database holds as data is never taken for one);
 * the blocks are covered by their own checksums, so that opening need not read them.
 */
import { ByteReader } from './byteReader';
import { ByteWriter } from './byteWriter';
import { StorageError, type FrameNote } from './storeTypes';
import { xxHash32 } from './xxHash32';

const MAGIC = 0x4d415246; // "FRAM"
/** Version 1 had no patches. */
const VERSION = 2;
export const FRAME_HEAD = 40;
/** A note's label is cut to this many characters. */
export const LABEL_LENGTH = 400;
/** More in one table than any frame of ours has: then it is none. */
const MOST_TABLE = 1 << 30;

type FrameKind = 'commit' | 'spill' | 'snapshot' | 'marks';
const KINDS: readonly (FrameKind | undefined)[] = [undefined, 'commit', 'spill', 'snapshot', 'marks'];

/** What a frame does to one file, before its blocks are placed: first the cut, then name and size. */
export interface FileChange {
  id: number;
  removed: boolean;
  /** Given when the file is new or renamed. */
  name?: string;
  size: number;
  /** What lay at or past this byte is gone, even if the file grew again. */
  cut?: number;
}

/** Blocks that follow each other in a file and in the frame. */
export interface BlockRun {
  file: number;
  first: number;
  checks: Uint32Array;
}

/** What changed inside a block since the version before it. */
export interface BlockPatch {
  file: number;
  block: number;
  /** Checksum of the block as it is afterwards. */
  check: number;
  /** Bytes of the patch (see delta.ts), and how many bytes before the frame's blocks it begins. */
  bytes: number;
  before: number;
}

export interface FrameHead {
  version: number;
  kind: FrameKind;
  /** The commit's number; a spilled frame has that of the commit it belongs to. */
  number: number;
  /** Milliseconds since 1970. */
  time: number;
  tableBytes: number;
  blockBytes: number;
  /** Checksum of the frame before, or of the segment's head. */
  before: number;
  check: number;
}

export interface FrameTable {
  note: FrameNote;
  files: FileChange[];
  runs: BlockRun[];
  patches: BlockPatch[];
}

export interface FrameToWrite {
  kind: 'commit' | 'spill';
  number: number;
  time: number;
  before: number;
  /** Checksum of the segment's head. */
  salt: number;
  note: FrameNote;
  files: FileChange[];
  /** In order of file and block. */
  blocks: BlockToWrite[];
}

/** One block of a frame: its bytes, and where little has changed what makes them of the version before. */
export interface BlockToWrite {
  file: number;
  block: number;
  bytes: Uint8Array;
  patch?: Uint8Array | undefined;
}

const REMOVED = 1;
const NAMED = 2;
const CUT = 4;

/**
 * A frame as bytes, with its head's checksum and what its table says.
 * @param room is used for the bytes where they fit: large frames, one after the other, would each leave one behind
 */
export function encodeFrame(frame: FrameToWrite, room?: Uint8Array): { bytes: Uint8Array; check: number; table: FrameTable; blocksAt: number } {
  const whole = frame.blocks.filter((b) => !b.patch);
  const runs = runsOf(whole);
  const { label } = frame.note;
  const note = { ...frame.note, ...(label === undefined ? {} : { label: label.slice(0, LABEL_LENGTH) }) };
  const table: FrameTable = { note, files: frame.files, runs, patches: [] };
  const packed = encodeTable(table, frame.blocks);
  const blockBytes = whole.reduce((sum, b) => sum + b.bytes.length, 0);
  const blocksAt = FRAME_HEAD + packed.length;
  const length = blocksAt + blockBytes;
  const bytes = room && room.length >= length ? room.subarray(0, length) : new Uint8Array(length);
  bytes.fill(0, 0, FRAME_HEAD);
  bytes.set(packed, FRAME_HEAD);
  let at = blocksAt;
  for (const block of whole) {
    bytes.set(block.bytes, at);
    at += block.bytes.length;
  }
  const lengths = { tableBytes: packed.length, blockBytes };
  const check = sealHead(bytes, { ...lengths, version: VERSION, kind: frame.kind, number: frame.number, time: frame.time, before: frame.before }, frame.salt);
  return { bytes, check, table, blocksAt };
}

/** A frame that is no commit: its table is the caller's own, it has no blocks, and its number is that of the last commit. */
export function encodeTableFrame(
  kind: 'snapshot' | 'marks',
  table: Uint8Array,
  number: number,
  before: number,
  salt: number
): { bytes: Uint8Array; check: number } {
  const head = { version: VERSION, kind, number, time: Date.now(), before, tableBytes: table.length, blockBytes: 0 };
  return sealed(head, table, salt);
}

/** The same frame behind another one, in another segment: head and table (then come the blocks, unchanged). */
export function rechain(head: FrameHead, table: Uint8Array, before: number, salt: number) {
  return sealed({ ...head, before }, table, salt);
}

function sealed(head: Omit<FrameHead, 'check'>, table: Uint8Array, salt: number): { bytes: Uint8Array; check: number } {
  const bytes = new Uint8Array(FRAME_HEAD + table.length);
  bytes.set(table, FRAME_HEAD);
  return { bytes, check: sealHead(bytes, head, salt) };
}

function sealHead(bytes: Uint8Array, head: Omit<FrameHead, 'check'>, salt: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(0, MAGIC, true);
  view.setUint16(4, head.version, true);
  view.setUint16(6, KINDS.indexOf(head.kind), true);
  view.setUint32(8, head.tableBytes, true);
  view.setUint32(12, head.blockBytes, true);
  view.setFloat64(16, head.number, true);
  view.setFloat64(24, head.time, true);
  view.setUint32(32, head.before, true);
  const check = checkOf(bytes, bytes.subarray(FRAME_HEAD, FRAME_HEAD + head.tableBytes), salt);
  view.setUint32(36, check, true);
  return check;
}

const checkOf = (head: Uint8Array, table: Uint8Array, salt: number): number =>
  xxHash32(table, xxHash32(head.subarray(0, 36), salt));

/** Lengths of the frame that begins with these 40 bytes; null when none does. Nothing is verified yet. */
export function peekFrame(head: Uint8Array): { tableBytes: number; blockBytes: number } | null {
  if (head.length < FRAME_HEAD) return null;
  const view = new DataView(head.buffer, head.byteOffset);
  if (view.getUint32(0, true) !== MAGIC) return null;
  const tableBytes = view.getUint32(8, true);
  return tableBytes > MOST_TABLE ? null : { tableBytes, blockBytes: view.getUint32(12, true) };
}

/**
 * Head of a frame whose head and table are whole; null when they are not.
 * Throws a StorageError (`version`) for a whole frame of a version or kind that this build does not know.
 */
export function decodeHead(head: Uint8Array, table: Uint8Array, salt: number): FrameHead | null {
  const view = new DataView(head.buffer, head.byteOffset);
  const check = view.getUint32(36, true);
  if (checkOf(head, table, salt) !== check) return null;
  const kind = KINDS[view.getUint16(6, true)];
  const version = view.getUint16(4, true);
  if (version < 1 || version > VERSION || !kind) throw unknownVersion('commit');
  return {
    version,
    kind,
    number: view.getFloat64(16, true),
    time: view.getFloat64(24, true),
    tableBytes: table.length,
    blockBytes: view.getUint32(12, true),
    before: view.getUint32(32, true),
    check
  };
}

/** Where, in `bytes`, the next frame might begin; -1 when none does. */
export function findFrame(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(MAGIC & 255, from); at >= 0; at = bytes.indexOf(MAGIC & 255, at + 1)) {
    if (bytes[at + 1] === 0x52 && bytes[at + 2] === 0x41 && bytes[at + 3] === 0x4d) return at;
  }
  return -1;
}

export function unknownVersion(what: string): StorageError {
  return new StorageError(
    `A ${what} of this project was written by a newer Rowhouse than this one. Reload to update, then open it again.`,
    false,
    'version'
  );
}

function runsOf(blocks: FrameToWrite['blocks']): BlockRun[] {
  const runs: BlockRun[] = [];
  for (let i = 0; i < blocks.length; ) {
    const { file, block: first } = blocks[i]!;
    let count = 1;
    while (blocks[i + count]?.file === file && blocks[i + count]!.block === first + count) count++;
    const checks = new Uint32Array(count);
    for (let n = 0; n < count; n++) checks[n] = xxHash32(blocks[i + n]!.bytes);
    runs.push({ file, first, checks });
    i += count;
  }
  return runs;
}

/** The table as bytes; fills in its patches. */
function encodeTable(table: FrameTable, blocks: BlockToWrite[]): Uint8Array {
  const out = new ByteWriter();
  out.text(JSON.stringify(table.note));
  out.u32(table.files.length);
  for (const file of table.files) {
    out.u32(file.id);
    out.u8((file.removed ? REMOVED : 0) | (file.name === undefined ? 0 : NAMED) | (file.cut === undefined ? 0 : CUT));
    out.f64(file.size);
    if (file.name !== undefined) out.text(file.name);
    if (file.cut !== undefined) out.f64(file.cut);
  }
  out.u32(table.runs.length);
  for (const run of table.runs) {
    out.u32(run.file);
    out.u32(run.first);
    out.u32(run.checks.length);
    for (const check of run.checks) out.u32(check);
  }
  const patched = blocks.filter((b) => b.patch);
  out.u32(patched.length);
  for (const { file, block, bytes, patch } of patched) {
    const check = xxHash32(bytes);
    out.u32(file);
    out.u32(block);
    out.u32(check);
    out.u16(patch!.length);
    table.patches.push({ file, block, check, bytes: patch!.length, before: out.length });
    out.bytes(patch!);
  }
  for (const patch of table.patches) patch.before = out.length - patch.before;
  return out.done();
}

/** The note in a verified table of a commit, without the rest. */
export const decodeNote = (table: Uint8Array): FrameNote => JSON.parse(new ByteReader(table).text()) as FrameNote;

/** What a verified table of a commit or spill says. */
export function decodeTable(bytes: Uint8Array, version: number): FrameTable {
  const from = new ByteReader(bytes);
  const note = JSON.parse(from.text()) as FrameNote;
  const files: FileChange[] = [];
  for (let left = from.u32(); left > 0; left--) {
    const id = from.u32();
    const flags = from.u8();
    const file: FileChange = { id, removed: (flags & REMOVED) !== 0, size: from.f64() };
    if (flags & NAMED) file.name = from.text();
    if (flags & CUT) file.cut = from.f64();
    files.push(file);
  }
  const runs: BlockRun[] = [];
  for (let left = from.u32(); left > 0; left--) {
    const file = from.u32();
    const first = from.u32();
    const checks = new Uint32Array(from.u32());
    for (let n = 0; n < checks.length; n++) checks[n] = from.u32();
    runs.push({ file, first, checks });
  }
  const patches: BlockPatch[] = [];
  for (let left = version > 1 ? from.u32() : 0; left > 0; left--) {
    const [file, block, check, length] = [from.u32(), from.u32(), from.u32(), from.u16()];
    patches.push({ file, block, check, bytes: length, before: bytes.length - from.at });
    from.at += length;
  }
  return { note, files, runs, patches };
}
