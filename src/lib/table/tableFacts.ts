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

/** Which columns are part of the primary key, which of a foreign key. */
export function headMarks(columns: readonly ResultColumn[], info: RelationInfo | undefined): HeadMark[] {
  const keys = new Set(info?.columns.filter((c) => c.keyPlace > 0).map((c) => c.name));
  const links = new Set(info?.foreignKeys.flatMap((k) => k.columns));
  return columns.map(({ name }) => (keys.has(name) ? 'key' : links.has(name) ? 'link' : null));
}
