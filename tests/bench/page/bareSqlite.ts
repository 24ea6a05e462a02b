/** sql.js by its own API, the whole file in memory: what the product's SQLite is measured against. */
import * as Comlink from 'comlink';
import initSqlJs, { type Database } from 'sql.js';
import wasmUrl from 'sql.js/dist/sql-wasm.wasm?url';

let database: Database | undefined;

const bare = {
  async open(file: Blob): Promise<void> {
    const SQL = await initSqlJs({ locateFile: () => wasmUrl });
    database = new SQL.Database(new Uint8Array(await file.arrayBuffer()));
  },
  /** Milliseconds to read all rows of a query by `get`, each of `times` runs. */
  read(sql: string, times = 1): number[] {
    return Array.from({ length: times }, () => {
      const began = performance.now();
      const statement = database!.prepare(sql);
      let rows = 0;
      while (statement.step()) if (statement.get().length > 0) rows++;
      statement.free();
      if (rows === 0) throw new Error('nothing was read');
      return performance.now() - began;
    });
  },
  /** Milliseconds to insert rows by one prepared statement, in one transaction, on a new database. */
  async insert(create: string, insert: string, rows: (number | string)[][]): Promise<number> {
    const SQL = await initSqlJs({ locateFile: () => wasmUrl });
    const fresh = new SQL.Database();
    fresh.exec(create);
    const began = performance.now();
    fresh.exec('begin');
    const statement = fresh.prepare(insert);
    for (const row of rows) statement.run(row);
    statement.free();
    fresh.exec('commit');
    const ms = performance.now() - began;
    fresh.close();
    return ms;
  },
  /** Milliseconds to run a statement without looking at its rows. */
  scan(sql: string, times = 1): number[] {
    return Array.from({ length: times }, () => {
      const began = performance.now();
      database!.exec(sql);
      return performance.now() - began;
    });
  }
};

export type BareSqlite = typeof bare;
Comlink.expose(bare);
