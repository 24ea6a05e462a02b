import { decodeText, realCell, type Cell } from '../../wire/cells';
import type { PageFile } from './pageFile';
import { readLength } from './varint';

/**
 * The values of a record (https://www.sqlite.org/fileformat.html#record_format); null where its bytes are no whole
 * record: the lengths that it names must come out even.
 */
export function readRecord(payload: Uint8Array, encoding: PageFile['encoding']): Cell[] | null {
  const head = readLength(payload, 0);
  if (!head || head.value < head.next || head.value > payload.length) return null;
  const types: number[] = [];
  for (let at = head.next; at < head.value; ) {
    const type = readLength(payload, at);
    if (!type || type.next > head.value) return null;
    types.push(type.value);
    at = type.next;
  }
  const length = types.reduce((sum, type) => sum + sizeOf(type), head.value);
  if (length !== payload.length || types.includes(10) || types.includes(11)) return null;
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
  let at = head.value;
  return types.map((type) => {
    const value = readValue(view, at, type, encoding);
    at += sizeOf(type);
    return value;
  });
}

const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0];
const sizeOf = (type: number): number => SIZES[type] ?? (type - 12) >> 1;

function readValue(view: DataView, at: number, type: number, encoding: PageFile['encoding']): Cell {
  switch (type) {
    case 0:
      return null;
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getInt16(at);
    case 3:
      return view.getInt8(at) * 65536 + view.getUint16(at + 1);
    case 4:
      return view.getInt32(at);
    case 5:
      return view.getInt16(at) * 2 ** 32 + view.getUint32(at + 2);
    case 6: {
      const value = view.getBigInt64(at);
      const number = Number(value);
      return Number.isSafeInteger(number) ? number : value;
    }
    case 7: {
      const value = view.getFloat64(at);
      // SQLite keeps no NaN: it reads one as NULL.
      return Number.isNaN(value) ? null : realCell(value);
    }
    case 8:
      return 0;
    case 9:
      return 1;
    default: {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at, sizeOf(type));
      if (type % 2 === 0) return bytes.slice();
      return encoding === 'utf-8' ? decodeText(bytes) : new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes);
    }
  }
}
