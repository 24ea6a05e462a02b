import type { RelationInfo, ResultColumn, RowCount } from '$workers/engine';
import { formatCount, plural } from '$lib/base/format';
import type { HeadMark } from '$lib/grid/GridHeader.svelte';

/**
 * How many rows there are, in words: `3,503 rows`, `~3,500 rows` for a guess, `1,297 of 3,503 rows` under filters;
 * null while nothing is known.
 */
export function countWords(count: number | null, isExact: boolean, total: RowCount | null, isFiltered: boolean): string | null {
  if (count === null) return null;
  if (isFiltered && total) return `${formatCount(count)} of ${total.exact ? '' : '~'}${plural(total.count, 'row')}`;
  return isExact ? plural(count, 'row') : `~${plural(count, 'row')}`;
}

/** Rows that any relation steps through without anybody noticing. */
const NEAR = 5_000;

/** What it costs to go to far rows where no key leads to them, in words; null elsewhere, and where no row is far. */
export function farRowsCost(info: RelationInfo | undefined, count: number | null): string | null {
  if (info?.kind !== 'view' || (count !== null && count <= NEAR)) return null;
  return 'Its rows have no key to be found by: to show a far row, all rows before it are computed, which takes about as long as counting them.';
}

/** Which columns are part of the primary key, which of a foreign key. */
export function headMarks(columns: readonly ResultColumn[], info: RelationInfo | undefined): HeadMark[] {
  const keys = new Set(info?.columns.filter((c) => c.keyPlace > 0).map((c) => c.name));
  const links = new Set(info?.foreignKeys.flatMap((k) => k.columns));
  return columns.map(({ name }) => (keys.has(name) ? 'key' : links.has(name) ? 'link' : null));
}
