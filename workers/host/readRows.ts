import type { Cell } from '../wire/cells';
import { unpackPage } from '../wire/pageReader';
import { PageWriter } from '../wire/pageWriter';
import type { ResultColumn } from '../wire/results';
import type { Driver } from './driver';

/**
 * The engine's own question: all rows of one statement. Throws EngineErrorData.
 * @param longest values longer than this many bytes are cut
 */
export async function readRows(
  driver: Driver,
  { sql, params }: { sql: string; params: readonly Cell[] },
  longest = Infinity
): Promise<{ columns: ResultColumn[]; rows: Cell[][] }> {
  const cursor = await driver.begin(sql, params);
  try {
    const writer = new PageWriter(cursor.columns.length, longest);
    while (await cursor.next(writer, 1_000));
    return { columns: cursor.columns, rows: cursor.columns.length === 0 ? [] : unpackPage(writer.take()) };
  } finally {
    await cursor.close();
  }
}

/**
 * Runs a statement of the engine's own that returns no rows, and what it committed is on disk. Throws EngineErrorData.
 * @param onFailure before what it left behind is written
 */
export async function runQuietly(driver: Driver, sql: string, onFailure?: () => void): Promise<void> {
  try {
    const cursor = await driver.begin(sql, []);
    try {
      await cursor.next(new PageWriter(0), 1);
    } finally {
      await cursor.close();
    }
  } catch (e) {
    onFailure?.();
    throw e;
  } finally {
    // Also where it could not begin: the engine may have to be started anew.
    await driver.settle();
  }
}
