import wasmUrl from '@sqlite.org/sqlite-wasm/sqlite3.wasm?url';
import { officialImports } from './officialImports';
import { OfficialVfs } from './officialVfs';
import { SqliteHeap } from './sqliteHeap';
import type { SqliteFunctions, SqliteModule } from './sqliteModule';

/** Pages of memory that it wants at its start, and at most. */
const MEMORY = { initial: 128, maximum: 32_768 };
/** Options of sqlite3_db_config. */
const CONFIG = { defensive: 1010, quotedTextInDml: 1013, quotedTextInDdl: 1014 } as const;

/** Its functions beside those that both builds have. */
interface OfficialFunctions extends SqliteFunctions {
  ___wasm_call_ctors(): void;
  _sqlite3_initialize(): number;
  _sqlite3_vfs_find(name: number): number;
  _sqlite3_vfs_register(vfs: number, makeDefault: number): number;
  _sqlite3_vfs_unregister(vfs: number): number;
  _sqlite3_column_decltype(statement: number, column: number): number;
  _sqlite3_column_value(statement: number, column: number): number;
  _sqlite3_bind_int64(statement: number, index: number, value: bigint): number;
  _sqlite3_extended_result_codes(db: number, on: number): number;
  _sqlite3_get_autocommit(db: number): number;
  _sqlite3_total_changes64(db: number): bigint;
  _sqlite3_error_offset(db: number): number;
  _sqlite3__wasm_db_config_ip(db: number, option: number, value: number, result: number): number;
}

/**
 * The build of sqlite.org over a VFS of ours. Its wasm alone is used: it imports a few clocks and nothing that its
 * script would be needed for.
 * @param wasm the wasm, compiled or not; fetched from the app itself when left out
 */
export async function loadOfficial(wasm?: BufferSource | WebAssembly.Module): Promise<SqliteModule> {
  const code = await compile(wasm);
  const memory = new WebAssembly.Memory(MEMORY);
  const { exports } = await WebAssembly.instantiate(code, officialImports(code, memory));
  const raw = Object.fromEntries(
    Object.entries(exports).flatMap(([name, value]) => (typeof value === 'function' ? [[`_${name}`, value]] : []))
  ) as unknown as OfficialFunctions;
  const table = exports.__indirect_function_table as WebAssembly.Table;
  raw.___wasm_call_ctors();
  const heap = new SqliteHeap(memory);
  const vfs = new OfficialVfs();
  if (raw._sqlite3_initialize() !== 0) throw new Error('SQLite could not be started.');
  vfs.register({ ...raw, heap, table });
  const set = (db: number, option: number, on: boolean): void => void raw._sqlite3__wasm_db_config_ip(db, option, on ? 1 : 0, 0);
  return Object.assign(raw, {
    build: 'official' as const,
    files: vfs,
    heap,
    table,
    trapped: false,
    code,
    declaredType(statement: number, column: number): string {
      const text = raw._sqlite3_column_decltype(statement, column);
      return text ? heap.text(text) : '';
    },
    bindInt64: raw._sqlite3_bind_int64,
    resultRow: (statement: number) => raw._sqlite3_column_value(statement, 0),
    setUp(db: number): void {
      raw._sqlite3_extended_result_codes(db, 1);
      // As in every other SQLite: schemas are about that rely on it.
      set(db, CONFIG.quotedTextInDml, true);
      set(db, CONFIG.quotedTextInDdl, true);
    },
    autoCommit: (db: number) => raw._sqlite3_get_autocommit(db) !== 0,
    totalChanges: (db: number) => Number(raw._sqlite3_total_changes64(db)),
    errorOffset: raw._sqlite3_error_offset,
    setDefensive: (db: number, on: boolean) => set(db, CONFIG.defensive, on)
  });
}

function compile(wasm?: BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return Promise.resolve(wasm);
  return wasm ? WebAssembly.compile(wasm) : WebAssembly.compileStreaming(fetch(wasmUrl));
}
