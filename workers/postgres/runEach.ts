import type { EachResult } from '../host/driver';
import { decodeText, type Cell } from '../wire/cells';
import { MessageReader, readRowDescription, type FieldDescription } from './messages';
import { parameterOf } from './portals';
import { DataRowReader, firstWord, isBytea, type Session } from './session';

const ROW_DESCRIPTION = 0x54; // T
const DATA_ROW = 0x44; // D
const COMPLETE = 0x43; // C

/** Bytes of values that are sent at once, about. */
const BATCH_BYTES = 1 << 20;

/**
 * Runs one statement for each set of values, parsed once, many in one exchange, until one fails. Within an open
 * transaction.
 */
export function runEach(session: Session, sql: string, sets: readonly (readonly Cell[])[]): EachResult {
  const result: EachResult = { columns: [], touched: [], rows: [] };
  const { backend, builder } = session;
  let fields: FieldDescription[] = [];
  const parsed = backend.exchangeToReady(builder.parse(sql).describeStatement().sync().take(), (type, bytes, from, to) => {
    if (type === ROW_DESCRIPTION) fields = readRowDescription(bytes, from, to);
    else session.takeNotice(type, bytes, from, to);
  });
  if (parsed) return { ...result, error: session.failure(parsed, sql) };
  result.columns = fields.map((f) => f.name);
  const isBinary = fields.map(isBytea);
  let tag = '';
  let rows: Cell[][] = [];
  for (let at = 0; at < sets.length; ) {
    for (let bytes = 0; at < sets.length && bytes < BATCH_BYTES; at++) {
      const values = sets[at]!.map(parameterOf);
      builder.bind(values, isBinary).execute(0);
      for (const value of values) bytes += 32 + (value?.length ?? 0);
    }
    const error = backend.exchangeToReady(builder.sync().take(), (type, bytes, from, to) => {
      if (type === DATA_ROW) rows.push(rowOf(bytes, from, isBinary));
      else if (type === COMPLETE) {
        tag = new MessageReader(bytes, from, to).text();
        if (fields.length > 0) result.rows.push(rows);
        result.touched.push(fields.length > 0 ? rows.length : Number(/\d+$/.exec(tag)?.[0] ?? 0));
        rows = [];
      } else session.takeNotice(type, bytes, from, to);
    });
    if (error) return { ...result, error: session.failure(error, sql) };
  }
  session.afterCommand(firstWord(tag));
  return result;
}

function rowOf(bytes: Uint8Array, from: number, isBinary: readonly boolean[]): Cell[] {
  const reader = new DataRowReader(bytes, from);
  const row: Cell[] = [];
  for (let c = 0; c < reader.columns; c++) {
    const length = reader.next();
    if (length < 0) row.push(null);
    else if (isBinary[c]) row.push(bytes.slice(reader.at - length, reader.at));
    else row.push(decodeText(bytes.subarray(reader.at - length, reader.at)));
  }
  return row;
}
