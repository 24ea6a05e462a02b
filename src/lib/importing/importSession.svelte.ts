import Papa from 'papaparse';
import { EngineError, type Cell, type ColumnInfo } from '$workers/engine';
import type { Dialect } from '$workers/dialect/dialect';
import { insertRows } from '$workers/dialect/insert';
import { engineFor } from '$lib/connections/registry';
import { invalidateRows } from '$lib/queries/invalidate';
import type { LiveTab } from '$lib/tabs/tab';

/** Rows a statement inserts. Large enough that the boundary costs little, small enough to stop between two. */
const BATCH = 200;
const PREVIEW_ROWS = 100;

export type ImportState =
  | { kind: 'choosing' }
  | { kind: 'ready' }
  | { kind: 'importing'; rows: number; bytes: number }
  | { kind: 'done'; rows: number; ms: number }
  | { kind: 'failed'; message: string; hint: string };

/** A CSV file on its way into a table: columns by name, one transaction, all or nothing. */
export class ImportSession {
  readonly #tab: LiveTab;
  readonly #dialect: Dialect;
  file = $state.raw<File | null>(null);
  heads = $state.raw<readonly string[]>([]);
  preview = $state.raw<readonly (readonly string[])[]>([]);
  emptyIsNull = $state(true);
  state = $state.raw<ImportState>({ kind: 'choosing' });
  #stop = false;

  constructor(tab: LiveTab, dialect: Dialect) {
    this.#tab = tab;
    this.#dialect = dialect;
  }

  /** Heads of the file that name a column of the table, with the column. */
  matched(columns: readonly ColumnInfo[]): { at: number; column: ColumnInfo }[] {
    return this.heads.flatMap((head, at) => {
      const name = head.trim().toLowerCase();
      const column =
        columns.find((c) => c.name === head.trim()) ?? columns.find((c) => c.name.toLowerCase() === name);
      return column && column.generated === null && !column.hidden ? [{ at, column }] : [];
    });
  }

  /** Reads the head and first rows of a file. */
  choose(file: File): Promise<void> {
    this.file = file;
    return new Promise((resolve) => {
      Papa.parse<string[]>(file, {
        preview: PREVIEW_ROWS + 1,
        skipEmptyLines: true,
        complete: ({ data, errors }) => {
          this.heads = data[0] ?? [];
          this.preview = data.slice(1);
          const broken = errors.find((e) => e.type === 'Quotes');
          this.state = broken
            ? { kind: 'failed', message: `${broken.message} (row ${(broken.row ?? 0) + 1}).`, hint: 'Mend the quote in the file and choose it again.' }
            : data.length === 0
              ? { kind: 'failed', message: `${file.name} has no rows.`, hint: 'Choose a CSV file whose first line names the columns.' }
              : { kind: 'ready' };
          resolve();
        },
        error: (e) => {
          this.state = { kind: 'failed', message: e.message, hint: 'Choose the file again.' };
          resolve();
        }
      });
    });
  }

  cancel(): void {
    this.#stop = true;
  }

  /** Inserts all rows in one transaction; on any failure the table is as it was. */
  async run(columns: readonly ColumnInfo[]): Promise<void> {
    const file = this.file!;
    const mapping = this.matched(columns);
    const engine = engineFor(this.#tab.connectionId);
    const started = performance.now();
    this.#stop = false;
    this.state = { kind: 'importing', rows: 0, bytes: 0 };
    const target = { schema: this.#tab.schema!, relation: this.#tab.table! };
    const names = mapping.map((m) => m.column.name);
    const execute = async (sql: string): Promise<void> => {
      const { outcomes } = await engine.run({ sql });
      const failed = outcomes.find((o) => o.error);
      if (failed?.error) throw new EngineError(failed.error, this.#tab.connectionId);
    };
    let inTransaction = false;
    let rows = 0;
    try {
      await execute('BEGIN');
      inTransaction = true;
      for await (const batch of this.#batches(file)) {
        if (this.#stop) throw new EngineError({ code: 'cancelled', message: 'Cancelled. The table is as it was.' });
        const cells = batch.rows.map((row) => mapping.map((m) => this.#cell(row[m.at])));
        if (cells.length > 0) await execute(insertRows(this.#dialect, target, names, cells));
        rows += batch.rows.length;
        this.state = { kind: 'importing', rows, bytes: batch.bytes };
      }
      await execute('COMMIT');
      inTransaction = false;
      this.state = { kind: 'done', rows, ms: performance.now() - started };
    } catch (e) {
      if (inTransaction) await execute('ROLLBACK').catch(() => undefined); // the connection itself is gone: nothing was committed
      const message = e instanceof Error ? e.message : String(e);
      this.state = { kind: 'failed', message, hint: `Nothing was imported: the table is as it was. It stopped between row ${rows + 1} and row ${rows + BATCH}.` };
    }
    await invalidateRows(this.#tab.connectionId);
  }

  #cell(text: string | undefined): Cell {
    return text === undefined || (text === '' && this.emptyIsNull) ? null : text;
  }

  /** Rows after the head, in batches, with the bytes read so far. The parser waits while a batch is inserted. */
  async *#batches(file: File): AsyncGenerator<{ rows: string[][]; bytes: number }> {
    const queue: { rows: string[][]; bytes: number; parser: Papa.Parser }[] = [];
    let wake: () => void = () => undefined;
    let ended = false;
    let failure: Error | null = null;
    let head = true;
    Papa.parse<string[]>(file, {
      skipEmptyLines: true,
      chunkSize: 1024 * 1024,
      chunk: (results, parser) => {
        parser.pause();
        const rows = head ? results.data.slice(1) : results.data;
        head = false;
        const quotes = results.errors.find((e) => e.type === 'Quotes');
        if (quotes) failure = new Error(`${quotes.message} (row ${(quotes.row ?? 0) + 1} of this part).`);
        queue.push({ rows, bytes: results.meta.cursor, parser });
        wake();
      },
      complete: () => {
        ended = true;
        wake();
      },
      error: (e) => {
        failure = e;
        wake();
      }
    });
    for (;;) {
      if (failure) throw failure;
      const part = queue.shift();
      if (part) {
        for (let at = 0; at < part.rows.length; at += BATCH) yield { rows: part.rows.slice(at, at + BATCH), bytes: part.bytes };
        part.parser.resume();
      } else if (ended) return;
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }
}
