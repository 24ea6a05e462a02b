import type { StatementOutcome } from '$workers/engine';
import { formatCount, formatDuration, plural } from '$lib/base/format';
import type { RunRecord } from './runRecord.svelte';

/** How a statement ended, in a line: "INSERT 3 rows, 2 ms". */
export function outcomeWords(outcome: StatementOutcome): string {
  const { command, changed, rows, state, ms } = outcome;
  const time = formatDuration(ms);
  const amount = outcome.resultId !== undefined ? rows : changed;
  const what = amount === null || amount === undefined ? command : `${command} ${plural(amount, 'row')}`;
  return state === 'done' ? `${what}, ${time}` : `${what}, ${state} after ${time}`;
}

/** What the status line says of a run that went through. */
export function doneFacts(record: RunRecord): string[] {
  const facts: string[] = [];
  if (record.count !== 1) facts.push(plural(record.count, 'statement'));
  if (record.results.length > 0) facts.push(plural(record.rowsRead, 'row'));
  const changed = record.outcomes.reduce((n, o) => n + (o.changed ?? 0), 0);
  if (record.outcomes.some((o) => o.changed !== null && o.resultId === undefined)) facts.push(`${formatCount(changed)} changed`);
  facts.push(formatDuration(record.ms));
  return facts;
}
