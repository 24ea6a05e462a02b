/** What lies in a `-wal` file (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). */
import { isPageSize } from './databaseHeader';
import { LogReader } from './logReader';

const HEAD = 32;
const FRAME_HEAD = 24;
const MAGIC = 0x377f0682;
const VERSION = 3_007_000;

/** Reads a stream from its beginning, each time it is called. */
export type LogBytes = () => AsyncIterable<Uint8Array>;

/** What a log adds to its database. */
export interface LoggedPages {
  pageSize: number;
  /** Pages of the database after its last commit. */
  pages: number;
  /** Commits that are whole. */
  commits: number;
  /** Where the last committed version of a page (from 1) lies in the log. */
  places: ReadonlyMap<number, number>;
}

/** The checksum of a log, carried on from piece to piece: 32-bit words in pairs, in the byte order that its magic tells. */
class Checksum {
  #a = 0;
  #b = 0;
  readonly #little: boolean;

  constructor(little: boolean) {
    this.#little = little;
  }

  add(view: DataView, bytes: number): void {
    for (let at = 0; at < bytes; at += 8) {
      this.#a = (this.#a + view.getUint32(at, this.#little) + this.#b) >>> 0;
      this.#b = (this.#b + view.getUint32(at + 4, this.#little) + this.#a) >>> 0;
    }
  }

  is(view: DataView, at: number): boolean {
    return view.getUint32(at) === this.#a && view.getUint32(at + 4) === this.#b;
  }
}

/**
 * Finds the committed pages of a log; null where it holds no commit. As in SQLite the log ends before the first frame
 * whose salts or checksum are wrong: what follows is left over from before, or was never whole.
 */
export async function readLog(bytes: LogBytes): Promise<LoggedPages | null> {
  const reader = new LogReader(bytes());
  try {
    const head = new Uint8Array(HEAD);
    if (!(await reader.take(head))) return null;
    const view = new DataView(head.buffer);
    const magic = view.getUint32(0);
    const pageSize = view.getUint32(8);
    if ((magic & ~1) >>> 0 !== MAGIC || view.getUint32(4) !== VERSION) return null;
    if (!isPageSize(pageSize)) return null;
    const sum = new Checksum((magic & 1) === 0);
    sum.add(view, 24);
    if (!sum.is(view, 24)) return null;
    return await committedFrames(reader, view, sum, pageSize);
  } finally {
    await reader.close();
  }
}

async function committedFrames(reader: LogReader, head: DataView, sum: Checksum, pageSize: number): Promise<LoggedPages | null> {
  const places = new Map<number, number>();
  let open = new Map<number, number>();
  let pages = 0;
  let commits = 0;
  const frame = new Uint8Array(FRAME_HEAD);
  const frameView = new DataView(frame.buffer);
  const page = new Uint8Array(pageSize);
  const pageView = new DataView(page.buffer);
  while ((await reader.take(frame)) && (await reader.take(page))) {
    if (frameView.getUint32(8) !== head.getUint32(16) || frameView.getUint32(12) !== head.getUint32(20)) break;
    sum.add(frameView, 8);
    sum.add(pageView, pageSize);
    if (!sum.is(frameView, 16)) break;
    open.set(frameView.getUint32(0), reader.position - pageSize);
    const size = frameView.getUint32(4);
    if (size === 0) continue;
    for (const [number, place] of open) places.set(number, place);
    open = new Map();
    pages = size;
    commits++;
  }
  // A later commit may have made the database shorter.
  for (const number of places.keys()) if (number > pages) places.delete(number);
  return commits === 0 ? null : { pageSize, pages, commits, places };
}

/** The pages that `log` names, in the order of the log; the bytes are good until the next is asked for. */
export async function* loggedPages(bytes: LogBytes, log: LoggedPages): AsyncGenerator<{ number: number; page: Uint8Array }> {
  const reader = new LogReader(bytes());
  try {
    const frame = new Uint8Array(FRAME_HEAD);
    const page = new Uint8Array(log.pageSize);
    await reader.take(new Uint8Array(HEAD));
    for (let left = log.places.size; left > 0; ) {
      if (!(await reader.take(frame)) || !(await reader.take(page))) throw changed();
      const number = new DataView(frame.buffer).getUint32(0);
      if (log.places.get(number) !== reader.position - log.pageSize) continue;
      left--;
      yield { number, page };
    }
  } finally {
    await reader.close();
  }
}

const changed = () => ({ code: 'refused', message: 'The write-ahead log was changed while it was read.', hint: 'Choose the files again.' });
