import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { BytesFile } from '../../workers/sqlite/bytesFile';
import { resultCodeName } from '../../workers/sqlite/resultCodes';
import { SqliteConnection } from '../../workers/sqlite/sqliteConnection';
import { WASM_SHA256 } from '../../workers/sqlite/sqljsLayout';
import { loadOfficial } from '../../workers/sqlite/officialModule';
import type { SqliteModule } from '../../workers/sqlite/sqliteModule';
import { loadSqljs } from '../../workers/sqlite/sqljsModule';
import { selfTest } from '../../workers/sqlite/selfTest';
import { StorageError } from '../../workers/storage/storeTypes';

const wasmOf = (path: string) => readFileSync(createRequire(import.meta.url).resolve(path));
const wasm = wasmOf('sql.js/dist/sql-wasm-browser.wasm');

/** A file that fails when it is told to. */
class FailingFile extends BytesFile {
  fail: 'nothing' | 'write' | 'commit' | 'read' = 'nothing';

  override read(at: number, into: Uint8Array): number {
    if (this.fail === 'read') throw new StorageError('The file was moved.');
    return super.read(at, into);
  }

  override write(at: number, bytes: Uint8Array): void {
    if (this.fail === 'write') throw new StorageError('No room.', true);
    super.write(at, bytes);
  }

  override commit(): void {
    if (this.fail === 'commit') throw new StorageError('No room.', true);
    super.commit();
  }
}

describe('sql.js', () => {
  it('is the one whose names and offsets are written down', () => {
    expect(createHash('sha256').update(wasm).digest('hex')).toBe(WASM_SHA256);
  });
});

describe.each([
  ['sql.js', () => loadSqljs(wasm)],
  ['the official build', () => loadOfficial(wasmOf('@sqlite.org/sqlite-wasm/sqlite3.wasm'))]
])('%s', (_, load) => {
  let module: SqliteModule;
  beforeAll(async () => {
    module = await load();
  });

  const code = (act: () => unknown): string | undefined => {
    try {
      act();
      return undefined;
    } catch (e) {
      return (e as { code: string }).code;
    }
  };

  it('passes the self-test, which proves each of them', () => {
    expect(selfTest(module)).toEqual([]);
  });

  it('takes a commit back that could not be written, and goes on', () => {
    const file = new FailingFile();
    const connection = new SqliteConnection(module);
    connection.open(file, false);
    connection.query('CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
    connection.query("INSERT INTO t VALUES (1, 'x')");
    for (const where of ['commit', 'write'] as const) {
      file.fail = where;
      expect(code(() => connection.query("INSERT INTO t VALUES (2, 'y')"))).toBe('storage-full');
      file.fail = 'nothing';
      expect(connection.inTransaction).toBe(false);
      expect(connection.query('SELECT count(*) FROM t')).toEqual([[1]]);
    }
    // In the midst of a transaction whose pages do not fit the cache.
    connection.query('PRAGMA cache_size=5');
    connection.query('BEGIN');
    connection.query("INSERT INTO t VALUES (3, 'z')");
    file.fail = 'write';
    const many = 'WITH RECURSIVE g(i) AS (SELECT 10 UNION ALL SELECT i + 1 FROM g WHERE i < 3000) INSERT INTO t SELECT i, zeroblob(300) FROM g';
    expect(code(() => connection.query(many))).toBe('storage-full');
    if (connection.inTransaction) connection.query('ROLLBACK');
    file.fail = 'nothing';
    expect(connection.query('SELECT count(*) FROM t')).toEqual([[1]]);
    connection.query("INSERT INTO t VALUES (4, 'w')");
    expect(connection.query('PRAGMA integrity_check')).toEqual([['ok']]);
    const commits = file.commits;
    connection.query('DELETE FROM t');
    expect(file.commits).toBe(commits + 1);
    connection.close();
  });

  it('tells a read that fails', () => {
    const file = new FailingFile();
    const connection = new SqliteConnection(module);
    connection.open(file, false);
    connection.query('CREATE TABLE t (a)');
    connection.query('PRAGMA cache_size=0');
    file.fail = 'read';
    expect(code(() => connection.query('SELECT * FROM t'))).toBe('storage');
    file.fail = 'nothing';
    expect(connection.query('SELECT * FROM t')).toEqual([]);
    connection.close();
  });

  it('opens a file for reading when it may not be written', () => {
    const file = new BytesFile();
    const connection = new SqliteConnection(module);
    connection.open(file, false);
    connection.query('CREATE TABLE t (a)');
    connection.close();
    connection.open(file, true);
    expect(connection.query('SELECT * FROM t')).toEqual([]);
    expect(code(() => connection.query('INSERT INTO t VALUES (1)'))).toMatch(/^SQLITE_READONLY/);
    connection.close();
  });
});

describe('names of result codes', () => {
  it.each([
    [1, 'SQLITE_ERROR'], [2067, 'SQLITE_CONSTRAINT_UNIQUE'], [1555, 'SQLITE_CONSTRAINT_PRIMARYKEY'],
    [787, 'SQLITE_CONSTRAINT_FOREIGNKEY'], [1034, 'SQLITE_IOERR_FSYNC'], [11, 'SQLITE_CORRUPT'], [26, 'SQLITE_NOTADB'],
    [8, 'SQLITE_READONLY'], [275, 'SQLITE_CONSTRAINT_CHECK'], [1299, 'SQLITE_CONSTRAINT_NOTNULL'], [25 | (99 << 8), 'SQLITE_RANGE']
  ])('%i is %s', (code, name) => expect(resultCodeName(code)).toBe(name));
});
