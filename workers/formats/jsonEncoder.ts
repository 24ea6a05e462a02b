import type { TypeFamily } from '../wire/catalog';
import { isWholeReal, type Cell } from '../wire/cells';
import type { EncoderInput, RowEncoder } from './rowEncoder';
import { uniqueNames } from './uniqueNames';
import { realText, valueText } from './valueText';

/** Numbers as JSON writes them; so a value keeps every digit, however many. */
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // That is the answer: it is written as text.
    return false;
  }
}

/** One value as JSON. Numbers keep all their digits; what JSON has no word for (NaN, bytes, dates) is text. */
export function jsonValue(cell: Cell, family: TypeFamily, blobs: 'hex' | 'base64'): string {
  if (cell === null) return 'null';
  if (typeof cell === 'number' || isWholeReal(cell)) {
    const value = typeof cell === 'number' ? cell : cell.real;
    if (!Number.isFinite(value)) return `"${value}"`;
    return typeof cell === 'number' ? valueText(cell) : realText(value);
  }
  if (typeof cell === 'bigint') return String(cell);
  if (typeof cell === 'string') {
    if ((family === 'integer' || family === 'number') && JSON_NUMBER.test(cell)) return cell;
    if (family === 'boolean' && (cell === 't' || cell === 'f')) return cell === 't' ? 'true' : 'false';
    // JSON's own null would be read as NULL, and a string without its quotes: both go as text of what they are.
    if (family === 'json' && !/^\s*(?:null\s*$|")/.test(cell) && isJson(cell)) return cell;
  }
  return JSON.stringify(valueText(cell, blobs));
}

/** An array of objects, or an object a line. Column names that repeat get a number, so that no value is lost. */
export function jsonEncoder({ columns, options, out }: EncoderInput, lines: boolean): RowEncoder {
  const keys = uniqueNames(columns.map((c) => c.name)).map((name) => JSON.stringify(name));
  let first = true;
  if (!lines) out.text('[');
  return {
    row(cells) {
      let text = '{';
      for (const [i, key] of keys.entries()) {
        text += `${i === 0 ? '' : ','}${key}:${jsonValue(cells[i] ?? null, columns[i]!.family, options.blobs)}`;
      }
      // Line ends within embedded JSON would break a line of NDJSON; between its tokens they mean nothing.
      if (lines) out.text(`${text.replace(/[\n\r]/g, ' ')}}\n`);
      else out.text(`${first ? '\n' : ',\n'}${text}}`);
      first = false;
    },
    end() {
      if (!lines) out.text('\n]\n');
    }
  };
}
