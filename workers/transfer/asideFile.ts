import { hexText } from '../formats/valueText';
import type { DeclaredKind, SourceValue } from '../formats/rowReader';
import type { ReadOptions } from '../wire/imports';

/**
 * Rows that were set aside, as a file of the form that they came in: it can be mended and tried again. Rows of several
 * files are written in the form of the first, its columns in their order.
 */
export class AsideFile {
  readonly #options: ReadOptions;
  readonly #columns: readonly string[];
  #parts: string[] = [];
  #blobs: Blob[] = [];
  #length = 0;

  constructor(options: ReadOptions, columns: readonly string[]) {
    this.#options = options;
    this.#columns = columns;
  }

  get isEmpty(): boolean {
    return this.#parts.length === 0 && this.#blobs.length === 0;
  }

  get #isJson(): boolean {
    return this.#options.format === 'json' || this.#options.format === 'ndjson';
  }

  #add(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length < 4_000_000) return;
    this.#blobs.push(new Blob(this.#parts));
    this.#parts = [];
    this.#length = 0;
  }

  #head(): void {
    if (this.isEmpty && !this.#isJson) this.#add(`${this.#columns.map((n) => this.#field(n)).join(this.#delimiter)}\n`);
  }

  get #delimiter(): string {
    return this.#options.format === 'csv' ? this.#options.delimiter : ',';
  }

  #field(value: SourceValue): string {
    if (value === null) return this.#options.nullTexts[0] ?? '';
    const text = typeof value === 'string' ? value : hexText(value);
    // Where quotes mean nothing no text holds a delimiter.
    const { quote = '"' } = this.#options;
    if (quote === '') return text;
    const special = text === '' || this.#options.nullTexts.includes(text) || text.includes(this.#delimiter) || /[\n\r]/.test(text) || text.includes(quote);
    return special ? `${quote}${text.replaceAll(quote, quote + quote)}${quote}` : text;
  }

  /** A record that could not be read, as it stands in the file. */
  raw(text: string): void {
    this.#head();
    this.#add(`${text}\n`);
  }

  row(names: readonly string[], row: readonly SourceValue[], declared: (at: number) => DeclaredKind): void {
    if (!this.#isJson) {
      this.#head();
      const places = this.#columns.map((name) => names.indexOf(name));
      this.#add(`${places.map((at) => this.#field(row[at] ?? null)).join(this.#delimiter)}\n`);
      return;
    }
    const members = names.flatMap((name, i) => {
      const value = row[i] ?? null;
      if (value === null) return [];
      const text = typeof value === 'string' ? value : hexText(value);
      const isText = declared(i) === 'string' || declared(i) === 'text';
      return [`${JSON.stringify(name)}:${isText ? JSON.stringify(text) : text}`];
    });
    this.#add(`{${members.join(',')}}\n`);
  }

  blob(): Blob | null {
    if (this.isEmpty) return null;
    return new Blob([...this.#blobs, ...this.#parts], { type: this.#isJson ? 'application/x-ndjson' : 'text/csv' });
  }
}
