import type { Cell } from '../../wire/cells';
import type { PageFile } from './pageFile';
import { readRecord } from './record';
import { readLength, readVarint } from './varint';

/** A row as a b-tree holds it. */
export interface TreeRow {
  /** Null in a tree without rowids. */
  rowid: bigint | null;
  values: Cell[];
}

/** Hears of what cannot be read. */
export interface Losses {
  /** A page, and between which rowids (both included) its rows would be; null: from the beginning, or to the end. */
  page(number: number, from: bigint | null, to: bigint | null): void;
  /** One row of a page that can be read. */
  row(page: number): void;
}

const LEAF_TABLE = 13;
const INTERIOR_TABLE = 5;
const LEAF_INDEX = 10;
const INTERIOR_INDEX = 2;
const DEEPEST = 64;

interface Place {
  number: number;
  depth: number;
  /** Rowids that may lie there. */
  from: bigint | null;
  to: bigint | null;
}

/**
 * Rows of the b-tree that begins at a page, in its order, read page by page without the engine
 * (https://www.sqlite.org/fileformat.html#b_tree_pages). What cannot be read is told and passed over.
 * @param table a tree of rowids; false: that of a table WITHOUT ROWID
 */
export function* treeRows(file: PageFile, root: number, table: boolean, losses: Losses): Generator<TreeRow> {
  const places: (Place | TreeRow)[] = [{ number: root, depth: 0, from: null, to: null }];
  for (let place = places.pop(); place; place = places.pop()) {
    if ('values' in place) {
      yield place;
      continue;
    }
    const page = place.depth < DEEPEST && file.take(place.number) ? file.page(place.number) : null;
    const type = page?.[place.number === 1 ? 100 : 0];
    const [leaf, interior] = table ? [LEAF_TABLE, INTERIOR_TABLE] : [LEAF_INDEX, INTERIOR_INDEX];
    if (!page || (type !== leaf && type !== interior)) losses.page(place.number, place.from, place.to);
    else if (table && isElsewhere(page, place, type === leaf)) {
      losses.page(place.number, place.from, place.to);
      file.leave(place.number); // whose it is cannot be told from here
    } else if (type === leaf) yield* leafRows(file, page, place.number, table, losses);
    else places.push(...childrenOf(file, page, place, table, losses).reverse());
  }
}

/**
 * Whether none of a page's rowids may lie where the pages above have it: it is another tree's, written over the one that
 * was there. Where these leave no rowid at all they are themselves what is broken, and say nothing.
 */
function isElsewhere(page: Uint8Array, { number, from, to }: Place, leaf: boolean): boolean {
  if ((from === null && to === null) || (from !== null && to !== null && from > to)) return false;
  const rowids = cellsOf(page, number, leaf ? 8 : 12, () => undefined).flatMap((at) => {
    const before = leaf ? readLength(page, at)?.next : at + 4;
    return before === undefined ? [] : (readVarint(page, before)?.value ?? []);
  });
  return rowids.length > 0 && !rowids.some((id) => (from === null || id >= from) && (to === null || id <= to));
}

/** Rows of a page that belongs to no tree any more; none where it is no leaf of rowids. */
export function orphanRows(file: PageFile, number: number): TreeRow[] {
  const page = file.page(number);
  if (page?.[0] !== LEAF_TABLE || !isSound(page)) return [];
  const rows = [...leafRows(file, page, number, true, { page: () => undefined, row: () => undefined })];
  if (rows.length > 0) file.take(number);
  return rows;
}

/** Whether a page that nobody names looks like what its first byte says. */
const isSound = (page: Uint8Array): boolean => {
  const view = viewOf(page);
  const cells = view.getUint16(3);
  const content = view.getUint16(5) || 65536;
  return cells > 0 && 8 + 2 * cells <= content && content <= page.length;
};

const viewOf = (page: Uint8Array): DataView => new DataView(page.buffer, page.byteOffset, page.byteLength);

/** Where the cells of a page begin; places that cannot be are told as lost rows. */
function cellsOf(page: Uint8Array, number: number, headBytes: number, lost: () => void): number[] {
  const head = number === 1 ? 100 : 0;
  const view = viewOf(page);
  const from = head + headBytes;
  const named = view.getUint16(head + 3);
  const count = Math.min(named, Math.floor((page.length - from) / 2));
  for (let i = count; i < Math.min(named, count + 1); i++) lost();
  const cells: number[] = [];
  for (let i = 0; i < count; i++) {
    const at = view.getUint16(from + 2 * i);
    if (at < from + 2 * count || at >= page.length) lost();
    else cells.push(at);
  }
  return cells;
}

function* leafRows(file: PageFile, page: Uint8Array, number: number, table: boolean, losses: Losses): Generator<TreeRow> {
  const lost = (): void => losses.row(number);
  for (const at of cellsOf(page, number, 8, lost)) {
    const row = readRow(file, page, at, table);
    if (row) yield row;
    else lost();
  }
}

function readRow(file: PageFile, page: Uint8Array, at: number, table: boolean): TreeRow | null {
  const length = readLength(page, at);
  if (!length) return null;
  const rowid = table ? readVarint(page, length.next) : null;
  if (table && !rowid) return null;
  const payload = payloadOf(file, page, rowid?.next ?? length.next, length.value, table);
  const values = payload && readRecord(payload, file.encoding);
  return values && { rowid: rowid?.value ?? null, values };
}

/** The bytes of a record: what lies on its page, and the chain of pages that holds the rest; null where it breaks. */
function payloadOf(file: PageFile, page: Uint8Array, at: number, length: number, table: boolean): Uint8Array | null {
  const { usable } = file;
  const most = table ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23;
  if (length <= most) return at + length <= page.length ? page.subarray(at, at + length) : null;
  if (length > file.pages * usable) return null;
  const least = Math.floor(((usable - 12) * 32) / 255) - 23;
  const fits = least + ((length - least) % (usable - 4));
  const local = fits <= most ? fits : least;
  if (at + local + 4 > page.length) return null;
  const payload = new Uint8Array(length);
  payload.set(page.subarray(at, at + local));
  let next = viewOf(page).getUint32(at + local);
  for (let filled = local; filled < length; ) {
    const overflow = file.take(next) ? file.page(next) : null;
    if (!overflow) return null;
    const part = overflow.subarray(4, 4 + length - filled);
    payload.set(part, filled);
    filled += part.length;
    next = viewOf(overflow).getUint32(0);
  }
  return next === 0 ? payload : null; // the last page of a chain names no other
}

/** Children of an interior page in order; in a tree without rowids its own rows stand between them. */
function childrenOf(file: PageFile, page: Uint8Array, place: Place, table: boolean, losses: Losses): (Place | TreeRow)[] {
  const { number, depth, to } = place;
  const view = viewOf(page);
  const found: (Place | TreeRow)[] = [];
  let { from } = place;
  const broken = (): void => losses.page(number, from, to);
  for (const at of cellsOf(page, number, 12, broken)) {
    if (at + 4 > page.length) {
      broken();
      continue;
    }
    const child = view.getUint32(at);
    if (!table) {
      found.push({ number: child, depth: depth + 1, from: null, to: null });
      const row = readRow(file, page, at + 4, false);
      if (row) found.push(row);
      else losses.row(number);
      continue;
    }
    const key = readVarint(page, at + 4)?.value ?? null;
    found.push({ number: child, depth: depth + 1, from, to: key });
    if (key !== null) from = key + 1n;
  }
  found.push({ number: view.getUint32((number === 1 ? 100 : 0) + 8), depth: depth + 1, from, to });
  return found;
}
