import { unzipSync } from 'fflate';
import { expect, it } from 'vitest';
import { differencesCsv } from '$lib/across/differencesCsv';
import { fileNames } from '$lib/exporting/exportSchema';
import { ZipStream } from '$lib/exporting/zipStream';
import { alignTable } from '../../workers/dialect/alignTables';
import { schemaSqlOf } from '../../workers/dialect/schemaSqlOf';
import { column, table } from '../contract/tableTrip';

const refs = (...names: string[]) => names.map((relation) => ({ schema: 'main', relation }));

it('files of a zip have names that every disk takes, none twice', () => {
  expect(fileNames(refs('a', 'A', 'a/b', 'a:b', '', 'größe'), 'csv')).toEqual(['a.csv', 'A_2.csv', 'a_b.csv', 'a_b_2.csv', 'rows.csv', 'größe.csv']);
});

it('a zip is written while its files are made, and reads back byte by byte', async () => {
  const chunks: Uint8Array[] = [];
  const zip = new ZipStream(async (chunk) => void chunks.push(chunk));
  const text = new TextEncoder().encode('a row, and another\n'.repeat(50_000));
  await zip.file('one.csv', async (take) => {
    for (let at = 0; at < text.length; at += 100_000) await take(text.slice(at, at + 100_000));
  });
  await zip.file('größe.csv', async () => undefined);
  await expect(zip.file('bad.csv', () => Promise.reject(new Error('no such table')))).rejects.toThrow('no such table');
  const good: Uint8Array[] = [];
  const again = new ZipStream(async (chunk) => void good.push(chunk));
  await again.file('one.csv', (take) => take(text));
  await again.file('größe.csv', async () => undefined);
  await again.end();
  const files = unzipSync(new Uint8Array(Buffer.concat(good)));
  expect(Object.keys(files)).toEqual(['one.csv', 'größe.csv']);
  expect(Buffer.from(files['one.csv']!).equals(Buffer.from(text))).toBe(true);
  expect(files['größe.csv']).toHaveLength(0);
  expect(Buffer.concat(chunks).length).toBeLessThan(text.length / 10);
});

it('differences are lines of one file, NULL told from empty text', () => {
  const csv = differencesCsv(['id', 'a,b'], [
    { left: null, right: [1, null], columns: [] },
    { left: [2, ''], right: null, columns: [] },
    { left: [3n, 'x\ny'], right: [3, { real: 2 }], columns: [1] }
  ]).join('');
  expect(csv).toBe('difference,id,"a,b"\nadded,1,\nremoved,2,""\nchanged from,3,"x\ny"\nchanged to,3,2.0\n');
});

it.each(['sqlite', 'postgres'] as const)('%s: DDL makes a table like that of another database, keys and checks too', (engine) => {
  const sql = schemaSqlOf(engine);
  const type = engine === 'sqlite' ? 'INTEGER' : 'integer';
  const mine = table('here', 't', [column('a', type), column('gone', type)]);
  const theirs = table('there', 'T', [column('A', type, { nullable: false }), column('more', 'text', { default: "'x'" })], {
    uniques: [{ id: 'u', name: 'u', columns: ['more'], modifiers: [], tail: '', nullsNotDistinct: false, inline: false }]
  });
  const read = (of: typeof mine) => ({ table: of, unreadable: null, dependants: [] });
  const script = alignTable(sql, read(mine), read(theirs), 'here')!.steps.map((s) => s.sql).join(';\n');
  expect(script).toMatch(/more/);
  expect(script).toMatch(/UNIQUE/);
  expect(script).toMatch(/NOT NULL/);
  expect(script).not.toMatch(/there/);
  expect(alignTable(sql, read(mine), read({ ...mine, schema: 'there' }), 'here')!.steps).toEqual([]);
  expect(alignTable(sql, null, read(theirs), 'here')!.steps[0]!.sql).toMatch(/CREATE TABLE "?here"?\."?T"?/);
  expect(alignTable(sql, read(mine), null, 'here')).toBeNull();
});
