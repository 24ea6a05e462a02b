/** PGlite as it comes, on its own `opfs-ahp`: what Postgres on the store is measured against. */
import * as Comlink from 'comlink';
import { PGlite } from '@electric-sql/pglite';

let database: PGlite | undefined;

const stock = {
  /** Opens a database, or makes it, and asks it something. */
  async open(folder: string): Promise<void> {
    database = await PGlite.create(`opfs-ahp://${folder}`);
    await database.query('select 1');
  },
  async exec(sql: string): Promise<void> {
    await database!.exec(sql);
  },
  /** Milliseconds of each of `times` runs of a statement. */
  async times(sql: string, times: number): Promise<number[]> {
    const all: number[] = [];
    for (let at = 0; at < times; at++) {
      const began = performance.now();
      await database!.query(sql);
      all.push(performance.now() - began);
    }
    return all;
  },
  /** Loads rows of COPY's text form, in pieces of some MB that end at a line's end; gives ms. */
  async copy(table: string, rows: Blob): Promise<number> {
    const began = performance.now();
    for (let from = 0; from < rows.size; ) {
      const piece = new Uint8Array(await rows.slice(from, from + (4 << 20)).arrayBuffer());
      const end = from + piece.length === rows.size ? piece.length : piece.lastIndexOf(10) + 1;
      await database!.query(`copy ${table} from '/dev/blob'`, [], { blob: rows.slice(from, from + end) });
      from += end;
    }
    return performance.now() - began;
  },
  async close(): Promise<void> {
    await database!.close();
  }
};

export type StockPostgres = typeof stock;
Comlink.expose(stock);
