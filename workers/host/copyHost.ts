import { selectColumnsSql } from '../dialect/selectColumns';
import { receiveRows, sendRows } from '../transfer/copyRows';
import type { RowSource } from '../transfer/exportRows';
import { surveyRows } from '../transfer/surveyRows';
import type { RelationRef } from '../wire/catalog';
import type { CompareSide } from '../wire/compares';
import type { CopyReport, ReceiveRequest, RelationSurvey, SendRequest } from '../wire/copies';
import type { Progress } from '../wire/opening';
import type { Driver } from './driver';
import { cursorSource, windowSource } from './exportFrom';
import { importTargetOf } from './importTarget';
import type { Windows } from './windows';

/** Some columns of all rows of a relation, under way. */
export async function openColumns(driver: Driver, ref: RelationRef, columns: readonly string[]): Promise<{ source: RowSource; close(): Promise<void> }> {
  const cursor = await driver.begin(selectColumnsSql(driver.dialect, ref, columns), []);
  return {
    source: cursorSource(cursor),
    async close() {
      await cursor.close();
      await driver.settle();
    }
  };
}

/** One side of a comparison, under way. */
export async function openSide(driver: Driver, windows: Windows | null, { source }: CompareSide): Promise<{ source: RowSource; close(): Promise<void>; places?: number[] }> {
  if (source.kind === 'relation') return openColumns(driver, source.ref, source.columns);
  if (!windows) throw { code: 'internal', message: 'There are no open results.' };
  return { source: windowSource(windows, source.resultId, 0, Infinity), places: source.places, close: () => Promise.resolve() };
}

/** See Engine.surveyRelation. */
export async function surveyOf(driver: Driver, ref: RelationRef, pause: () => Promise<void>): Promise<RelationSurvey> {
  const { info } = await driver.structure(ref);
  const { source, close } = await openColumns(driver, ref, info.columns.filter((c) => !c.hidden).map((c) => c.name));
  try {
    return await surveyRows(source, pause);
  } finally {
    await close();
  }
}

/** See Engine.sendRows. */
export const sendFrom = (driver: Driver, port: MessagePort, request: SendRequest, pause: () => Promise<void>): Promise<void> =>
  sendRows(port, request, ({ ref, columns }) => openColumns(driver, ref, columns), pause);

/** See Engine.receiveRows. */
export const receiveInto = (
  driver: Driver,
  port: MessagePort,
  { plan, from, expected }: ReceiveRequest,
  onProgress: (progress: Progress) => void,
  pause: () => Promise<void>
): Promise<CopyReport> =>
  receiveRows(port, importTargetOf(driver), plan, {
    from, expected, onProgress, pause, read: ({ target, columns }) => openColumns(driver, target, columns.map((c) => c.name))
  });
