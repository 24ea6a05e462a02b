import type { ColumnInfo, CompareSide, RelationInfo, ResultColumn } from '$workers/engine';
import { comparableFamily } from '$workers/dialect/compareSchemas';
import { likeOf, named } from '$workers/dialect/named';

type Column = Pick<ColumnInfo, 'name' | 'family'>;
const nameOf = (c: Column): string => c.name;

/** Columns that both sides have, the key's first. */
export interface SharedColumns<C extends Column> {
  pairs: { left: C; right: C }[];
  keys: number;
}

function inOrder<C extends Column>(left: readonly C[], right: readonly C[], isKey: (column: C) => boolean): SharedColumns<C> {
  const pairs = left.flatMap((l) => {
    const r = likeOf(l, left, right, nameOf);
    return r ? [{ left: l, right: r }] : [];
  });
  const keys = pairs.filter((p) => isKey(p.left));
  return { pairs: [...keys, ...pairs.filter((p) => !isKey(p.left))], keys: keys.length };
}

/** Columns of two tables. Without a key of the left one the whole row is the key: then nothing is changed, but added and removed. */
export function columnsOfTables(left: RelationInfo, right: RelationInfo): SharedColumns<ColumnInfo> {
  const isKey = (c: ColumnInfo): boolean => c.keyPlace > 0;
  const seen = (r: RelationInfo): ColumnInfo[] => r.columns.filter((c) => !c.hidden);
  const shared = inOrder(seen(left), seen(right), isKey);
  const isWhole = shared.keys > 0 && shared.keys === left.columns.filter(isKey).length;
  return isWhole ? shared : { ...inOrder(seen(left), seen(right), () => false), keys: shared.pairs.length };
}

/** Columns of two results, by the names of those that are their key; without any the whole row is. */
export function columnsOfResults(left: readonly ResultColumn[], right: readonly ResultColumn[], keys: readonly string[]): SharedColumns<ResultColumn> {
  const shared = inOrder(left, right, (c) => keys.some((k) => named(left, k, nameOf)?.name === c.name));
  return shared.keys > 0 ? shared : { ...shared, keys: shared.pairs.length };
}

/** How each side is to be compared, but for where its rows come from. */
export function sidesOf(shared: SharedColumns<Column>, like: boolean): Record<'left' | 'right', Omit<CompareSide, 'source'>> {
  const families = shared.pairs.map(({ left, right }) => comparableFamily(left.family, right.family));
  const side = (which: 'left' | 'right') => ({
    keys: shared.keys, families, arrays: shared.pairs.map((p) => !like && p[which].family === 'array')
  });
  return { left: side('left'), right: side('right') };
}
