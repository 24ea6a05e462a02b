import { afterEach, describe, expect, it } from 'vitest';
import { endWorkers, opened } from './engineUnderTest';

afterEach(endWorkers);

describe('opening SQLite', () => {
  it('makes an empty database of one page', async () => {
    const e = await opened('sqlite');
    expect(e.report).toMatchObject({ engine: 'sqlite', readOnly: null, notices: [], bytes: 4096 });
    expect((await e.catalog()).schemas).toEqual([{ name: 'main', relations: [], functions: [], types: [] }]);
  });

  it('generates the same sample every time', async () => {
    const sums: unknown[] = [];
    for (let i = 0; i < 2; i++) {
      const e = await opened('sqlite', { source: { kind: 'sample' } });
      const catalog = await e.catalog();
      expect(catalog.schemas[0]!.relations).toHaveLength(11);
      expect(await e.rows('PRAGMA foreign_key_check')).toEqual([]);
      sums.push(
        await e.rows(
          `SELECT (SELECT count(*) FROM tracks), (SELECT sum(milliseconds) FROM tracks),
                  (SELECT count(*) FROM invoice_lines), (SELECT count(*) FROM best_sellers),
                  (SELECT group_concat(email) FROM customers)`
        )
      );
    }
    expect(sums[0]).toEqual(sums[1]);
  });
});
