/** PGlite by its own API, in memory: what the product's Postgres is measured against. */
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
