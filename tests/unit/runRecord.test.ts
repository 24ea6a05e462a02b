import { describe, expect, it } from 'vitest';
import { RunRecord } from '../../src/lib/query/runRecord.svelte';
import { outcomeWords } from '../../src/lib/query/outcomeWords';
import { planRows } from '../../src/lib/query/planRows';
import type { ConnectionId } from '../../src/lib/base/id';
import { EngineError, packRows, type PlanNode, type ResultColumn, type RunReport, type StatementOutcome } from '../../workers/engine';

const columns: ResultColumn[] = [{ name: 'a', type: 'integer', family: 'integer' }];
const outcome = (index: number, change: Partial<StatementOutcome> = {}): StatementOutcome => ({
  index, from: 0, to: 8, state: 'done', command: 'SELECT', rows: null, changed: null, ms: 2, notices: [], ...change
});
const rows = (index: number, rows = 3): StatementOutcome => outcome(index, { resultId: index + 10, columns, rows });
const report = (outcomes: StatementOutcome[], change: Partial<RunReport> = {}): RunReport => ({
  outcomes, count: outcomes.length, catalogChanged: false, dataChanged: false, inTransaction: false, ms: 4, ...change
});
const begin = () => new RunRecord({ connectionId: 'c' as ConnectionId, text: 'select 1', from: 0 });
const page = packRows([[1], [2], [3]], 1);
const noSignal = new AbortController().signal;

describe('a run', () => {
  it('names its results in order, and only those with rows', () => {
    const record = begin();
    record.finish(report([rows(0), outcome(1, { command: 'INSERT', changed: 2 }), rows(2)]));
    expect(record.results.map((r) => r.title)).toEqual(['Result', 'Result 2']);
    expect(record.messages.map((o) => o.index)).toEqual([1]);
    expect(record.rowsRead).toBe(6);
  });

  it('takes events that come after the report, which another channel brings', async () => {
    const record = begin();
    record.finish(report([rows(0)]));
    record.onEvent({ kind: 'rows', index: 0, resultId: 10, columns, page });
    record.onEvent({ kind: 'read', index: 0, resultId: 10, rows: 2 });
    record.onEvent({ kind: 'outcome', outcome: rows(0) });
    expect(record.results.length).toBe(1);
    expect(record.results[0]!.rowCount).toBe(3);
    expect(await record.results[0]!.rows(1, 2, noSignal)).toEqual([[2], [3]]);
    expect(record.outcomes.length).toBe(1);
  });

  it('grows while rows are read, and knows their number at the end', () => {
    const record = begin();
    record.onEvent({ kind: 'rows', index: 0, resultId: 10, columns, page });
    record.onEvent({ kind: 'read', index: 0, resultId: 10, rows: 40_000 });
    expect(record.results[0]!.rowCount).toBe(40_000);
    expect(record.results[0]!.isExact).toBe(false);
    record.finish(report([rows(0, 50_000)]));
    expect(record.results[0]!.rowCount).toBe(50_000);
    expect(record.results[0]!.isExact).toBe(true);
  });

  it('keeps the first rows when a cancel ends the worker', async () => {
    const record = begin();
    record.onEvent({ kind: 'rows', index: 0, resultId: 10, columns, page });
    record.onEvent({ kind: 'read', index: 0, resultId: 10, rows: 40_000 });
    record.fail(new EngineError({ code: 'cancelled', message: 'Cancelled.' }));
    expect(record.failure).toBeNull();
    expect(record.results[0]!.isGone).toBe(true);
    expect(record.results[0]!.rowCount).toBe(3);
    expect(await record.results[0]!.rows(0, 500, noSignal)).toEqual([[1], [2], [3]]);
  });

  it('tells which statement failed, and what was said before it did', () => {
    const record = begin();
    const notices = [{ severity: 'NOTICE', message: 'here' }];
    record.finish(report([rows(0), outcome(1, { state: 'failed', error: { code: '42703', message: 'no' }, notices })], { count: 3 }));
    expect(record.failure?.outcome?.index).toBe(1);
    expect(record.messages.map((o) => o.index)).toEqual([1]);
    expect(record.count).toBe(3);
  });
});

describe('the words of an outcome', () => {
  it('give its command, its rows and its time', () => {
    expect(outcomeWords(outcome(0, { command: 'INSERT', changed: 3 }))).toBe('INSERT 3 rows, 2 ms');
    expect(outcomeWords(outcome(0, { command: 'CREATE TABLE' }))).toBe('CREATE TABLE, 2 ms');
    expect(outcomeWords(outcome(0, { command: 'DELETE', changed: 1, state: 'cancelled' }))).toBe('DELETE 1 row, cancelled after 2 ms');
  });
});

describe('the rows of a plan', () => {
  const node = (title: string, change: Partial<PlanNode>, children: PlanNode[] = []): PlanNode => ({ title, detail: '', more: [], children, ...change });

  it('share out the cost, less what is below', () => {
    const plan = node('Join', { totalCost: 100 }, [node('Scan', { totalCost: 70 }), node('Lookup', { totalCost: 10 })]);
    const found = planRows(plan);
    expect(found.map((r) => [r.depth, r.share, r.isHot])).toEqual([[0, 0.2, false], [1, 0.7, true], [1, 0.1, false]]);
  });

  it('go by time over all loops once it is measured, and mark estimates that were far off', () => {
    const plan = node('Loop', { totalCost: 1, actualMs: 10, loops: 1, planRows: 10, actualRows: 12 }, [
      node('Lookup', { totalCost: 1, actualMs: 0.5, loops: 16, planRows: 1, actualRows: 50 })
    ]);
    const found = planRows(plan);
    expect(found.map((r) => r.share)).toEqual([0.2, 0.8]);
    expect(found.map((r) => r.misjudged)).toEqual([null, 50]);
  });

  it('know no shares where the engine tells no costs', () => {
    expect(planRows(node('SCAN t', {}))[0]!.share).toBeNull();
  });
});
