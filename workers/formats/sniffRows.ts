import type { ImportFile, ImportFormat, ReadOptions, TextEncoding } from '../wire/imports';
import { CsvParser } from './csvParser';

const HEAD_BYTES = 1024 * 1024;

/** The beginning of a file, unpacked. */
async function headOf(file: Blob, gzip: boolean): Promise<{ bytes: Uint8Array; whole: boolean }> {
  if (!gzip) return { bytes: new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()), whole: file.size <= HEAD_BYTES };
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  let whole = false;
  try {
    while (length < HEAD_BYTES && !whole) {
      const { value, done } = await reader.read();
      whole = done;
      if (!value) continue;
      parts.push(value);
      length += value.length;
    }
  } catch {
    // What came before the fault is enough to look at; the reading says what is wrong.
  } finally {
    void reader.cancel().catch(() => undefined);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, whole };
}

/** How text is encoded, by its marks, its NULs, or whether it is valid UTF-8. */
export function encodingOf(bytes: Uint8Array, whole: boolean): TextEncoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = bytes.subarray(0, 2000);
  let even = 0;
  let odd = 0;
  head.forEach((b, i) => {
    if (b !== 0) return;
    if (i % 2 === 0) even++;
    else odd++;
  });
  if (odd > head.length / 5) return 'utf-16le';
  if (even > head.length / 5) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole });
    return 'utf-8';
  } catch {
    // Every byte is a character of it, the curly quotes and the euro among them.
    return 'windows-1252';
  }
}

function recordsOf(text: string, delimiter: string, most: number): string[][] {
  const records: string[][] = [];
  const done = Symbol('enough');
  try {
    // Without a line end the last line of a cut head is no record.
    new CsvParser(delimiter, []).push(text, true, ({ fields }) => {
      if (fields.length > 1 || fields[0] !== '') records.push(fields as string[]);
      if (records.length === most) throw done;
    });
  } catch (e) {
    if (e !== done && !(typeof e === 'object' && e !== null && 'code' in e)) throw e;
  }
  return records;
}

/** The delimiter by which most rows have the same number of fields, more than one; a comma where none does. */
export function delimiterOf(text: string, name: string): string {
  let best = /\.(?:tsv|tab)(?:\.|$)/i.test(name) ? '\t' : ',';
  let bestScore = 0;
  for (const delimiter of [',', ';', '\t', '|']) {
    const counts = recordsOf(text, delimiter, 200).map((r) => r.length);
    const width = counts[0] ?? 1;
    if (width < 2) continue;
    const same = counts.filter((n) => n === width).length / counts.length;
    const score = same * 1000 + Math.min(width, 100) + (delimiter === best ? 0.5 : 0);
    if (same > 0.5 && score > bestScore) {
      bestScore = score;
      best = delimiter;
    }
  }
  return best;
}

const TYPED = /^[-+]?[\d.,]+(?:[eE][-+]?\d+)?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/;

/** True when the first row reads like names: none of its fields a number or a date, not all of them empty. */
function hasHeader(records: readonly string[][]): boolean {
  const [first] = records;
  return first !== undefined && first.some((f) => f.trim() !== '') && !first.some((f) => TYPED.test(f.trim()));
}

function usesComma(records: readonly string[][], delimiter: string): boolean {
  if (delimiter === ',') return false;
  const fields = records.slice(1).flat();
  return fields.some((f) => /^-?\d+,\d+$|^-?\d{1,3}(?:\.\d{3})+,\d+$/.test(f)) && !fields.some((f) => /^-?\d+\.\d+$/.test(f) && !/^-?\d{1,3}\.\d{3}$/.test(f));
}

/** Recognises how a file of rows is to be read, from its first megabyte. */
export async function sniffRows({ file, name }: ImportFile): Promise<ReadOptions> {
  const first = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const gzip = first[0] === 0x1f && first[1] === 0x8b;
  const magic = String.fromCharCode(...first);
  const options: ReadOptions = {
    format: 'csv', gzip, encoding: 'utf-8', delimiter: ',', header: true, nullTexts: [''], decimal: '.', dates: 'text', ragged: 'fault'
  };
  if (magic === 'PAR1') return { ...options, format: 'parquet' };
  if (magic === 'PK\u0003\u0004') return { ...options, format: 'xlsx' };
  const { bytes, whole } = await headOf(file, gzip);
  const encoding = encodingOf(bytes, whole);
  const text = new TextDecoder(encoding).decode(bytes, { stream: !whole });
  const begin = text.trimStart().slice(0, 1);
  const isJsonName = /\.(?:json|ndjson|jsonl)(?:\.gz)?$/i.test(name);
  if (begin === '{' || (begin === '[' && (isJsonName || /^\s*\[\s*[{\]]/.test(text)))) {
    // One object a line, the first of them whole: lines. Else one after another, or an array.
    const line = text.trimStart().split('\n', 1)[0]!.trim();
    const format: ImportFormat = begin === '{' && line.endsWith('}') ? 'ndjson' : 'json';
    return { ...options, format, encoding };
  }
  const delimiter = delimiterOf(text, name);
  const records = recordsOf(text, delimiter, 200);
  return { ...options, encoding, delimiter, header: hasHeader(records), decimal: usesComma(records, delimiter) ? ',' : '.' };
}
