import { expect, it, describe } from 'vitest';
import { CsvParser } from '../../workers/formats/csvParser';
import { isDateFormat, serialText } from '../../workers/formats/xlsxDates';
import { AsideFile } from '../../workers/transfer/asideFile';
import { inspectFile } from '../../workers/transfer/inspectFile';
import type { FileReport, ReadOptions } from '../../workers/wire/imports';

const look = (name: string, content: string | Uint8Array<ArrayBuffer>, options: ReadOptions | null = null): Promise<FileReport> =>
  inspectFile({ file: new Blob([content]), name }, options, { headOnly: false, onProgress: () => undefined, pause: async () => undefined });

const kinds = (report: FileReport): string[] => report.columns.map((c) => `${c.name} ${c.kind}`);

describe('CSV', () => {
  it('gives the same records however its text is cut', () => {
    const text = 'a,b\r\n"x ""y"" \r\nz",1\r\n\r\n,\n"",end';
    const whole: unknown[] = [];
    new CsvParser(',', ['']).push(text, true, ({ fields, line }) => whole.push([line, ...fields]));
    expect(whole).toEqual([[1, 'a', 'b'], [2, 'x "y" \r\nz', '1'], [4, null], [5, null, null], [6, '', 'end']]);
    for (let cut = 0; cut <= text.length; cut++) {
      for (let next = cut; next <= text.length; next += 3) {
        const parser = new CsvParser(',', ['']);
        const records: unknown[] = [];
        const take = ({ fields, line }: { fields: unknown[]; line: number }): void => void records.push([line, ...fields]);
        parser.push(text.slice(0, cut), false, take);
        parser.push(text.slice(cut, next), false, take);
        parser.push(text.slice(next), true, take);
        expect(records).toEqual(whole);
      }
    }
  });

  it('takes single quotes, or none, when that is said', async () => {
    const { options } = await look('a.csv', 'a,b\nx,1\n');
    const single = await look('a.csv', "a,b\n'x, ''y''',1\n\"z,2\n", { ...options, quote: "'" });
    expect(single.rows).toEqual([["x, 'y'", '1'], ['"z', '2']]);
    const none = await look('a.csv', 'a,b\n"z,2\n', { ...options, quote: '' });
    expect(none.rows).toEqual([['"z', '2']]);
    const aside = new AsideFile({ ...options, quote: "'" }, ['a', 'b']);
    aside.row(['a', 'b'], ["it's", ''], () => 'text');
    expect(await aside.blob()!.text()).toBe("a,b\n'it''s',''\n");
  });

  it('names the line of a quote that never ends, and of rows that do not fit', async () => {
    await expect(look('a.csv', 'a,b\n1,2\n"3,4\n5,6\n')).rejects.toMatchObject({ message: 'The quote that begins on line 3 never ends.' });
    const ragged = await look('a.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n');
    expect(ragged.faults).toEqual([
      { line: 3, message: '2 fields where the head has 3.' },
      { line: 4, message: '4 fields where the head has 3.' }
    ]);
    expect(ragged.count).toBe(2);
    const padded = await look('a.csv', 'a,b,c\n4,5\n6,7,8,9\n', { ...ragged.options, ragged: 'pad' });
    expect(padded.rows).toEqual([['4', '5', null], ['6', '7', '8']]);
  });

  it('takes a record of many megabytes, and refuses one beyond that', async () => {
    const long = `a,b\n1,"${'x\n'.repeat(4_000_000)}"\n2,y\n`;
    expect((await look('a.csv', long)).count).toBe(2);
    await expect(look('a.csv', `a,b\n${'x'.repeat(70_000_000)}`)).rejects.toMatchObject({ message: expect.stringContaining('line 2 is longer than 64 MB') as string });
  });

  it('never makes a type narrower than the data', async () => {
    expect(kinds(await look('a.csv', 'zip,phone,big,hex\n01234,0049,9223372036854775807,0x1F\n00001,+49 1,18446744073709551616,1_0\n'))).toEqual([
      'zip text', 'phone text', 'big numeric', 'hex text'
    ]);
    expect(kinds(await look('a.csv', 'a,b,c,d,e,f\n1,1.5,1e5,t,2026-01-01,2026-01-01T10:00\n-3,2,2,false,2026-12-31,2026-01-01 10:00:00.123\n'))).toEqual([
      'a integer', 'b numeric', 'c real', 'd boolean', 'e date', 'f timestamp'
    ]);
    expect(kinds(await look('a.csv', 'a,b,c\n-0,2026-02-30,""\n1,2026-01-01,1\n'))).toEqual(['a text', 'b text', 'c text']);
    const late = await look('late.csv', `n\n${'1\n'.repeat(200_000)}x\n`);
    expect([kinds(late), late.count]).toEqual([['n text'], 200_001]);
  });

  it('asks about dates with slashes, and reads them as it is told', async () => {
    const text = 'd\n01/02/2026\n13/02/2026\n';
    const report = await look('a.csv', text);
    expect(report.columns[0]).toMatchObject({ kind: 'text', slashDates: true });
    expect(kinds(await look('a.csv', text, { ...report.options, dates: 'day-first' }))).toEqual(['d date']);
    expect(kinds(await look('a.csv', text, { ...report.options, dates: 'month-first' }))).toEqual(['d text']);
  });
});

describe('encodings', () => {
  it('are told by marks, by NULs and by what is no UTF-8, also late in a file', async () => {
    const utf16 = new Uint8Array(new Uint16Array([...'\ufeffa\tb\n1\tö\n'].map((c) => c.charCodeAt(0))).buffer);
    expect((await look('a.csv', utf16)).rows).toEqual([['1', 'ö']]);
    expect((await look('a.csv', utf16.slice(2))).rows).toEqual([['1', 'ö']]);
    const latin = new Uint8Array([...'a,b\n', ...'x,1\n'.repeat(400_000), ...'M', 'ü', ...'ller,\u0080\n'].map((c) => (c === 'ü' ? 0xfc : c.charCodeAt(0))));
    const report = await look('a.csv', latin);
    expect([report.options.encoding, report.count]).toEqual(['windows-1252', 400_001]);
  });
});

describe('JSON', () => {
  it('keeps every digit and nested text, and takes columns that come late', async () => {
    const report = await look('a.json', '[{"id": 1, "name": "a", "n": {"k": 1.10}}, {"id": 2, "name": null, "extra": 12345678901234567890}, {"id": 3}]');
    expect(kinds(report)).toEqual(['id integer', 'name text', 'n json', 'extra numeric']);
    expect(report.rows).toEqual([['1', 'a', '{"k": 1.10}', null], ['2', null, null, '12345678901234567890'], ['3', null, null, null]]);
    expect(report.columns[3]!.nulls).toBe(2);
  });

  it('text that looks like a number stays text', async () => {
    expect(kinds(await look('a.ndjson', '{"a":"01","b":"2026-01-01","c":true}\n{"a":"2","b":"2026-01-02","c":false}\n'))).toEqual(['a text', 'b date', 'c boolean']);
  });

  it('names the line that is broken', async () => {
    const report = await look('a.ndjson', '{"id":1}\n{"id":2,\n{"id":3}\n');
    expect(report.faults).toMatchObject([{ line: 2 }]);
    expect(report.count).toBe(2);
    await expect(look('a.json', '[{"a":1},\n{"a":2')).rejects.toMatchObject({ message: expect.stringContaining('line 2') as string });
    await expect(look('a.json', '[{"a":1} {"a":2}]')).rejects.toMatchObject({ code: 'refused' });
  });
});

it('Excel: serial days as dates, and which formats are some', () => {
  expect(['1', '59', '61', '46350.0430787037', '0.5'].map((n) => serialText(n, false))).toEqual([
    '1900-01-01', '1900-02-28', '1900-03-01', '2026-11-24 01:02:02', '12:00:00'
  ]);
  expect(['yyyy-mm-dd', '[h]:mm', '0.00', '"day" 0', '[Red]0', 'General'].map(isDateFormat)).toEqual([true, true, false, false, false, false]);
});
