import { valueText } from '../formats/valueText';
import { isWholeReal, type Cell } from '../wire/cells';
import type { CompareReport, CompareSide, RowDifference } from '../wire/compares';
import { toErrorData, type EngineErrorData } from '../wire/errors';
import { unpackPage } from '../wire/pageReader';
import type { EngineKind } from '../wire/results';
import { arrayJson } from './arrayJson';
import { canonical, hashOf } from './canonical';
import { carrier } from './copyRows';
import type { RowSource } from './exportRows';
import { Mailbox } from './mailbox';

/** Differences of each kind that are brought whole. */
const SHOWN = 200;

/** Rows as numbers: of each a hash of its key and one of all. 32 bytes a row, however wide. */
interface Hashes {
  rows: number;
  /** Two hashes a key, so that no two keys of a hundred million are taken for one. */
  keys: Float64Array;
  more: Float64Array;
  values: Float64Array;
}

type FromRight = { kind: 'hashes'; hashes: Hashes } | { kind: 'rows'; rows: Cell[][]; arrays: boolean[] } | { kind: 'failed'; error: EngineErrorData };
type FromLeft = { kind: 'rows'; places: Float64Array } | { kind: 'end' };

/** A value of a side as text that is equal where the value is. */
function comparable(row: readonly Cell[], at: number, { families, arrays }: CompareSide): string {
  const cell = row[at] ?? null;
  const family = families[at] ?? 'text';
  // A column of text on one side may hold numbers on the other: they are compared as they would be written.
  if (family === 'text' && (typeof cell === 'number' || typeof cell === 'bigint' || (typeof cell === 'object' && cell !== null && isWholeReal(cell)))) return valueText(cell);
  return canonical(arrays[at] && typeof cell === 'string' ? arrayJson(cell) : cell, family);
}

const textOf = (row: readonly Cell[], from: number, to: number, side: CompareSide): string => {
  let text = '';
  for (let i = from; i < to; i++) {
    const value = comparable(row, i, side);
    text += `${value.length}:${value}`;
  }
  return text;
};

/** `places`: which values of the rows that are read make up the columns, where it is not all of them in order. */
export type OpenSide = (side: CompareSide) => Promise<{ source: RowSource; close(): Promise<void>; places?: number[] }>;

const picked = (row: Cell[], places: readonly number[] | undefined): Cell[] => (places ? places.map((at) => row[at] ?? null) : row);

async function hashesOf(open: OpenSide, side: CompareSide, pause: () => Promise<void>): Promise<Hashes> {
  let [keys, more, values] = [new Float64Array(4096), new Float64Array(4096), new Float64Array(4096)];
  let rows = 0;
  const grown = (array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> => {
    const bigger = new Float64Array(array.length * 2);
    bigger.set(array);
    return bigger;
  };
  const { source, close, places } = await open(side);
  try {
    for (let page = await source.next(); page; page = await source.next()) {
      for (const whole of unpackPage(page)) {
        const row = picked(whole, places);
        if (rows === keys.length) [keys, more, values] = [grown(keys), grown(more), grown(values)];
        const key = textOf(row, 0, side.keys, side);
        keys[rows] = hashOf(key);
        more[rows] = hashOf(key, 7);
        values[rows] = hashOf(textOf(row, side.keys, side.families.length, side));
        rows++;
      }
      await pause();
    }
  } finally {
    await close();
  }
  return { rows, keys: keys.slice(0, rows), more: more.slice(0, rows), values: values.slice(0, rows) };
}

/** Rows at places of the order in which they are read. */
async function rowsAt(open: OpenSide, side: CompareSide, places: Float64Array, pause: () => Promise<void>): Promise<Cell[][]> {
  if (places.length === 0) return [];
  const wanted = new Map([...places].map((place, i) => [place, i]));
  const found: Cell[][] = [];
  let at = 0;
  let missing = places.length;
  const { source, close, places: shown } = await open(side);
  try {
    for (let page = await source.next(); page && missing > 0; page = await source.next()) {
      for (const row of unpackPage(page)) {
        const i = wanted.get(at++);
        if (i === undefined) continue;
        found[i] = picked(row, shown);
        missing--;
      }
      await pause();
    }
  } finally {
    await close();
  }
  return found;
}

/** The right side: hands its hashes over, then the rows that are asked for. */
export async function answerCompare(port: MessagePort, side: CompareSide, open: OpenSide, pause: () => Promise<void>): Promise<void> {
  const mailbox = new Mailbox<FromLeft>(port);
  try {
    const hashes = await hashesOf(open, side, pause);
    port.postMessage({ kind: 'hashes', hashes } satisfies FromRight, [hashes.keys.buffer, hashes.more.buffer, hashes.values.buffer] as Transferable[]);
    const asked = await mailbox.next(pause);
    if (asked.kind === 'end') return;
    port.postMessage({ kind: 'rows', rows: await rowsAt(open, side, asked.places, pause), arrays: side.arrays } satisfies FromRight);
    await mailbox.next(pause);
  } catch (e) {
    port.postMessage({ kind: 'failed', error: toErrorData(e) } satisfies FromRight);
    throw e;
  } finally {
    mailbox.close();
  }
}

/** Places in the order of the keys' hashes. */
function sorted({ keys, more, rows }: Hashes): Uint32Array {
  const order = new Uint32Array(rows).map((_, i) => i);
  return order.sort((a, b) => keys[a]! - keys[b]! || more[a]! - more[b]!);
}

/**
 * Compares the rows of a relation or a result with those of another connection's, by key, across engines. Throws
 * EngineErrorData, also for a value that `carry` cannot bring over.
 * @param engine of this side, the left one
 */
export async function compareRows(port: MessagePort, side: CompareSide, engine: EngineKind, open: OpenSide, pause: () => Promise<void>): Promise<CompareReport> {
  const started = performance.now();
  const mailbox = new Mailbox<FromRight>(port);
  try {
    const left = await hashesOf(open, side, pause);
    const first = await mailbox.next(pause);
    if (first.kind === 'failed') throw first.error;
    if (first.kind !== 'hashes') throw { code: 'internal', message: 'The other side answered something else.' };
    const { report, added, removed, changed } = merged(left, first.hashes, side.most ?? SHOWN);
    await pause();
    port.postMessage({ kind: 'rows', places: Float64Array.from([...added, ...changed.map(([, r]) => r)]) } satisfies FromLeft);
    const mine = await rowsAt(open, side, Float64Array.from([...removed, ...changed.map(([l]) => l)]), pause);
    const other = await mailbox.next(pause);
    if (other.kind === 'failed') throw other.error;
    const theirs = other.kind === 'rows' ? other.rows : [];
    const carry = carrierOf(side, engine);
    report.differences = [
      ...added.map((_, i): RowDifference => ({ left: null, right: carry(theirs[i]!), columns: [] })),
      ...removed.map((_, i): RowDifference => ({ left: mine[i]!, right: null, columns: [] })),
      ...changed.map((_, i): RowDifference => {
        const [mineRow, theirRow] = [mine[removed.length + i]!, theirs[added.length + i]!];
        return { left: mineRow, right: carry(theirRow), columns: differing(mineRow, theirRow, side, other.kind === 'rows' ? other.arrays : []) };
      })
    ];
    return { ...report, ms: performance.now() - started };
  } finally {
    port.postMessage({ kind: 'end' } satisfies FromLeft);
    mailbox.close();
  }
}

/** What the hashes of two sides come to, and the places of the first rows of each kind. */
function merged(left: Hashes, right: Hashes, most: number) {
  const [a, b] = [sorted(left), sorted(right)];
  const report: CompareReport = { leftRows: left.rows, rightRows: right.rows, added: 0, removed: 0, changed: 0, differences: [], ms: 0 };
  const removed: number[] = [];
  const added: number[] = [];
  const changed: [number, number][] = [];
  for (let i = 0, k = 0; i < a.length || k < b.length; ) {
    const [l, r] = [a[i], b[k]];
    const order = l === undefined ? 1 : r === undefined ? -1 : left.keys[l]! - right.keys[r]! || left.more[l]! - right.more[r]!;
    if (order < 0) {
      report.removed++;
      if (removed.length < most) removed.push(l!);
      i++;
    } else if (order > 0) {
      report.added++;
      if (added.length < most) added.push(r!);
      k++;
    } else {
      if (left.values[l!] !== right.values[r!]) {
        report.changed++;
        if (changed.length < most) changed.push([l!, r!]);
      }
      i++;
      k++;
    }
  }
  // In the order of the tables, which is mostly that of the key.
  for (const places of [removed, added]) places.sort((x, y) => x - y);
  changed.sort(([x], [y]) => x - y);
  return { report, added, removed, changed };
}

/** Places at which two rows of one key hold other values. */
function differing(mine: readonly Cell[], theirs: readonly Cell[], side: CompareSide, arrays: boolean[]): number[] {
  const theirSide = { ...side, arrays };
  return [...side.families.keys()].filter((at) => at >= side.keys && comparable(mine, at, side) !== comparable(theirs, at, theirSide));
}

/** Brings a row of the other side over, where that is asked for. */
function carrierOf({ carry }: CompareSide, engine: EngineKind): (row: Cell[]) => Cell[] {
  if (!carry) return (row) => row;
  const carriers = carry.columns.map((column) => carrier(column, carry.from, engine));
  return (row) =>
    row.map((cell, i) => {
      try {
        return carriers[i]!(cell);
      } catch (e) {
        if (!(e instanceof RangeError)) throw e;
        throw { code: 'refused', message: `${carry.columns[i]!.name}: ${e.message}` };
      }
    });
}
