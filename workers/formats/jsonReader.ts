import { byteStream, textOf } from './byteStream';
import { members, skipBlanks, valueEnd } from './jsonScanner';
import { MOST_RECORD, type DeclaredKind, type ReaderInput, type RowBatch, type RowReader, type SourceValue } from './rowReader';

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** A value's text, and what it is. Numbers keep their digits, objects and arrays their text. Throws SyntaxError. */
function readValue(raw: string): [SourceValue, DeclaredKind | null] {
  const first = raw[0];
  if (first === '"') return [JSON.parse(raw) as string, 'string'];
  if (raw === 'null') return [null, null];
  if (raw === 'true' || raw === 'false') return [raw, 'boolean'];
  if (NUMBER.test(raw)) return [raw, 'number'];
  JSON.parse(raw); // says what is wrong with it
  return [raw, 'json'];
}

/**
 * An array of objects, or objects one after another (a line each, or not). Columns are the members' names in the
 * order in which they first come; a member that is missing is NULL.
 */
export function jsonReader({ file, options, columns }: ReaderInput): RowReader {
  const places = new Map<string, number>((columns ?? []).map((name, i) => [name, i]));
  const kinds: (DeclaredKind | null)[] = [];
  const isFixed = columns !== undefined;
  const lines = options.format === 'ndjson';

  async function* batches(): AsyncGenerator<RowBatch> {
    const stream = byteStream(file, options.gzip);
    let batch: RowBatch = { rows: [], lines: [], faults: [], done: 0 };
    let line = 1;
    let rest = '';
    let pending: string[] = [];
    let pendingLength = 0;
    type State = 'begin' | 'array' | 'after' | 'objects' | 'end';
    let state = (lines ? 'objects' : 'begin') as State;

    const record = (raw: string, at: number): void => {
      try {
        if (raw[0] !== '{') throw new SyntaxError('this is no object');
        const row: SourceValue[] = [];
        for (const [name, text] of members(raw)) {
          let place = places.get(name);
          if (place === undefined) {
            if (isFixed) continue;
            places.set(name, (place = places.size));
          }
          const [value, kind] = readValue(text);
          row[place] = value;
          if (kind !== null) kinds[place] = kinds[place] === undefined || kinds[place] === kind ? kind : 'string';
        }
        for (let i = 0; i < places.size; i++) row[i] ??= null;
        batch.rows.push(row);
        batch.lines.push(at);
      } catch (e) {
        if (!(e instanceof SyntaxError)) throw e;
        batch.faults.push({ line: at, message: `Not JSON: ${e.message}.`, raw });
      }
    };
    const countLines = (text: string): void => {
      for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) line++;
    };
    const refuse = (message: string): never => {
      throw { code: 'refused', message: `${message} (line ${line}).`, hint: 'An array of objects, or an object a line, can be imported.' };
    };

    /** Takes whole records; gives where the first begins that is not whole. */
    const take = (text: string, final: boolean): number => {
      let at = 0;
      for (;;) {
        if (lines) {
          const end = text.indexOf('\n', at);
          if (end < 0 && !final) return at;
          const raw = text.slice(at, end < 0 ? undefined : end).trim();
          if (raw !== '') record(raw, line);
          line++;
          if (end < 0) return text.length;
          at = end + 1;
          continue;
        }
        const next = skipBlanks(text, at);
        countLines(text.slice(at, next));
        at = next;
        if (at >= text.length) return at;
        const c = text[at]!;
        if (state === 'begin') {
          state = c === '[' ? 'array' : 'objects';
          if (c === '[') at++;
        } else if (state === 'end') refuse('More stands behind the end of the array');
        else if (state !== 'objects' && c === ']') {
          state = 'end';
          at++;
        } else if (state === 'after') {
          if (c !== ',') refuse('A comma is missing between two objects');
          state = 'array';
          at++;
        } else {
          let end = valueEnd(text, at);
          if (end < 0 && final && text[at] !== '{' && text[at] !== '[' && text[at] !== '"') end = text.length;
          if (end < 0) {
            if (final) refuse('The file ends within an object that begins here');
            return at;
          }
          const raw = text.slice(at, end);
          record(raw, line);
          countLines(raw);
          at = end;
          if (state === 'array') state = 'after';
        }
      }
    };
    const push = (piece: string, final: boolean): void => {
      pending.push(piece);
      pendingLength += piece.length;
      if (!final && pendingLength < rest.length) return;
      const text = rest + pending.join('');
      pending = [];
      pendingLength = 0;
      rest = text.slice(take(text, final));
      if (rest.length > MOST_RECORD) refuse('What begins here is longer than 64 MB, more than a row may have');
    };
    for await (const text of textOf(stream, options.encoding)) {
      push(text, false);
      batch.done = stream.done;
      if (batch.rows.length > 0 || batch.faults.length > 0) {
        yield batch;
        batch = { rows: [], lines: [], faults: [], done: 0 };
      }
    }
    push('', true);
    if (!lines && (state === 'array' || state === 'after')) refuse('The array does not end');
    batch.done = stream.done;
    yield batch;
  }

  return { names: () => [...places.keys()], declared: (at) => kinds[at] ?? 'string', batches };
}
