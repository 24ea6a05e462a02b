import type { StatementOutcome } from '$workers/engine';
import { formatDuration, plural } from '$lib/base/format';

/** How a statement ended, in a line: "INSERT 3 rows, 2 ms". */
export function outcomeWords(outcome: StatementOutcome): string {
  const { command, changed, rows, state, ms } = outcome;
  const time = formatDuration(ms);
  const amount = outcome.resultId !== undefined ? rows : changed;
  const what = amount === null || amount === undefined ? command : `${command} ${plural(amount, 'row')}`;
  return state === 'done' ? `${what}, ${time}` : `${what}, ${state} after ${time}`;
}
