import type { Dialect } from '../dialect/dialect';
import { OutBuffer } from '../formats/outBuffer';
import { PageWriter } from '../wire/pageWriter';
import { unpackPage } from '../wire/pageReader';
import type { Progress } from '../wire/opening';
import { textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import { StatementCursor } from './statementCursor';

const CHUNK = 1024 * 1024;
const ROWS = 500;

/**
 * Writes the database as SQL that `sqlite3` reads back, as its `.dump` does: tables with their rows, then indexes,
 * triggers and views. Generated columns come out anew. No transaction may be open.
 */
export async function writeScript(
  connection: SqliteConnection,
  dialect: Dialect,
  onChunk: (chunk: Uint8Array) => Promise<void>,
  onProgress: (progress: Progress) => void,
  pause: () => Promise<void>
): Promise<void> {
  if (connection.inTransaction) {
    throw { code: 'refused', message: 'A transaction is open: a script would hold only half of it.', hint: 'Run COMMIT or ROLLBACK first.' };
  }
  const out = new OutBuffer();
  const objects = connection.query('SELECT type, name, sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid').map(([type, name, sql]) => ({
    type: textOf(type), name: textOf(name), sql: textOf(sql)
  }));
  const tables = objects.filter((o) => o.type === 'table');
  const isVirtual = (sql: string): boolean => /^CREATE\s+VIRTUAL\s/i.test(sql);
  out.text('PRAGMA foreign_keys=OFF;\n');
  const pragma = (name: string): string => String(connection.query(`PRAGMA main.${name}`)[0]?.[0] ?? '');
  const encoding = pragma('encoding');
  // It can be said only before anything is written. A build without UTF-16 gives no answer.
  if (encoding.startsWith('UTF-16')) out.text(`PRAGMA encoding=${dialect.literal(encoding)};\n`);
  out.text('BEGIN TRANSACTION;\n');
  // What programs tell their files by.
  for (const name of ['application_id', 'user_version']) {
    const value = pragma(name);
    if (value !== '0') out.text(`PRAGMA ${name}=${value};\n`);
  }
  let virtual = false;
  for (const [done, { name, sql }] of tables.entries()) {
    onProgress({ label: `Writing ${name}`, done, total: tables.length, unit: 'statements' });
    if (isVirtual(sql)) {
      // Its own tables are written as they are: making it would make them twice.
      if (!virtual) out.text('PRAGMA writable_schema=ON;\n');
      virtual = true;
      out.text(`INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql) VALUES('table',${dialect.literal(name)},${dialect.literal(name)},0,${dialect.literal(sql)});\n`);
      continue;
    }
    if (name === 'sqlite_sequence') out.text('DELETE FROM sqlite_sequence;\n');
    else if (/^sqlite_stat\d/.test(name)) out.text('ANALYZE sqlite_schema;\n');
    else out.text(`${sql};\n`);
    await writeRows(connection, dialect, name, out, onChunk, pause);
  }
  for (const { type, sql } of objects) if (type !== 'table') out.text(`${sql};\n`);
  if (virtual) out.text('PRAGMA writable_schema=OFF;\n');
  out.text('COMMIT;\n');
  await onChunk(out.take());
}

async function writeRows(
  connection: SqliteConnection,
  dialect: Dialect,
  name: string,
  out: OutBuffer,
  onChunk: (chunk: Uint8Array) => Promise<void>,
  pause: () => Promise<void>
): Promise<void> {
  const table = dialect.quote(name, true);
  const all = connection.query('SELECT name, hidden FROM pragma_table_xinfo(?1, ?2)', [name, 'main']);
  const columns = all.filter(([, hidden]) => hidden === 0).map(([column]) => dialect.quote(textOf(column), true));
  if (columns.length === 0) return;
  const list = columns.length === all.length ? '' : `(${columns.join(',')})`;
  const cursor = new StatementCursor(connection, dialect, `SELECT ${columns.join(', ')} FROM main.${table} NOT INDEXED`, []);
  try {
    const writer = new PageWriter(columns.length, Infinity);
    for (let more = true; more; ) {
      more = cursor.next(writer, ROWS);
      for (const row of unpackPage(writer.take())) {
        out.text(`INSERT INTO ${table}${list} VALUES(${row.map((cell) => dialect.literal(cell)).join(',')});\n`);
      }
      if (out.size >= CHUNK) await onChunk(out.take());
      await pause();
    }
  } finally {
    cursor.close();
  }
}
