/**
 * Which block of which file lies where: in the base, in a segment (and there at which byte), or nowhere
 * (zeros). Knows the committed state alone; applying frames in their order gives it back.
 */
import { ByteReader } from './byteReader';
import { ByteWriter } from './byteWriter';
import type { FrameTable } from './frame';

/** Blocks in one piece of the table. */
const PIECE = 1024;
/** A place in one number: the segment's ordinal (from 1), then the byte. */
const SEGMENT = 2 ** 40;

export const placeOf = (segment: number, at: number): number => segment * SEGMENT + at;
export const segmentOf = (place: number): number => Math.floor(place / SEGMENT);
export const byteOf = (place: number): number => place % SEGMENT;

interface Piece {
  /** 0: not in a segment. */
  places: Float64Array;
  checks: Uint32Array;
  /** 1: the block was written, or read and found right, by this worker. */
  seen: Uint8Array;
}

/** A patch on a block: where its bytes lie, and how many. */
export interface PlacedPatch {
  place: number;
  bytes: number;
}

const NO_PATCHES: readonly PlacedPatch[] = [];

/** One committed file. */
export class IndexedFile {
  readonly id: number;
  name: string;
  size: number;
  /** So many bytes of the file's part of the base still count. */
  baseSize: number;
  readonly #pieces = new Map<number, Piece>();
  /** What is laid over the whole blocks, oldest first. */
  readonly #patches = new Map<number, PlacedPatch[]>();

  constructor(id: number, name: string, size: number, baseSize: number) {
    this.id = id;
    this.name = name;
    this.size = size;
    this.baseSize = baseSize;
  }

  /** No block is in a segment. */
  get pristine(): boolean {
    return this.#pieces.size === 0;
  }

  /** Where a block lies in the segments; 0 when in none. */
  place(block: number): number {
    return this.#pieces.get(Math.floor(block / PIECE))?.places[block % PIECE] ?? 0;
  }

  /** What is laid over the bytes at `place`, oldest first. */
  patches(block: number): readonly PlacedPatch[] {
    return this.#patches.size === 0 ? NO_PATCHES : (this.#patches.get(block) ?? NO_PATCHES);
  }

  /** The checksum of a block that lies in a segment, or has patches, with all of them. */
  check(block: number): number {
    return this.#pieces.get(Math.floor(block / PIECE))?.checks[block % PIECE] ?? 0;
  }

  /** The checksum that a block must have; undefined when that is known to be so. */
  unproven(block: number): number | undefined {
    const piece = this.#pieces.get(Math.floor(block / PIECE));
    return piece && piece.seen[block % PIECE] === 0 ? piece.checks[block % PIECE] : undefined;
  }

  proven(block: number): void {
    const piece = this.#pieces.get(Math.floor(block / PIECE));
    if (piece) piece.seen[block % PIECE] = 1;
  }

  #piece(k: number): Piece {
    let piece = this.#pieces.get(k);
    if (!piece) {
      piece = { places: new Float64Array(PIECE), checks: new Uint32Array(PIECE), seen: new Uint8Array(PIECE) };
      this.#pieces.set(k, piece);
    }
    return piece;
  }

  put(block: number, place: number, check: number, seen: boolean): void {
    const piece = this.#piece(Math.floor(block / PIECE));
    piece.places[block % PIECE] = place;
    piece.checks[block % PIECE] = check;
    piece.seen[block % PIECE] = seen ? 1 : 0;
    this.#patches.delete(block);
  }

  /** Lays a patch over a block, wherever that lies; `check` is the checksum of the outcome. */
  patch(block: number, patch: PlacedPatch, check: number, seen: boolean): void {
    const piece = this.#piece(Math.floor(block / PIECE));
    piece.checks[block % PIECE] = check;
    piece.seen[block % PIECE] = seen ? 1 : 0;
    const known = this.#patches.get(block);
    if (known) known.push(patch);
    else this.#patches.set(block, [patch]);
  }

  /** Drops what lies at or past a byte. */
  cut(at: number, blockSize: number): void {
    this.baseSize = Math.min(this.baseSize, at);
    const first = Math.ceil(at / blockSize);
    for (const [k, piece] of this.#pieces) {
      if ((k + 1) * PIECE <= first) continue;
      if (k * PIECE >= first) this.#pieces.delete(k);
      else piece.places.fill(0, first - k * PIECE);
    }
    for (const block of this.#patches.keys()) if (block >= first) this.#patches.delete(block);
  }

  /** Every block that lies in a segment, or has patches, in order; `place` 0 is the base's. */
  *blocks(): Generator<{ block: number; place: number; check: number; patches: readonly PlacedPatch[] }> {
    for (const k of [...this.#pieces.keys()].sort((a, b) => a - b)) {
      const { places, checks } = this.#pieces.get(k)!;
      for (let i = 0; i < PIECE; i++) {
        const block = k * PIECE + i;
        if (places[i] !== 0 || this.patches(block).length > 0) yield { block, place: places[i]!, check: checks[i]!, patches: this.patches(block) };
      }
    }
  }

  /** Changes every place. */
  move(to: (place: number) => number): void {
    for (const { places } of this.#pieces.values()) {
      for (let i = 0; i < PIECE; i++) if (places[i] !== 0) places[i] = to(places[i]!);
    }
    for (const patches of this.#patches.values()) for (const patch of patches) patch.place = to(patch.place);
  }
}

export class BlockIndex {
  readonly blockSize: number;
  readonly byId = new Map<number, IndexedFile>();
  nextId = 1;

  constructor(blockSize: number) {
    this.blockSize = blockSize;
  }

  /** A file that the base holds; before any frame. */
  addBaseFile(id: number, name: string, size: number): void {
    this.byId.set(id, new IndexedFile(id, name, size, size));
    this.nextId = Math.max(this.nextId, id + 1);
  }

  /**
   * Does what a commit's or spill's table says.
   * @param blocksAt the byte of the segment at which the frame's blocks begin
   * @param seen whether the blocks are known to be there as they should
   */
  apply(table: FrameTable, segment: number, blocksAt: number, seen: boolean): void {
    for (const change of table.files) {
      this.nextId = Math.max(this.nextId, change.id + 1);
      if (change.removed) {
        this.byId.delete(change.id);
        continue;
      }
      let file = this.byId.get(change.id);
      if (!file) {
        file = new IndexedFile(change.id, change.name ?? '', 0, 0);
        this.byId.set(change.id, file);
      }
      if (change.name !== undefined) file.name = change.name;
      if (change.cut !== undefined) file.cut(change.cut, this.blockSize);
      file.size = change.size;
    }
    let at = blocksAt;
    for (const run of table.runs) {
      const file = this.byId.get(run.file);
      for (let n = 0; n < run.checks.length; n++) {
        file?.put(run.first + n, placeOf(segment, at), run.checks[n]!, seen);
        at += this.blockSize;
      }
    }
    for (const { file, block, check, bytes, before } of table.patches) {
      this.byId.get(file)?.patch(block, { place: placeOf(segment, blocksAt - before), bytes }, check, seen);
    }
  }

  /** The index as the table of a snapshot frame. Segments are named by their ordinals. */
  encode(): Uint8Array {
    const out = new ByteWriter();
    out.u32(this.nextId);
    out.u32(this.byId.size);
    for (const file of this.byId.values()) {
      out.u32(file.id);
      out.text(file.name);
      out.f64(file.size);
      out.f64(file.baseSize);
      const runs: { block: number; place: number; checks: number[] }[] = [];
      const patched: { block: number; check: number; patches: readonly PlacedPatch[] }[] = [];
      for (const { block, place, check, patches } of file.blocks()) {
        if (patches.length > 0) patched.push({ block, check, patches });
        if (place === 0) continue;
        const last = runs.at(-1);
        const count = last?.checks.length ?? 0;
        if (last && block === last.block + count && place === last.place + count * this.blockSize) last.checks.push(check);
        else runs.push({ block, place, checks: [check] });
      }
      out.u32(runs.length);
      for (const run of runs) {
        out.u32(run.block);
        out.f64(run.place);
        out.u32(run.checks.length);
        for (const check of run.checks) out.u32(check);
      }
      out.u32(patched.length);
      for (const { block, check, patches } of patched) {
        out.u32(block);
        out.u32(check);
        out.u16(patches.length);
        for (const { place, bytes } of patches) {
          out.f64(place);
          out.u32(bytes);
        }
      }
    }
    return out.done();
  }

  /** What `encode` gave. `ordinal` tells which ordinal a segment has now that had another then. */
  static decode(table: Uint8Array, version: number, blockSize: number, ordinal: (then: number) => number): BlockIndex {
    const from = new ByteReader(table);
    const placeNow = (then: number): number => placeOf(ordinal(segmentOf(then)), byteOf(then));
    const index = new BlockIndex(blockSize);
    const nextId = from.u32();
    for (let files = from.u32(); files > 0; files--) {
      const id = from.u32();
      const file = new IndexedFile(id, from.text(), from.f64(), from.f64());
      index.byId.set(id, file);
      for (let runs = from.u32(); runs > 0; runs--) {
        const block = from.u32();
        const place = placeNow(from.f64());
        const count = from.u32();
        for (let n = 0; n < count; n++) file.put(block + n, place + n * blockSize, from.u32(), false);
      }
      for (let blocks = version > 1 ? from.u32() : 0; blocks > 0; blocks--) {
        const [block, check] = [from.u32(), from.u32()];
        for (let count = from.u16(); count > 0; count--) {
          file.patch(block, { place: placeNow(from.f64()), bytes: from.u32() }, check, false);
        }
      }
    }
    index.nextId = nextId;
    return index;
  }

  move(to: (place: number) => number): void {
    for (const file of this.byId.values()) file.move(to);
  }
}
