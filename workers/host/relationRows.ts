import { LONG_CELL_BYTES, type Cell } from '../wire/cells';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import type { BrowsePage, BrowseRequest, RowCount, RowSet } from '../wire/results';
import { blameFilter } from './blameFilter';
import type { Driver } from './driver';
import { readRows } from './readRows';

/**
 * Rows of a relation.
 * @param longest bytes of a cell that are sent at most; what is longer is cut and says so
 * @throws EngineErrorData; its `filter` says which condition is to blame, where one is
 */
export function browseRelation(driver: Driver, request: BrowseRequest, longest = LONG_CELL_BYTES): Promise<BrowsePage> {
  return blamed(driver, request, () => browse(driver, request, longest));
}

/** One cell of a relation, whole; the row is counted from the first under the request's conditions and sorts. */
export async function relationCell(driver: Driver, request: BrowseRequest, row: number, column: number): Promise<Cell> {
  const { page } = await browse(driver, { ...request, from: row, count: 1 }, Infinity);
  return unpackPage(page)[0]?.[column] ?? null;
}

/** The exact number of rows, by one question: for a driver that does not count in slices. */
export async function countRelation(driver: Driver, request: RowSet): Promise<RowCount> {
  const question = driver.dialect.count(request, await driver.relation(request));
  const { rows } = await readRows(driver, question);
  return { count: Number(rows[0]?.[0] ?? 0), exact: true };
}

/** Does something under conditions; what it throws says which of them is to blame. */
export async function blamed<T>(driver: Driver, request: RowSet, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (e) {
    const first = { ...request, sorts: [], from: 0, count: 1 };
    throw await blameFilter(first, e, (tried) => browse(driver, tried, LONG_CELL_BYTES));
  }
}

async function browse(driver: Driver, request: BrowseRequest, longest: number): Promise<BrowsePage> {
  const better = await driver.browse?.(request, longest);
  if (better) return better;
  const started = performance.now();
  const { sql, params } = driver.dialect.browse(request, await driver.relation(request));
  const cursor = await driver.begin(sql, params);
  try {
    const writer = new PageWriter(cursor.columns.length, longest);
    while (writer.rows < request.count && (await cursor.next(writer, request.count - writer.rows)));
    const page = writer.take();
    return { columns: cursor.columns, page, from: request.from, end: page.rows < request.count, ms: performance.now() - started };
  } finally {
    await cursor.close();
  }
}
