import type { RelationRef } from '../wire/catalog';
import type { RowCount } from '../wire/results';
import type { Driver } from './driver';

/**
 * Rows of tables as far as they come cheaply, in the order asked; yields after each and within large ones. What cannot
 * be counted (a view that was dropped meanwhile, a module that is missing) is null.
 */
export async function* rowCounts(driver: Driver, refs: readonly RelationRef[]): AsyncGenerator<void, (RowCount | null)[], void> {
  const counts: (RowCount | null)[] = [];
  for (const ref of refs) {
    counts.push(yield* rowsOf(driver, ref));
    yield;
  }
  return counts;
}

async function* rowsOf(driver: Driver, ref: RelationRef): AsyncGenerator<void, RowCount | null, void> {
  try {
    return yield* driver.roughRows(ref);
  } catch {
    // The catalog and the table itself say what is wrong with it.
    return null;
  }
}
