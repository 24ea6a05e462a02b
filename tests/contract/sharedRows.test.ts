import { afterEach, describe, expect, it } from 'vitest';
import { endWorkers, engines, opened } from './engineUnderTest';
import { imported } from './imports';
import { hasSharedData, sharedFile, SKIPPED } from './sharedData';

afterEach(endWorkers);

/** What the MANIFEST says of a file: rows, and questions with their answers as text, where `*` is what it was made of. */
const files: Record<string, { rows: number; asks?: [string, string | null][]; pad?: boolean; sheet?: string }> = {
  'csv/bom-crlf.csv': { rows: 3, asks: [["SELECT city FROM t WHERE id = 2", 'New\r\nYork'], ['SELECT name FROM t WHERE id = 3', 'O"Hara']] },
  'csv/duplicate-and-empty-headers.csv': { rows: 2, asks: [['SELECT name_2 FROM t WHERE id = 2', 'f']] },
  'csv/latin1.csv': { rows: 3, asks: [["SELECT name FROM t WHERE id = 1", 'Müller']] },
  'csv/leading-zeros-and-big-ints.csv': { rows: 3, asks: [["SELECT zip FROM t WHERE hex = '0x1F'", '01234'], ["SELECT big FROM t WHERE hex = '1_000'", '18446744073709551616']] },
  'csv/no-header.csv': { rows: 2, asks: [['SELECT column_2 FROM t WHERE column_1 = 2', '2026-01-02']] },
  'csv/nulls-and-empties.csv': { rows: 3, asks: [["SELECT count(*) FROM t WHERE b = ''", '1'], ['SELECT count(*) FROM t WHERE a IS NULL', '1']] },
  'csv/one-column.txt': { rows: 2 },
  'csv/orders-100k.csv': {
    rows: 100_000,
    asks: [
      ['SELECT round(sum(amount), 2) FROM t', '499828309.74'],
      ['SELECT count(*) FROM t WHERE flag', '49970'],
      ['SELECT count(*) FROM t WHERE note IS NULL', '20020'],
      ['SELECT at FROM t WHERE id = 100000', '2026-03-11 10:39:00'],
      ['SELECT note FROM t WHERE id = 100000', 'ünï']
    ]
  },
  'csv/quotes-newlines.tsv': { rows: 3, asks: [['SELECT text FROM t WHERE id = 1', 'a\tb'], ['SELECT text FROM t WHERE id = 3', 'plain "quote" inside']] },
  'csv/ragged.csv': { rows: 4, pad: true },
  'csv/records.json': { rows: 3, asks: [['SELECT extra FROM t WHERE id = 2', '12345678901234567890'], ['SELECT tags FROM t WHERE id = 1', '["x"]']] },
  'csv/records.ndjson': { rows: 3, asks: [['SELECT v FROM t WHERE id = 3', 'é']] },
  'csv/semicolon-decimal-comma.csv': { rows: 3, asks: [['SELECT round(preis * 2, 2) FROM t WHERE id = 1', '2469.0'], ['SELECT datum FROM t WHERE id = 2', '2026-02-01']] },
  'csv/titanic.csv': { rows: 1309, asks: [['SELECT count(*) FROM t WHERE age IS NULL', '263'], ['SELECT round(sum(fare), 4) FROM t', '43550.4869'], ['SELECT count(*) FROM t WHERE cabin IS NULL', '1014']] },
  'csv/type-changes-late.csv': { rows: 20_000, asks: [['SELECT count(v) FROM t', '20000']] },
  'csv/utf16le.csv': { rows: 2, asks: [['SELECT name FROM t WHERE id = 2', '日本']] },
  'csv/windows1252.csv': { rows: 2, asks: [['SELECT quote FROM t WHERE id = 2', '€5']] },
  'columnar/kinds-plain.parquet': { rows: 3 },
  'columnar/kinds-snappy.parquet': { rows: 3 },
  'columnar/kinds-gzip.parquet': { rows: 3 },
  'columnar/kinds-zstd.parquet': {
    rows: 3,
    asks: [
      ['SELECT dec FROM t WHERE id = 1', '12345678901234567890.1234567890'],
      ['SELECT u8 FROM t WHERE id = 1', '18446744073709551615'],
      ["SELECT ts FROM t WHERE id = 1", '2026-11-24 01:02:03.123456'],
      ['SELECT t FROM t WHERE id = 1', '23:59:59.999999'],
      ["SELECT count(*) FROM t WHERE empty = ''", '1']
    ]
  },
  'columnar/orders-250k.parquet': {
    rows: 250_000,
    asks: [['SELECT round(sum(amount)) FROM t', '1249838750.0'], ['SELECT count(*) FROM t WHERE flag', '75000'], ['SELECT max(at) FROM t', '2026-06-23 14:40:00']]
  },
  'columnar/people.xlsx': { rows: 3, asks: [['SELECT zip FROM t WHERE id = 3', '1e5'], ['SELECT born FROM t WHERE id = 2', '1900-03-01'], ['SELECT count(formula) FROM t', '0']] },
  'columnar/orders-20k.xlsx': { rows: 20_000, asks: [['SELECT round(sum(amount), 2) FROM t', '99851900.0']] }
};

const plain = (text: string | null): string | null => (text !== null && /^-?\d+\.\d+$/.test(text) && text.length < 16 ? text.replace(/\.?0+$/, '') : text);

describe.skipIf(!hasSharedData)('files of rows come in with what their MANIFEST says', () => {
  describe.each(engines)('%s', (engine) => {
    it.each(Object.entries(files))('%s', async (path, { rows, asks = [], pad }) => {
      const e = await opened(engine);
      const report = await imported(e, engine, await sharedFile(path), path.split('/')[1]!, 't', {}, (found) => (pad ? { ...found.options, ragged: 'pad' } : found.options));
      expect(report).toMatchObject({ kept: true, written: rows, faultCount: 0 });
      for (const [sql, answer] of asks) {
        // A double of whole digits is written with a point by SQLite.
        const asked = engine === 'postgres' ? `SELECT (q.a)::text FROM (${sql}) q(a)` : `SELECT CAST(q.a AS TEXT) FROM (SELECT (${sql}) AS a) q`;
        const found = (await e.rows(asked))[0]![0] as string | null;
        expect([sql, plain(found)]).toEqual([sql, plain(answer)]);
      }
    });

    it('what is broken is refused with its line, and nothing comes in', async () => {
      const e = await opened(engine);
      const file = await sharedFile('csv/unterminated-quote.csv');
      await expect(e.inspectFile({ file, name: 'unterminated-quote.csv' }, null, false)).rejects.toMatchObject({ message: expect.stringContaining('line 2') as string });
      expect(await imported(e, engine, await sharedFile('csv/broken.ndjson'), 'broken.ndjson', 't')).toMatchObject({ kept: false, faults: [{ line: 2 }] });
      expect((await e.catalog()).schemas.flatMap((s) => s.relations)).toEqual([]);
      expect(await imported(e, engine, await sharedFile('csv/broken.ndjson'), 'broken.ndjson', 't', { badRows: 'set-aside' })).toMatchObject({ kept: true, written: 2, faultCount: 1 });
      expect(await imported(e, engine, await sharedFile('csv/ragged.csv'), 'ragged.csv', 'u')).toMatchObject({ kept: false, faults: [{ line: 3 }] });
    });
  });
});

describe.skipIf(hasSharedData)('files of rows', () => {
  it.skip(SKIPPED, () => undefined);
});
