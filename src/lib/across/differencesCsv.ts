import type { Cell, RowDifference } from '$workers/engine';
import { wholeText } from '$lib/grid/cellText';

/** One field: NULL is nothing, empty text is quoted, so that it comes back as it is. */
function field(cell: Cell): string {
  if (cell === null) return '';
  const text = wholeText(cell, {});
  return text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/**
 * Differences as CSV, in parts of a file: of a row that is on one side alone one line, of one that changed a line of
 * each side, `changed from` and `changed to`.
 */
export function differencesCsv(columns: readonly string[], differences: readonly RowDifference[]): string[] {
  const line = (what: string, row: readonly Cell[]): string => `${[what, ...columns.map((_, i) => field(row[i] ?? null))].join(',')}\n`;
  const parts = [`${['difference', ...columns].map(field).join(',')}\n`];
  for (const { left, right } of differences) {
    if (left === null) parts.push(line('added', right!));
    else if (right === null) parts.push(line('removed', left));
    else parts.push(line('changed from', left), line('changed to', right));
  }
  return parts;
}
