import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { tarEntries } from '../../workers/formats/tarEntries';
import { salvage } from '../../workers/sqlite/salvage/salvage';
import type { SalvageReport } from '../../workers/wire/salvage';

let SQL: SqlJsStatic;
beforeAll(async () => {
  SQL = await initSqlJs();
});

const bytesOf = (bytes: Uint8Array) => ({
  size: () => bytes.length,
  read: (at: number, into: Uint8Array) => into.set(bytes.subarray(at, at + into.length))
});

async function salvaged(bytes: Uint8Array): Promise<{ report: SalvageReport; script: string }> {
  const parts: Uint8Array[] = [];
  const report = await salvage(bytesOf(bytes), { onChunk: async (chunk) => void parts.push(chunk), onProgress: () => undefined, pause: async () => undefined });
  return { report, script: Buffer.concat(parts).toString() };
}

/** All rows of all tables, by table, each value with its storage class, in the order of rowids or keys. */
function contents(database: Database): Record<string, string[]> {
  const [tables] = database.exec(`SELECT t.name, t.wr, group_concat('quote("' || replace(c.name, '"', '""') || '")', ' || '','' || ')
    FROM pragma_table_list t, pragma_table_xinfo(t.name) c WHERE t.schema = 'main' AND t.type = 'table' AND t.name <> 'sqlite_schema' GROUP BY t.name`);
  return Object.fromEntries(
    (tables?.values ?? []).map(([name, wr, columns]) => {
      const [rows] = database.exec(`SELECT ${wr ? '' : "rowid || ':' || "}${columns as string} FROM "${name as string}" ${wr ? '' : 'ORDER BY rowid'}`);
      const texts = (rows?.values ?? []).map(([row]) => String(row));
      return [name as string, wr ? texts.sort() : texts]; // text in UTF-16 has another order
    })
  );
}

const value = fc.oneof(
  fc.constant('NULL'),
  fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }).map(String),
  fc.integer({ min: -70_000, max: 70_000 }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (/[.e]/.test(String(n)) ? String(n) : `${n}.0`)),
  fc.constantFrom('2.0', '-0.0', '9e999'),
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((s) => `'${s.replaceAll("'", "''").replaceAll('\0', '')}'`),
  fc.integer({ min: 0, max: 6_000 }).map((n) => `x'${'ab'.repeat(n)}'`),
  fc.integer({ min: 0, max: 6_000 }).map((n) => `'${'long'.repeat(n >> 2)}'`)
);

const life = fc.record({
  pageSize: fc.constantFrom(512, 1024, 4096, 65536),
  vacuum: fc.constantFrom('none', 'full', 'incremental'),
  encoding: fc.constantFrom('UTF-8', 'UTF-16le', 'UTF-16be'),
  rows: fc.array(fc.tuple(fc.integer({ min: -1000, max: 100_000 }), value, value, value), { minLength: 1, maxLength: 120 }),
  deleted: fc.integer({ min: 0, max: 5 })
});

interface Life {
  pageSize: number;
  vacuum: string;
  encoding: string;
  rows: [number, string, string, string][];
  deleted: number;
}

/** A database after a random life: every kind of table, rows deleted, a column added late. */
function lived({ pageSize, vacuum, encoding, rows, deleted }: Life): Database {
  const database = new SQL.Database();
  database.exec(`PRAGMA page_size=${pageSize}; PRAGMA auto_vacuum=${vacuum}; PRAGMA encoding='${encoding}'; PRAGMA user_version=7;
    CREATE TABLE plain (a, "b c", c TEXT);
    CREATE TABLE keyed (id INTEGER PRIMARY KEY AUTOINCREMENT, a REAL, b, sum AS (a + 1) STORED, twice AS (a * 2), c);
    CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, a); CREATE TABLE quoted (id [integer] PRIMARY KEY, a);
    CREATE TABLE worded (a, k TEXT, b, l INT, PRIMARY KEY (l, k)) WITHOUT ROWID;
    CREATE INDEX plain_a ON plain (a, c); CREATE VIEW seen AS SELECT a FROM plain;
    CREATE TRIGGER noted AFTER DELETE ON keyed BEGIN INSERT INTO plain (a) VALUES (old.id); END;`);
  for (const [i, [id, a, b, c]] of rows.entries()) {
    database.exec(`INSERT INTO plain VALUES (${a}, ${b}, ${c}); INSERT OR REPLACE INTO keyed (id, a, b, c) VALUES (${id}, ${a}, ${b}, ${c});
      INSERT INTO descending VALUES (${i % 5 === 0 ? 'NULL' : i}, ${a}); INSERT OR REPLACE INTO quoted VALUES (${id}, ${b}); INSERT OR REPLACE INTO worded VALUES (${a}, ${i}, ${b}, ${id})`);
  }
  database.exec(`DELETE FROM plain WHERE rowid % 7 < ${deleted}; DELETE FROM keyed WHERE id % 9 < ${deleted}; DELETE FROM descending WHERE rowid % 8 < ${deleted}; ALTER TABLE plain ADD COLUMN late DEFAULT 'late'; INSERT INTO plain VALUES (1, 2, 3, 4)`);
  return database;
}

function anew(script: string): Database {
  const database = new SQL.Database();
  database.exec(script);
  return database;
}

describe('what can be read of a database without its engine', () => {
  it('is all that the engine reads, where nothing is damaged', async () => {
    await fc.assert(
      fc.asyncProperty(life, async (given) => {
        const database = lived(given);
        const wanted = contents(database);
        const objects = "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type DESC, name";
        const schema = database.exec(objects);
        const { report, script } = await salvaged(database.export());
        database.close();
        expect(report.tables.every((t) => t.lostPageCount === 0 && t.lostRows === 0)).toBe(true);
        expect(report).toMatchObject({ orphans: null, notes: [] });
        const again = anew(script);
        expect(contents(again)).toEqual(wanted);
        expect(again.exec(objects)).toEqual(schema);
        expect(again.exec('PRAGMA user_version')[0]!.values).toEqual([[7]]);
        again.close();
      }),
      { numRuns: 40 }
    );
  });

  it('invents no row and tells of each that is missing, whichever page is lost', async () => {
    const lostPage = fc.record({ life, which: fc.nat({ max: 999 }), how: fc.constantFrom('zeros', 'noise', 'other page') });
    await fc.assert(
      fc.asyncProperty(lostPage, async ({ life: given, which, how }) => {
        const database = lived({ ...given, encoding: 'UTF-8' });
        const wanted = contents(database);
        const bytes = database.export();
        database.close();
        const pages = bytes.length / given.pageSize;
        if (pages < 3) return;
        const at = (1 + Math.floor((which / 1000) * (pages - 1))) * given.pageSize;
        const page = bytes.subarray(at, at + given.pageSize);
        // Bytes of a long value's pages carry no sign of what they should be.
        const isTree = [2, 5, 10, 13].includes(page[0]!);
        if (how === 'zeros') page.fill(0);
        else if (how === 'noise') for (let i = 0; i < page.length; i++) page[i] = (i * 7919 + (i >> 3)) & 255;
        else page.set(bytes.subarray(given.pageSize, 2 * given.pageSize));
        const { report, script } = await salvaged(bytes);
        // What an index forbids is for the restore to list: rows alone are looked at here.
        const rows = script.split('\n').filter((line) => !/^CREATE (?:INDEX|VIEW|TRIGGER)/.test(line)).join('\n').replaceAll('INSERT INTO', 'INSERT OR IGNORE INTO');
        const again = anew(rows);
        const found = contents(again);
        again.close();
        for (const table of report.tables) {
          if (!isTree) continue;
          const before = new Set(wanted[table.name]);
          const now = new Set(found[table.name]);
          if (how !== 'other page') expect([...now].filter((row) => !before.has(row) && table.name !== 'sqlite_sequence')).toEqual([]);
          const missing = [...before].filter((row) => !now.has(row));
          if (missing.length === 0 || table.lostRows > 0) continue;
          expect(table.lostPageCount, table.name).toBeGreaterThan(0);
          if (table.name === 'worded') continue;
          for (const row of missing) {
            const id = BigInt(/^-?\d+/.exec(row)![0]);
            const told = table.lostRanges.some(({ from, to }) => (from === null || id >= BigInt(from)) && (to === null || id <= BigInt(to)));
            expect(told, `${table.name} ${row}`).toBe(true);
          }
        }
      }),
      { numRuns: 60 }
    );
  });

  it('leaves rows their rowids where a key beside them begins later or is NULL', async () => {
    const database = new SQL.Database();
    database.exec(`CREATE TABLE beside (id INTEGER PRIMARY KEY DESC, a); INSERT INTO beside (rowid, id, a) VALUES (4, 3, 'four'), (5, NULL, 'five'), (9, 1, 'nine');
      CREATE TABLE itself (id INTEGER, a, PRIMARY KEY (id DESC)); INSERT INTO itself VALUES (4, 'four'), (9, 'nine');
      CREATE TABLE quoted (id "INTEGER" PRIMARY KEY, a); INSERT INTO quoted VALUES (4, 'four'), (9, 'nine');
      CREATE TABLE said (id 'Integer' PRIMARY KEY, a); INSERT INTO said VALUES (4, 'four')`);
    const { script } = await salvaged(database.export());
    database.close();
    const again = anew(script);
    expect(contents(again)).toEqual({
      beside: ["4:3,'four'", "5:NULL,'five'", "9:1,'nine'"],
      itself: ["4:4,'four'", "9:9,'nine'"],
      quoted: ["4:4,'four'", "9:9,'nine'"],
      said: ["4:4,'four'"]
    });
    again.close();
  });

  it('puts no rows of another table into the middle of one', async () => {
    const database = new SQL.Database();
    const rows = (from: number) => `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${from} + 499)`;
    database.exec(`PRAGMA page_size=512; CREATE TABLE one (a, b); CREATE TABLE two (a, b);
      ${rows(1)} INSERT INTO one (rowid, a, b) SELECT i, i, 'one ' || i FROM n; ${rows(9001)} INSERT INTO two (rowid, a, b) SELECT i, i, 'two ' || i FROM n`);
    const bytes = database.export();
    const wanted = contents(database);
    database.close();
    const leaf = (word: string): number => Math.floor(Buffer.from(bytes).indexOf(word) / 512);
    const [stray, place] = [leaf('two 9250'), leaf('one 250')];
    bytes.copyWithin(place * 512, stray * 512, (stray + 1) * 512); // written to the wrong place
    bytes.fill(0, stray * 512, (stray + 1) * 512);
    const { report, script } = await salvaged(bytes);
    const again = anew(script);
    const found = contents(again);
    const moved = again.exec('SELECT id, c0, c1 FROM lost_and_found')[0]!.values.map(([id, a, b]) => `${String(id)}:${String(a)},'${String(b)}'`);
    again.close();
    expect(report.tables).toMatchObject([{ name: 'one', lostPages: [place + 1], lostRows: 0 }, { name: 'two', lostPages: [stray + 1], lostRows: 0 }]);
    expect(found.one!.filter((row) => !wanted.one!.includes(row))).toEqual([]);
    expect([...found.two!, ...moved].sort()).toEqual(wanted.two!.toSorted());
    expect(report.orphans!.rows).toBe(moved.length);
  });

  it('takes no row for one of a table whose rowid is stored once more', async () => {
    const database = new SQL.Database();
    database.exec(`CREATE TABLE one (a, b); CREATE TABLE two (id INTEGER PRIMARY KEY, b); INSERT INTO one VALUES (7, 'one'); INSERT INTO two VALUES (7, 'two')`);
    const [[one], [two]] = database.exec("SELECT rootpage FROM sqlite_schema ORDER BY name")[0]!.values as [[number], [number]];
    const bytes = database.export();
    database.close();
    const pageSize = 4096;
    bytes.copyWithin((two - 1) * pageSize, (one - 1) * pageSize, one * pageSize);
    const { report } = await salvaged(bytes);
    expect(report.tables).toMatchObject([{ name: 'one', rows: 1, lostRows: 0 }, { name: 'two', rows: 0, lostRows: 1 }]);
  });

  it('finds rows whose pages no tree names any more', async () => {
    const database = new SQL.Database();
    database.exec(`PRAGMA page_size=512; CREATE TABLE t (id INTEGER PRIMARY KEY, word TEXT);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) INSERT INTO t SELECT i, 'word ' || i FROM n`);
    const root = Number(database.exec("SELECT rootpage FROM sqlite_schema WHERE name = 't'")[0]!.values[0]![0]);
    const bytes = database.export();
    database.close();
    bytes.fill(0, (root - 1) * 512, root * 512); // the root: all leaves hang in the air
    const { report, script } = await salvaged(bytes);
    expect(report.tables).toMatchObject([{ name: 't', rows: 0, lostPages: [root], lostRanges: [{ from: null, to: null }] }]);
    expect(report.orphans).toEqual({ table: 'lost_and_found', rows: 500 });
    const again = anew(script);
    expect(again.exec('SELECT count(*), count(DISTINCT id), sum(c1 = \'word \' || id), max(fields) FROM lost_and_found')[0]!.values).toEqual([[500, 500, 500, 2]]);
    again.close();
  });

  const shared = '../shared/data';
  it.skipIf(!existsSync(shared))('is all of every healthy file of the shared data', { timeout: 60_000 }, async () => {
    for (const name of readdirSync(`${shared}/sqlite`)) {
      if (!/\.(?:sqlite|mbtiles)$/.test(name) || /fts|tables2000|wide2000/.test(name)) continue;
      const bytes = new Uint8Array(readFileSync(`${shared}/sqlite/${name}`));
      const { report, script } = await salvaged(bytes);
      const whole = new SQL.Database(bytes);
      const wanted = contents(whole);
      whole.close();
      const again = anew(script);
      expect(contents(again), name).toEqual(wanted);
      again.close();
      expect(report.tables.every((t) => t.lostPageCount === 0 && t.lostRows === 0), name).toBe(true);
    }
  });

  it.skipIf(!existsSync(shared))('comes to an end on every malformed image, and makes no script that cannot be read', { timeout: 120_000 }, async () => {
    const tar = new Blob([gunzipSync(readFileSync(`${shared}/sqlite-malformed/fuzz-300.tar.gz`))]);
    const images = await tarEntries(tar);
    expect(images.length).toBe(300);
    let rows = 0;
    for (const { name, file } of images) {
      const bytes = new Uint8Array(await file.arrayBuffer());
      try {
        const { report, script } = await salvaged(bytes);
        rows += report.tables.reduce((sum, t) => sum + t.rows, 0);
        expect(script.endsWith('COMMIT;\n'), name).toBe(true);
      } catch (e) {
        expect(e, name).toMatchObject({ code: 'damaged' });
      }
    }
    expect(rows).toBeGreaterThan(1000);
  });

  it.skipIf(!existsSync(shared))('is most of half a file', async () => {
    const { report } = await salvaged(new Uint8Array(readFileSync(`${shared}/sqlite-odd/half.sqlite`)));
    expect(report.tables).toHaveLength(11);
    expect(report.tables.reduce((sum, t) => sum + t.rows, 0)).toBeGreaterThan(3_000);
    expect(report.tables.some((t) => t.lostPageCount > 0)).toBe(true);
  });
});
