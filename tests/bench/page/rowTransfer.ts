/** Rows in from CSV and out to it, against the engine's own fastest way; times in ms. */
import * as Comlink from 'comlink';
import type { CompareReport, CompareSide, EngineKind, ReadOptions } from '../../../workers/engine';
import type { BarePostgres } from './barePostgres';
import type { BareSqlite } from './bareSqlite';
import { EngineAtWork } from './engineAtWork';
import { timed } from './timing';

const COLUMNS = [
  ['id', 'integer', 'integer', 'integer'],
  ['name', 'text', 'text', 'text'],
  ['amount', 'NUMERIC', 'numeric', 'number'],
  ['at', 'DATETIME', 'timestamp', 'temporal'],
  ['flag', 'BOOLEAN', 'boolean', 'boolean'],
  ['note', 'text', 'text', 'text']
] as const;
const OPTIONS: ReadOptions = {
  format: 'csv', gzip: false, encoding: 'utf-8', delimiter: ',', header: true, nullTexts: [''], decimal: '.', dates: 'text', ragged: 'fault'
};
const PIECE_ROWS = 50_000;

/** CSV of about so many bytes, in pieces that end at a line's end, with a head before them. */
function csv(bytes: number): { head: string; pieces: string[]; rows: number } {
  const pieces: string[] = [];
  let rows = 0;
  for (let length = 0; length < bytes; ) {
    let text = '';
    for (let i = 0; i < PIECE_ROWS; i++, rows++) {
      const note = rows % 5 === 0 ? '' : rows % 7 === 0 ? `"said ""yes"", then ${rows}"` : `a note of some words ${rows % 977}`;
      text += `${rows},customer ${rows % 5003},${(rows % 100_000) / 100},2026-0${1 + (rows % 9)}-1${rows % 10} 0${rows % 10}:39:00,${rows % 2 ? 't' : 'f'},${note}\n`;
    }
    pieces.push(text);
    length += text.length;
  }
  return { head: `${COLUMNS.map(([name]) => name).join(',')}\n`, pieces, rows };
}

const create = (kind: EngineKind): string => `create table t (${COLUMNS.map(([name, lite, post]) => `${name} ${kind === 'sqlite' ? lite : post}`).join(', ')})`;

export interface Transfer {
  rows: number;
  bytes: number;
  ours: { into: number; out: number };
  bare: { into: number; out: number };
}

/** 100 MB in and out: our worker with its store, and the engine bare in memory. */
export async function rowTransfer(kind: EngineKind, bytes: number, project: () => string): Promise<Transfer> {
  const schema = kind === 'sqlite' ? 'main' : 'public';
  const { head, pieces, rows } = csv(bytes);
  const file = new Blob([head, ...pieces]);
  const engine = await EngineAtWork.open(kind, { kind: 'empty' }, project());
  await engine.run(create(kind));
  const mapping = COLUMNS.map(([column, lite, post, family], from) => ({ from, column, type: kind === 'sqlite' ? lite : post, family }));
  const part = { file, name: 't.csv', options: OPTIONS, columns: COLUMNS.map(([name]) => name), mapping };
  const into = await timed(async () => {
    const report = await engine.call.importRows({ files: [part], target: { schema, relation: 't' }, create: false, conflict: 'fail', keys: [], badRows: 'all', dryRun: false });
    if (report.written !== rows) throw new Error(`${report.written} of ${rows} rows came in: ${report.error?.message ?? ''}`);
  });
  let written = 0;
  const out = await timed(async () => {
    await engine.call.exportRows(
      {
        source: { kind: 'relation', request: { schema, relation: 't', sorts: [], filters: [] } }, format: 'csv', name: { schema, relation: 't' }, expected: rows,
        options: { header: true, delimiter: ',', nullText: '', lineEnd: '\n', bom: false, blobs: 'hex', rowsPerInsert: 500 }
      },
      async (chunk) => void (written += chunk.length)
    );
  });
  if (written < bytes * 0.9) throw new Error(`only ${written} bytes came out`);
  await engine.close();
  const worker = kind === 'sqlite' ? new Worker(new URL('./bareSqlite.ts', import.meta.url), { type: 'module' }) : new Worker(new URL('./barePostgres.ts', import.meta.url), { type: 'module' });
  const call = Comlink.wrap<BareSqlite | BarePostgres>(worker);
  const bare = await call.transfer(create(kind), pieces);
  worker.terminate();
  return { rows, bytes: file.size, ours: { into, out }, bare };
}

/** Two tables of so many rows that differ in ten, in two workers of an engine: how long, and what was found. */
export async function rowCompare(kind: EngineKind, rows: number, project: () => string): Promise<{ ms: number; report: CompareReport }> {
  const schema = kind === 'sqlite' ? 'main' : 'public';
  const numbers = kind === 'sqlite' ? `with recursive s(i) as (values (1) union all select i + 1 from s where i < ${rows}) select i` : 'select i';
  const from = kind === 'sqlite' ? 'from s' : `from generate_series(1, ${rows}) i`;
  const fill = `create table t (id integer primary key, a text, n ${kind === 'sqlite' ? 'NUMERIC' : 'numeric'}); insert into t ${numbers}, 'row number ' || i, i * 0.25 ${from}`;
  const [left, right] = await Promise.all([EngineAtWork.open(kind, { kind: 'empty' }, project()), EngineAtWork.open(kind, { kind: 'empty' }, project())]);
  await Promise.all([left.run(fill), right.run(fill)]);
  await right.run(`update t set a = 'other' where id % ${rows / 10} = 1`);
  const side: CompareSide = {
    source: { kind: 'relation', ref: { schema, relation: 't' }, columns: ['id', 'a', 'n'] }, keys: 1, families: ['number', 'text', 'number'], arrays: []
  };
  const { port1, port2 } = new MessageChannel();
  let report: CompareReport | undefined;
  const ms = await timed(async () => {
    const answering = right.call.answerCompare(side, Comlink.transfer(port2, [port2]));
    report = await left.call.compareRows(side, Comlink.transfer(port1, [port1]));
    await answering;
  });
  await Promise.all([left.close(), right.close()]);
  return { ms, report: report! };
}
