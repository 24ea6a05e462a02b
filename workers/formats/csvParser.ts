import type { SourceValue } from './rowReader';

const LF = 10;
const CR = 13;

export interface CsvRecord {
  /** Line on which it begins, from 1. */
  line: number;
  fields: SourceValue[];
  /** Its text, for a file of rows that were set aside. */
  from: number;
  to: number;
}

/**
 * CSV out of pieces of text: quoted fields may hold delimiters and line ends, a quote within a bare field stands for
 * itself, line ends may be LF, CR LF or CR. A quoted field is never NULL.
 */
export class CsvParser {
  readonly #delimiter: number;
  readonly #nulls: ReadonlySet<string>;
  /** Longer texts than this are not looked up: the hash of each field would cost as much as finding it. */
  readonly #longestNull: number;
  /** What stands around a field; empty where nothing does. */
  readonly #quote: string;
  #line = 1;
  /** What of the text so far is no whole record yet. */
  #rest = '';
  #pending: string[] = [];
  #pendingLength = 0;
  /** Fields of the last record: the next one's array is made so long at once. */
  #width = 0;

  constructor(delimiter: string, nullTexts: readonly string[], quote = '"') {
    this.#quote = quote;
    this.#delimiter = delimiter.charCodeAt(0);
    this.#nulls = new Set(nullTexts);
    this.#longestNull = Math.max(-1, ...nullTexts.map((t) => t.length));
  }

  /** Characters that wait for their record's end. */
  get held(): number {
    return this.#rest.length + this.#pendingLength;
  }

  /** Line of the record that has not ended. */
  get line(): number {
    return this.#line;
  }

  /**
   * Takes the next piece; hands each whole record to `take` with the text that its `from` and `to` mean.
   * Throws EngineErrorData for a quote that never ends.
   */
  push(piece: string, final: boolean, take: (record: CsvRecord, text: string) => void): void {
    this.#pending.push(piece);
    this.#pendingLength += piece.length;
    // A long record is looked at again only when twice as much of it is there: so it costs no square of its length.
    if (!final && this.#pendingLength < this.#rest.length) return;
    const text = this.#rest + this.#pending.join('');
    this.#pending = [];
    this.#pendingLength = 0;
    const end = this.#records(text, final, take);
    this.#rest = text.slice(end);
  }

  /** Parses whole records; gives the place at which the first begins that is not whole. */
  #records(text: string, final: boolean, take: (record: CsvRecord, text: string) => void): number {
    const n = text.length;
    const delimiter = this.#delimiter;
    const nulls = this.#nulls;
    const longestNull = this.#longestNull;
    const quote = this.#quote;
    const mark = quote === '' ? -1 : quote.charCodeAt(0);
    let at = 0;
    while (at < n) {
      const start = at;
      const line = this.#line;
      let lines = 0;
      const fields = new Array<SourceValue>(this.#width);
      let count = 0;
      for (;;) {
        if (text.charCodeAt(at) === mark && at < n) {
          const opened = line + lines;
          let value = '';
          let from = at + 1;
          for (;;) {
            const end = text.indexOf(quote, from);
            if (end < 0 || (end + 1 >= n && !final)) {
              if (!final) return start;
              throw {
                code: 'refused',
                message: `The quote that begins on line ${opened} never ends.`,
                hint: 'Mend it in the file, or choose another delimiter.'
              };
            }
            if (text.charCodeAt(end + 1) === mark) {
              value += text.slice(from, end + 1);
              from = end + 2;
              continue;
            }
            value += text.slice(from, end);
            at = end + 1;
            break;
          }
          for (let i = value.indexOf('\n'); i >= 0; i = value.indexOf('\n', i + 1)) lines++;
          // What stands behind the closing quote belongs to the field.
          const tail = at;
          while (at < n) {
            const c = text.charCodeAt(at);
            if (c === delimiter || c === LF || c === CR) break;
            at++;
          }
          fields[count++] = at > tail ? value + text.slice(tail, at) : value;
        } else {
          const from = at;
          while (at < n) {
            const c = text.charCodeAt(at);
            if (c === delimiter || c === LF || c === CR) break;
            at++;
          }
          const value = text.slice(from, at);
          fields[count++] = at - from <= longestNull && nulls.has(value) ? null : value;
        }
        if (at >= n) {
          if (!final) return start;
          break;
        }
        const c = text.charCodeAt(at);
        if (c === delimiter) {
          at++;
          continue;
        }
        // CR at the end of a piece may be half of CR LF.
        if (c === CR && at + 1 >= n && !final) return start;
        break;
      }
      const to = at;
      this.#width = fields.length = count;
      if (at < n) at += text.charCodeAt(at) === CR && text.charCodeAt(at + 1) === LF ? 2 : 1;
      this.#line = line + lines + 1;
      take({ line, fields, from: start, to }, text);
    }
    return at;
  }
}
