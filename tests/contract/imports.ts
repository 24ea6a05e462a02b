import { expect, it } from 'vitest';
import type { FileReport, ImportReport, ImportRequest } from '$workers/engine';
import { dialectOf } from '$workers/dialect/dialectOf';
import { importType } from '$workers/dialect/importTypes';
import { exported } from './exports';
import { opened, type EngineName, type EngineUnderTest } from './engineUnderTest';

/** Imports a file into a table, as the page does it: columns by name, or a new table of what is in the file. */
export async function imported(
  e: EngineUnderTest,
  engine: EngineName,
  file: Blob,
  name: string,
  relation: string,
  change: Partial<Omit<ImportRequest, 'files'>> = {},
  look: (report: FileReport) => FileReport['options'] = (report) => report.options
): Promise<ImportReport> {
  let report = await e.inspectFile({ file, name }, null, false);
  const options = look(report);
  if (options !== report.options) report = await e.inspectFile({ file, name }, options, false);
  const { defaultSchema: schema } = await e.catalog();
  const dialect = dialectOf(engine);
  const existing = change.create === false ? (await e.structure({ schema, relation })).info.columns : null;
  const mapping = report.columns.flatMap((c, from) => {
    const type = existing ? existing.find((x) => x.name === c.name)?.type : importType(engine, c);
    return type === undefined ? [] : [{ from, column: c.name, type, family: dialect.familyOf(type) }];
  });
  return e.importRows({
    files: [{ file, name, options: report.options, columns: report.columns.map((c) => c.name), mapping }], target: { schema, relation },
    create: true, conflict: 'fail', keys: [], badRows: 'all', dryRun: false, ...change
  });
}

const blob = (text: string): Blob => new Blob([text]);

/** Rows in from files. */
export function imports(engine: EngineName): void {
  const keyed = 'CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL, n numeric)';
  const all = (e: EngineUnderTest) => e.rows('SELECT * FROM t ORDER BY id');

  it('makes a table of a file, every value exact', async () => {
    const e = await opened(engine);
    const text = 'id,zip,big,amount,note,day\n1,01234,9223372036854775807,1.50,"",2026-01-02\n2,,-1,2,"x, ""y""\nz",\n';
    const report = await imported(e, engine, blob(text), 'a.csv', 'new table');
    expect(report).toMatchObject({ written: 2, kept: true, faultCount: 0 });
    const rows = await e.rows('SELECT * FROM "new table" ORDER BY id');
    expect(rows.map((r) => r.map((c) => (c === null ? null : typeof c === 'object' ? String((c as { real: number }).real) : String(c))))).toEqual([
      ['1', '01234', '9223372036854775807', engine === 'sqlite' ? '1.5' : '1.50', '', '2026-01-02'],
      ['2', null, '-1', '2', 'x, "y"\nz', null]
    ]);
  });

  it('leaves a table as it was when one row is bad, and names its line', async () => {
    const e = await opened(engine);
    await e.script(`${keyed}; INSERT INTO t VALUES (7, 'old', 1)`);
    const text = `id,a,n\n${Array.from({ length: 3000 }, (_, i) => `${i + 100},x,1\n`).join('')}7,again,2\n9999,y,3\n`;
    const report = await imported(e, engine, blob(text), 'a.csv', 't', { create: false });
    expect(report).toMatchObject({ kept: false, faultCount: 1, faults: [{ line: 3002 }] });
    expect(report.error?.message).toMatch(/^Line 3002: /);
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([[engine === 'sqlite' ? 1 : '1']]);
    expect((await e.run({ sql: 'SELECT 1' })).inTransaction).toBe(false);
  });

  it('sets bad rows aside into a file that can be mended, and lists them all in a dry run', async () => {
    const e = await opened(engine);
    await e.script(`${keyed}; INSERT INTO t VALUES (1, 'old', 1)`);
    const text = 'id,a,n\n1,again,2\n2,two,2\n3,,3\n4,four,4,more\n5,five,5\n';
    const dry = await imported(e, engine, blob(text), 'a.csv', 't', { create: false, dryRun: true });
    expect(dry).toMatchObject({ kept: false, written: 2, faultCount: 3 });
    expect(dry.faults.map((f) => f.line).sort()).toEqual([2, 4, 5]);
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([[engine === 'sqlite' ? 1 : '1']]);
    const report = await imported(e, engine, blob(text), 'a.csv', 't', { create: false, badRows: 'set-aside' });
    expect(report).toMatchObject({ kept: true, written: 2, faultCount: 3 });
    const aside = (await report.aside!.text()).trim().split('\n');
    expect(aside[0]).toBe('id,a,n');
    expect(aside.slice(1).sort()).toEqual(['1,again,2', '3,,3', '4,four,4,more']);
    expect((await all(e)).map((r) => String(r[0]))).toEqual(['1', '2', '5']);
  });

  it('commits in batches when asked to: what is in stays, whatever comes after, and the report says how far it came', async () => {
    const e = await opened(engine);
    await e.script(`${keyed}; INSERT INTO t VALUES (7, 'old', 1)`);
    const lines = Array.from({ length: 60_000 }, (_, i) => `${i + 100},x,${i % 2}\n`);
    lines[20] = '7,again,2\n';
    const text = `id,a,n\n${lines.join('')}`;
    const whole = await imported(e, engine, blob(text), 'a.csv', 't', { create: false, badRows: 'batches' });
    expect(whole).toMatchObject({ kept: true, written: 59_999, faultCount: 1, faults: [{ line: 22 }] });
    expect(await whole.aside!.text()).toBe('id,a,n\n7,again,2\n');
    expect((await all(e)).length).toBe(60_000);
    // A quote that never ends is found last: the batches before it are in, and it is said up to where.
    await e.script('DELETE FROM t WHERE id <> 7');
    const report = await e.inspectFile({ file: blob(text), name: 'a.csv' }, null, false);
    const { defaultSchema: schema } = await e.catalog();
    const mapping = report.columns.map((c, from) => ({ from, column: c.name, type: 'text', family: 'text' as const }));
    const broken = { file: blob(`${text}90000,"never,1\n`), name: 'a.csv', options: report.options, columns: ['id', 'a', 'n'], mapping };
    const request = { files: [broken], target: { schema, relation: 't' }, create: false, conflict: 'skip' as const, keys: ['id'], badRows: 'batches' as const, dryRun: false };
    const half = await e.importRows(request);
    expect(half.error?.message).toContain('line 60002');
    expect(half.kept).toBe(true);
    expect(half.written).toBeGreaterThan(9000);
    expect((await all(e)).length).toBe(half.written + 1);
    expect((await e.run({ sql: 'SELECT 1' })).inTransaction).toBe(false);
    // Lines up to there, but for the head and the one whose key was there.
    expect(half.upTo!.line - 2).toBe(half.written);
    // A cancel keeps them too.
    await e.script('DELETE FROM t WHERE id <> 7');
    let asked = false;
    const stopped = await e.importRows({ ...request, files: [{ ...broken, file: blob(text + text.replace('id,a,n\n', '').repeat(4)) }] }, ({ done }) => {
      if (!asked && done > text.length / 2) void e.cancel();
      asked ||= done > text.length / 2;
    });
    expect(stopped).toMatchObject({ kept: true, error: { code: 'cancelled' } });
    expect((await all(e)).length).toBe(stopped.written + 1);
  });

  it('takes several files in one transaction, columns by name, and names the file of a bad row', async () => {
    const e = await opened(engine);
    await e.script(keyed);
    const { defaultSchema: schema } = await e.catalog();
    const part = async (text: string, name: string) => {
      const { options, columns } = await e.inspectFile({ file: blob(text), name }, null, false);
      const mapping = ['id', 'a'].map((column) => ({ from: columns.findIndex((c) => c.name === column), column, type: 'text', family: 'text' as const }));
      return { file: blob(text), name, options, columns: columns.map((c) => c.name), mapping };
    };
    const files = [await part('id,a\n1,one\n2,two\n', 'one.csv'), await part('a;id\nthree;3\nagain;1\n', 'two.csv')];
    const request = { files, target: { schema, relation: 't' }, create: false, conflict: 'fail' as const, keys: ['id'], badRows: 'all' as const, dryRun: false };
    const refused = await e.importRows(request);
    expect(refused).toMatchObject({ kept: false, faults: [{ line: 3, file: 'two.csv' }] });
    expect(refused.error?.message).toMatch(/^two\.csv, line 3: /);
    expect(await all(e)).toEqual([]);
    const report = await e.importRows({ ...request, badRows: 'set-aside' });
    expect(report).toMatchObject({ kept: true, written: 3, faultCount: 1 });
    // In the form of the first file, which can be read again as one.
    expect(await report.aside!.text()).toBe('id,a\n1,again\n');
  });

  it('skips or updates rows whose key is there', async () => {
    const e = await opened(engine);
    await e.script(`${keyed}; INSERT INTO t VALUES (1, 'old', 1)`);
    const text = 'id,a\n1,new\n2,two\n2,twice\n';
    expect(await imported(e, engine, blob(text), 'a.csv', 't', { create: false, conflict: 'skip' })).toMatchObject({ written: 1, skipped: 2 });
    expect((await all(e)).map((r) => r[1])).toEqual(['old', 'two']);
    expect(await imported(e, engine, blob(text), 'a.csv', 't', { create: false, conflict: 'update', keys: ['id'] })).toMatchObject({ written: 3 });
    expect((await all(e)).map((r) => [r[1], Number(r[2] ?? 0)])).toEqual([['new', 1], ['twice', 0]]);
  });

  it('is taken back by a cancel', async () => {
    const e = await opened(engine);
    await e.script(keyed);
    const text = `id,a,n\n${Array.from({ length: 200_000 }, (_, i) => `${i},x,1\n`).join('')}`;
    const report = await e.inspectFile({ file: blob(text), name: 'a.csv' }, null, false);
    const mapping = report.columns.map((c, from) => ({ from, column: c.name, type: 'text', family: 'text' as const }));
    const { defaultSchema: schema } = await e.catalog();
    let asked = false;
    const running = e.importRows(
      { files: [{ file: blob(text), name: 'a.csv', options: report.options, columns: [], mapping }], target: { schema, relation: 't' }, create: false, conflict: 'fail', keys: [], badRows: 'all', dryRun: false },
      () => {
        if (!asked) void e.cancel();
        asked = true;
      }
    );
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(await e.rows('SELECT count(*) FROM t')).toEqual([[engine === 'sqlite' ? 0 : '0']]);
  });

  it('takes back every value of its own exports', async () => {
    const e = await opened(engine);
    const types = engine === 'sqlite' ? ['INTEGER', 'REAL', 'TEXT', 'BLOB'] : ['bigint', 'double precision', 'text', 'bytea'];
    await e.script(`CREATE TABLE t (id integer PRIMARY KEY, i ${types[0]}, r ${types[1]}, t ${types[2]}, b ${types[3]})`);
    const bytes = engine === 'sqlite' ? ["x'00ff7f'", "x''"] : ["'\\x00ff7f'", "'\\x'"];
    await e.script(`INSERT INTO t VALUES (1, 9223372036854775807, 0.1, '', ${bytes[0]}), (2, -9223372036854775808, 1e300, ' a,"b"' || chr_lf || 'ü', ${bytes[1]}),
      (3, NULL, NULL, NULL, NULL), (4, 0, -2.5, 'NULL', NULL), (5, 1, 3.0, '01', NULL)`.replace('chr_lf', engine === 'sqlite' ? 'char(10)' : 'chr(10)'));
    const before = await all(e);
    for (const format of ['csv', 'tsv', 'json', 'ndjson', 'parquet'] as const) {
      const file = new Blob([await exported(e, format, 't')]);
      await e.script('CREATE TABLE kept AS SELECT * FROM t; DELETE FROM t');
      expect(await imported(e, engine, file, `t.${format}`, 't', { create: false })).toMatchObject({ written: 5, kept: true });
      expect(await all(e)).toEqual(before);
      await e.script('DROP TABLE kept');
    }
  });
}
