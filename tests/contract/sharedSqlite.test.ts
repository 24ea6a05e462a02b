import { afterEach, describe, expect, it } from 'vitest';
import { EngineError, type OpenReport } from '$workers/engine';
import { unpackPage } from '../../workers/wire/pageReader';
import { endWorkers, terminateWorkers, newProjectId, opened, openIn, start, type EngineUnderTest } from './engineUnderTest';
import { gunzip, hasSharedData, sharedFile, sharedFiles, SKIPPED, untar } from './sharedData';

afterEach(endWorkers);

const open = (file: Blob, packed = false) => opened('sqlite', { source: { kind: 'file', file, packed } });

/** Opens, or gives the error in words. */
async function outcome(file: Blob, packed = false): Promise<(EngineUnderTest & { report: OpenReport }) | EngineError> {
  try {
    return await open(file, packed);
  } catch (e) {
    if (e instanceof EngineError) return e;
    throw e;
  }
}

/** What the MANIFEST says of a file: how many tables, and rows of some. */
async function expected(): Promise<Map<string, { tables: number; rows: [string, number][] }>> {
  const text = await (await sharedFile('MANIFEST.md')).text();
  const files = new Map<string, { tables: number; rows: [string, number][] }>();
  for (const line of text.split('\n')) {
    const cells = line.split(' | ');
    const name = /^\| (sqlite\/.+)$/.exec(cells[0] ?? '')?.[1];
    if (!name || !/^\d+$/.test(cells[3] ?? '')) continue;
    const rows = [...cells[4]!.matchAll(/(?:^|, )(.+?) (\d+)(?=, |$)/g)].map((m): [string, number] => [m[1]!, Number(m[2])]);
    files.set(name, { tables: Number(cells[3]), rows });
  }
  return files;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

describe.skipIf(!hasSharedData)(`files of ../shared/data/sqlite${hasSharedData ? '' : ` (${SKIPPED})`}`, () => {
  const files = sharedFiles.filter((f) => f.startsWith('sqlite/') && !/-(wal|journal)$/.test(f));
  it.each(files)('opens %s with the rows of its MANIFEST', async (path) => {
    const e = await open(await sharedFile(path));
    const relations = (await e.catalog()).schemas[0]!.relations;
    const wanted = (await expected()).get(path)!;
    const tables = relations.filter((r) => r.kind !== 'view');
    const notices = e.report.notices.map((n) => n.message).join(' ');
    if (path === 'sqlite/wal/events.sqlite') {
      expect(notices).toMatch(/-wal/);
      return;
    }
    expect.soft(tables.length).toBe(wanted.tables);
    for (const [name, count] of wanted.rows) {
      const [table, where] = name.split(' where ');
      const relation = tables.find((r) => r.relation.trim() === table!.trim());
      expect(relation, name).toBeDefined();
      if (relation!.kind === 'virtual-table' && relation!.unavailable) {
        // FTS4 and R*Tree are in no one build.
        expect(path).toBe('sqlite/fts4-rtree.sqlite');
        expect(notices).toContain(table);
        continue;
      }
      const request = { schema: 'main', relation: relation!.relation, filters: [], where };
      if (path === 'sqlite/journal/bank.sqlite') continue; // half a transaction, and its journal was not given with it
      expect.soft(await e.count(request), name).toEqual({ count, exact: true });
      expect.soft(await e.rows(`SELECT count(*) FROM ${quoted(relation!.relation)}`), name).toEqual([[count]]);
    }
    // Every relation shows its first rows, or says why not.
    for (const relation of relations.slice(0, 60)) {
      if (relation.unavailable && relation.kind === 'virtual-table') continue;
      const request = { schema: 'main', relation: relation.relation, sorts: [], filters: [], from: 0, count: 50 };
      const page = await e.browse(request);
      unpackPage(page.page);
      expect.soft(page.columns.map((c) => c.name)).toEqual(relation.columns.filter((c) => !c.hidden).map((c) => c.name));
    }
  });
});

describe.skipIf(!hasSharedData)(`files of ../shared/data/sqlite-odd${hasSharedData ? '' : ` (${SKIPPED})`}`, () => {
  it.each([
    ['plain-text.db', 'not-a-database', /text file/],
    ['chinook.zip', 'not-a-database', /zip archive/],
    ['encrypted-looking.db', 'encrypted', /not an SQLite database, or it is encrypted/],
    ['header-only.sqlite', 'damaged', /cut off/],
    ['wrong-page-size.sqlite', 'damaged', /is damaged: its header names a page size that cannot be/],
    ['future-version.sqlite', 'unsupported', /newer SQLite/],
    ['journal-without-database.sqlite-journal', 'not-a-database', /belongs beside its database/]
  ])('refuses %s in words', async (name, code, words) => {
    const got = await outcome(await sharedFile(`sqlite-odd/${name}`));
    expect(got).toBeInstanceOf(EngineError);
    expect(got).toMatchObject({ code, message: expect.stringMatching(words) as string });
    // Of a header alone nothing can be read.
    expect((got as EngineError).salvageable).toBe(name === 'wrong-page-size.sqlite' ? true : undefined);
  });

  it.each(['half.sqlite', 'bad-schema.sqlite', 'bit-rot.sqlite'])('opens %s to look at, and says so', async (name) => {
    const e = await open(await sharedFile(`sqlite-odd/${name}`));
    expect(e.report.readOnly).toMatch(/damaged/);
    expect(e.report.notices[0]!.message).toMatch(/damaged/);
    const relations = (await e.catalog()).schemas[0]!.relations;
    expect(relations.length).toBeGreaterThan(5);
    expect(await e.failure('CREATE TABLE more (a)')).toMatchObject({ code: expect.stringMatching(/^SQLITE_READONLY/) as string });
  });

  it('opens what has junk behind it, and copies it without', async () => {
    const file = await sharedFile('sqlite-odd/trailing-junk.sqlite');
    const e = await open(file);
    expect(e.report).toMatchObject({ readOnly: null, notices: [] });
    let bytes = 0;
    await e.saveCopy(async (chunk) => void (bytes += chunk.length));
    expect(bytes).toBeLessThan(file.size);
    expect(await e.rows('SELECT count(*) FROM Track')).toEqual([[3503]]);
  });

  it('opens a gzip’d database', async () => {
    const e = await open(await sharedFile('sqlite-odd/chinook.sqlite.gz'), true);
    expect(await e.rows('SELECT count(*) FROM Track')).toEqual([[3503]]);
  });

  it('takes an empty file for an empty database, and says so', async () => {
    const e = await open(await sharedFile('sqlite-odd/zero-bytes.sqlite'));
    expect(e.report.notices[0]!.message).toMatch(/empty/);
    await e.script('CREATE TABLE t (a)');
  });
});

describe.skipIf(!hasSharedData)(`the 300 malformed databases${hasSharedData ? '' : ` (${SKIPPED})`}`, () => {
  it('open, open read-only, or are refused in words', { timeout: 300_000 }, async () => {
    const images = untar(await gunzip(await sharedFile('sqlite-malformed/fuzz-300.tar.gz')));
    expect(images).toHaveLength(300);
    // One worker for many images, as long as it stays usable: that it does is part of the test.
    let e = start('sqlite');
    const seen = { open: 0, readOnly: 0, refused: 0, brokeDown: 0 };
    const wordless: string[] = [];
    const inWords = (name: string, error: unknown): void => {
      const { code, message } = error as EngineError;
      if (!code || code === 'internal' || !message) wordless.push(`${name}: ${code} ${message}`);
    };
    for (const { name, bytes } of images) {
      try {
        const report = await openIn(e, { source: { kind: 'file', file: new Blob([bytes]), packed: false } }, newProjectId());
        seen[report.readOnly === null ? 'open' : 'readOnly']++;
        for (const relation of (await e.catalog()).schemas[0]!.relations) {
          const request = { schema: 'main', relation: relation.relation, sorts: [], filters: [], from: 0, count: 100 };
          await e.browse(request).then((p) => unpackPage(p.page)).catch((error: unknown) => inWords(name, error));
          await e.count(request).catch((error: unknown) => inWords(name, error));
        }
        await e.close();
      } catch (error) {
        inWords(name, error);
        if ((error as EngineError).code === 'damaged' && (error as EngineError).detail) {
          seen.brokeDown++;
          terminateWorkers();
          e = start('sqlite');
        } else seen.refused++;
      }
    }
    expect(wordless).toEqual([]);
    expect(seen.open + seen.readOnly + seen.refused + seen.brokeDown).toBe(300);
    expect(seen.brokeDown).toBe(0);
  });
});
