/** What lies in a `-journal` file (https://www.sqlite.org/fileformat2.html#the_rollback_journal). */
import { isPageSize } from './databaseHeader';
import { LogReader } from './logReader';
import type { LogBytes } from './writeAheadLog';

const MAGIC = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
const HEAD = 28;
/** In place of a count: as many records as there are. */
const ALL = 0xffffffff;

export interface JournalHead {
  pageSize: number;
  /** Pages of the database before the transaction. */
  pages: number;
}

const isMagic = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/** A record's checksum: every 200th byte from its end, added to the number that the journal was given by chance. */
function checksum(page: Uint8Array, nonce: number): number {
  let sum = nonce;
  for (let at = page.length - 200; at > 0; at -= 200) sum = (sum + page[at]!) >>> 0;
  return sum;
}

/**
 * The head of a journal whose transaction did not end; null where there is nothing to roll back: it has no head (one
 * that was zeroed belongs to a transaction that ended) or what it says cannot be.
 */
export async function readJournalHead(bytes: LogBytes): Promise<JournalHead | null> {
  const reader = new LogReader(bytes());
  try {
    const head = new Uint8Array(HEAD);
    if (!(await reader.take(head)) || !isMagic(head)) return null;
    const view = new DataView(head.buffer);
    const pageSize = view.getUint32(24);
    if (!isPageSize(pageSize)) return null;
    return { pageSize, pages: view.getUint32(16) };
  } finally {
    await reader.close();
  }
}

/**
 * The pages as they were before the transaction, each once; the bytes are good until the next is asked for. It ends
 * where the journal does: before the first record that is not whole or whose checksum is wrong, as SQLite ends there.
 */
export async function* journaledPages(bytes: LogBytes): AsyncGenerator<{ number: number; page: Uint8Array }> {
  const reader = new LogReader(bytes());
  const seen = new Set<number>();
  try {
    for (;;) {
      const head = new Uint8Array(HEAD);
      if (!(await reader.take(head)) || !isMagic(head)) return;
      const view = new DataView(head.buffer);
      const [count, nonce, pages, sector, pageSize] = [8, 12, 16, 20, 24].map((at) => view.getUint32(at)) as [number, number, number, number, number];
      if (!(await reader.take(new Uint8Array(Math.max(0, sector - HEAD))))) return;
      const record = new Uint8Array(pageSize + 8);
      const recordView = new DataView(record.buffer);
      const page = record.subarray(4, 4 + pageSize);
      for (let n = 0; count === ALL || n < count; n++) {
        if (!(await reader.take(record)) || recordView.getUint32(4 + pageSize) !== checksum(page, nonce)) return;
        const number = recordView.getUint32(0);
        if (number === 0 || number > pages || seen.has(number)) continue;
        seen.add(number);
        yield { number, page };
      }
      // The next head begins a sector.
      const rest = (sector - (reader.position % sector)) % sector;
      if (rest > 0 && !(await reader.take(new Uint8Array(rest)))) return;
    }
  } finally {
    await reader.close();
  }
}
