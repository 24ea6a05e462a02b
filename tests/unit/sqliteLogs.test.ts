import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIdleBeside, logOf } from '../../src/lib/workspace/pairLogs';
import { journaledPages, readJournalHead } from '../../workers/sqlite/rollbackJournal';
import { loggedPages, readLog } from '../../workers/sqlite/writeAheadLog';
import { makeJournal, makeWal, type LoggedCommit } from '../fixtures/makeLog';

const PAGE = 512;

/** The bytes in chunks of an odd length, so that no piece ends where one of them does. */
const streamOf = (bytes: Uint8Array, chunk = 777) => async function* () {
  for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
};

const page = fc.uint8Array({ minLength: PAGE, maxLength: PAGE });
const commit: fc.Arbitrary<LoggedCommit> = fc
  .record({ pages: fc.uniqueArray(fc.tuple(fc.integer({ min: 1, max: 9 }), page), { selector: ([n]) => n, minLength: 1, maxLength: 4 }), size: fc.integer({ min: 9, max: 12 }) })
  .map(({ pages, size }) => ({ pages: new Map(pages), size }));

/** What the pages are after these commits. */
function after(commits: readonly LoggedCommit[]): Map<number, Uint8Array> {
  const all = new Map<number, Uint8Array>();
  for (const { pages } of commits) for (const [number, bytes] of pages) all.set(number, bytes);
  return all;
}

async function read(bytes: Uint8Array): Promise<{ commits: number; pages: Map<number, Uint8Array> }> {
  const log = await readLog(streamOf(bytes));
  const pages = new Map<number, Uint8Array>();
  if (log) for await (const { number, page } of loggedPages(streamOf(bytes), log)) pages.set(number, page.slice());
  return { commits: log?.commits ?? 0, pages };
}

describe('a write-ahead log', () => {
  it('gives the last version of each page, in both byte orders of its checksums', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 4 }), fc.boolean(), async (commits, little) => {
        expect(await read(makeWal(PAGE, commits, little))).toEqual({ commits: commits.length, pages: after(commits) });
      }),
      { numRuns: 60, seed: 7 }
    );
  });

  it('that was cut off, or has a wrong byte, ends before the commit that it hits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(commit, { minLength: 1, maxLength: 4 }), fc.nat(), fc.boolean(), async (commits, where, cut) => {
        const bytes = makeWal(PAGE, commits);
        const ends: number[] = [];
        for (const { pages } of commits) ends.push((ends.at(-1) ?? 32) + pages.size * (24 + PAGE));
        const at = where % bytes.length;
        const whole = ends.filter((end) => end <= at).length;
        if (!cut) bytes[at]! ^= 0x40;
        expect(await read(cut ? bytes.subarray(0, at) : bytes)).toEqual({ commits: whole, pages: after(commits.slice(0, whole)) });
      }),
      { numRuns: 300, seed: 8 }
    );
  });

  it('forgets pages past the end of a database that became shorter', async () => {
    const long = { pages: new Map([[1, new Uint8Array(PAGE)], [8, new Uint8Array(PAGE).fill(8)]]), size: 8 };
    const short = { pages: new Map([[1, new Uint8Array(PAGE).fill(1)]]), size: 3 };
    const log = await readLog(streamOf(makeWal(PAGE, [long, short])));
    expect([...log!.places.keys()]).toEqual([1]);
    expect(log!.pages).toBe(3);
  });
});

describe('a rollback journal', () => {
  it('gives the pages as they were, however many heads it has, up to the first that is wrong', async () => {
    await fc.assert(
      fc.asyncProperty(commit, fc.integer({ min: 1, max: 3 }), fc.option(fc.nat(), { nil: undefined }), async (before, each, flip) => {
        const bytes = makeJournal(PAGE, before, each);
        const head = await readJournalHead(streamOf(bytes));
        expect(head).toEqual({ pageSize: PAGE, pages: before.size });
        // Every 200th byte of a page counts for its checksum: one of them, of the page at this place.
        const wrong = flip === undefined ? Infinity : flip % before.pages.size;
        if (wrong < Infinity) {
          const part = Math.ceil((512 + each * (PAGE + 8)) / 512) * 512;
          bytes[Math.floor(wrong / each) * part + 512 + (wrong % each) * (PAGE + 8) + 4 + PAGE - 200]! ^= 1;
        }
        const found = new Map<number, Uint8Array>();
        for await (const { number, page } of journaledPages(streamOf(bytes))) found.set(number, page.slice());
        expect([...found]).toEqual([...before.pages].slice(0, wrong));
      }),
      { numRuns: 100, seed: 9 }
    );
  });

  it('whose head was zeroed has nothing to roll back', async () => {
    const bytes = makeJournal(PAGE, { pages: new Map([[1, new Uint8Array(PAGE)]]), size: 1 });
    bytes.fill(0, 0, 28);
    expect(await readJournalHead(streamOf(bytes))).toBeNull();
  });
});

describe('what lies beside a database', () => {
  const log = (name: string) => ({ name, file: new Blob(['x']), packed: false });

  it('is found by its name, or because nothing else is there', () => {
    const logs = [log('a.db-wal'), log('b.db-journal')];
    expect(logOf('b.db', logs, 2)).toBe(logs[1]);
    expect(logOf('c.db', logs, 3)).toBeUndefined();
    // another one's log would ruin a database
    expect(logOf('other.db', [logs[0]!], 1)).toBeUndefined();
    for (const copied of ['a (2).db', 'A copy.sqlite', 'a - Copy (1).db', 'a']) {
      expect(logOf(copied, [logs[0]!], 1), copied).toBe(logs[0]);
      expect(logOf(copied, [logs[0]!], 2)).toBeUndefined();
    }
  });

  it('is passed over where it says nothing', () => {
    const names = new Set(['a.db']);
    expect(isIdleBeside(new File(['index'], 'a.db-shm'), names)).toBe(true);
    expect(isIdleBeside(new File([], 'a.db-wal'), names)).toBe(true);
    expect(isIdleBeside(new File(['log'], 'a.db-wal'), names)).toBe(false);
    expect(isIdleBeside(new File([], 'b.db-wal'), names)).toBe(false);
  });
});
