/** PGlite by its own API: what the product's Postgres is measured against. In memory, but for COPY. */
import * as Comlink from 'comlink';
import { PGlite } from '@electric-sql/pglite';

let database: PGlite | undefined;

const bare = {
  async open(script: string): Promise<void> {
    database = await PGlite.create();
    await database.exec(script);
  },
  /** Milliseconds to insert rows one by one, in one transaction, on a new database. */
  async insert(create: string, insert: string, rows: (number | string)[][]): Promise<number> {
    const fresh = await PGlite.create();
    await fresh.exec(create);
    const began = performance.now();
    await fresh.transaction(async (transaction) => {
      for (const row of rows) await transaction.query(insert, row);
    });
    const ms = performance.now() - began;
    await fresh.close();
    return ms;
  },
  /**
   * CSV in by COPY in one transaction, some MB at a time; and all of it out by COPY. On `opfs-ahp`, for in memory a
   * table is copied whole each time that it grows: 50,000 rows take five times as long behind a million others.
   */
  async transfer(create: string, pieces: string[]): Promise<{ into: number; out: number }> {
    const fresh = await PGlite.create(`opfs-ahp://bench-transfer-${Date.now()}`);
    await fresh.exec(create);
    const into = performance.now();
    await fresh.transaction(async (transaction) => {
      for (const piece of pieces) await transaction.query("copy t from '/dev/blob' with (format csv)", [], { blob: new Blob([piece]) });
    });
    const between = performance.now();
    const { blob } = await fresh.query("copy t to '/dev/blob' with (format csv)");
    if (!blob?.size) throw new Error('nothing was read');
    const out = performance.now() - between;
    await fresh.close();
    return { into: between - into, out };
  },
  /** Milliseconds of each of `times` runs of a query with all its rows. */
  async read(sql: string, times: number): Promise<number[]> {
    const all: number[] = [];
    for (let at = 0; at < times; at++) {
      const began = performance.now();
      const { rows } = await database!.query(sql);
      if (rows.length === 0) throw new Error('nothing was read');
      all.push(performance.now() - began);
    }
    return all;
  }
};

export type BarePostgres = typeof bare;
Comlink.expose(bare);
