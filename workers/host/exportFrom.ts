import { exportRows, type ExportWork, type RowSource } from '../transfer/exportRows';
import type { ExportReport, ExportRequest } from '../wire/exports';
import { PageWriter } from '../wire/pageWriter';
import type { BrowseRequest } from '../wire/results';
import type { Cursor, Driver } from './driver';
import type { Windows } from './windows';

/** Rows and bytes that are read at once. */
const PIECE_ROWS = 500;
const PIECE_BYTES = 1024 * 1024;

/** Rows of a cursor in pieces, all values whole. */
export function cursorSource(cursor: Cursor): RowSource {
  let ended = false;
  const writer = new PageWriter(cursor.columns.length, Infinity);
  return {
    columns: cursor.columns,
    async next() {
      if (ended) return null;
      while (!ended && writer.rows < PIECE_ROWS && writer.byteLength < PIECE_BYTES) {
        ended = !(await cursor.next(writer, Math.min(100, PIECE_ROWS - writer.rows)));
      }
      const page = writer.take();
      return page.rows > 0 ? page : null;
    }
  };
}

/** Rows of an open result, from one position to another (inclusive). */
export function windowSource(windows: Windows, resultId: number, from: number, to: number): RowSource {
  let at = from;
  const end = Math.min(windows.rows(resultId), to + 1);
  return {
    columns: windows.columns(resultId),
    async next() {
      if (at >= end) return null;
      const page = windows.fetch(resultId, at, Math.min(PIECE_ROWS, end - at), Infinity);
      at += page.rows;
      return page.rows > 0 ? page : null;
    }
  };
}

/** Writes the rows of a relation or an open result; see Engine.exportRows. */
export async function exportFrom(
  driver: Driver,
  windows: Windows,
  request: ExportRequest,
  work: Omit<ExportWork, 'dialect'>
): Promise<ExportReport> {
  const { dialect } = driver;
  const { source, range } = request;
  const top = range?.top ?? 0;
  const count = range ? range.bottom - range.top + 1 : Number.MAX_SAFE_INTEGER;
  if (source.kind === 'result') {
    return exportRows(windowSource(windows, source.resultId, top, top + count - 1), request, { ...work, dialect });
  }
  const { info } = await driver.structure(source.request);
  const browse: BrowseRequest = { ...source.request, from: top, count };
  const { sql, params } = dialect.browse(browse, info);
  const cursor = await driver.begin(sql, params);
  try {
    const filled = new Set(info.columns.filter((c) => c.generated !== null).map((c) => c.name));
    const insertClause = info.columns.some((c) => c.identity === 'always') ? 'OVERRIDING SYSTEM VALUE' : undefined;
    return await exportRows(cursorSource(cursor), request, { ...work, dialect, filled, insertClause });
  } finally {
    await cursor.close();
    await driver.settle();
  }
}
