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
  /** CSV in by one prepared INSERT in one transaction, its rows taken apart before; and all of it out as CSV. */
  async transfer(create: string, pieces: string[]): Promise<{ into: number; out: number }> {
    const SQL = await initSqlJs({ locateFile: () => wasmUrl });
    const fresh = new SQL.Database();
    fresh.exec(create);
    fresh.exec('begin');
    const insert = fresh.prepare('insert into t values (?, ?, ?, ?, ?, ?)');
    let into = 0;
    for (const piece of pieces) {
      const rows = piece.trimEnd().split('\n').map((line) => {
        const [id, name, amount, at, flag, ...note] = line.split(',');
        return [Number(id), name!, Number(amount), at!, flag === 't' ? 1 : 0, note.join(',') || null];
      });
      const began = performance.now();
      for (const row of rows) insert.run(row);
      into += performance.now() - began;
    }
    const began = performance.now();
    insert.free();
    fresh.exec('commit');
    into += performance.now() - began;
    const before = performance.now();
    const select = fresh.prepare('select * from t');
    let bytes = 0;
    let text = '';
    const encoder = new TextEncoder();
    while (select.step()) {
      text += `${select.get().map((v) => (typeof v === 'string' && /[",\n]/.test(v) ? `"${v.replaceAll('"', '""')}"` : (v ?? ''))).join(',')}\n`;
      if (text.length > 1_000_000) {
        bytes += encoder.encode(text).length;
        text = '';
      }
    }
    bytes += encoder.encode(text).length;
    const out = performance.now() - before;
    if (bytes === 0) throw new Error('nothing was read');
    fresh.close();
    return { into, out };
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
