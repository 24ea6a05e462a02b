import { ColumnKinds, isSameReal } from '../formats/inferKinds';
import { isBrokenText, isWholeReal, type Cell } from '../wire/cells';
import type { ColumnSurvey, RelationSurvey } from '../wire/copies';
import { unpackPage } from '../wire/pageReader';
import type { ResultColumn } from '../wire/results';
import type { RowSource } from './exportRows';

const MOMENT = /^(?!0000)\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

interface Seen extends Omit<ColumnSurvey, 'textKind'> {
  kinds: ColumnKinds;
}

function look(seen: Seen, cell: Cell, isNumber: boolean): void {
  if (cell === null) return;
  if (typeof cell === 'string') {
    seen.texts++;
    if (cell.includes('\0')) seen.unfit++;
    if (isNumber) {
      if (seen.fitsReal && !(NUMBER.test(cell) && isSameReal(cell))) seen.fitsReal = false;
      return;
    }
    seen.kinds.look(cell);
    if (seen.plainMoments && !MOMENT.test(cell)) seen.plainMoments = false;
  } else if (typeof cell === 'bigint' || (typeof cell === 'number' && Number.isSafeInteger(cell) && !Object.is(cell, -0))) {
    seen.integers++;
    if (cell !== 0 && cell !== 1) seen.onlyBits = false;
  } else if (typeof cell === 'number' || isWholeReal(cell)) seen.reals++;
  else if (cell instanceof Uint8Array) seen.blobs++;
  else if (isBrokenText(cell)) {
    seen.texts++;
    seen.unfit++;
  }
}

/** Reads all rows and says what their values are. */
export async function surveyRows(source: RowSource, pause: () => Promise<void>): Promise<RelationSurvey> {
  const columns = source.columns.map(
    ({ name }: ResultColumn): Seen => ({
      name, integers: 0, reals: 0, texts: 0, blobs: 0, unfit: 0, plainMoments: true, onlyBits: true, fitsReal: true,
      kinds: new ColumnKinds({ dates: 'text', decimal: '.' })
    })
  );
  const isNumber = source.columns.map((c) => c.oid !== undefined && (c.family === 'number' || c.family === 'integer'));
  let rows = 0;
  for (let page = await source.next(); page; page = await source.next()) {
    for (const row of unpackPage(page)) for (let i = 0; i < columns.length; i++) look(columns[i]!, row[i] ?? null, isNumber[i]!);
    rows += page.rows;
    await pause();
  }
  return { rows, columns: columns.map(({ kinds, ...rest }) => ({ ...rest, textKind: kinds.kind('text') })) };
}
