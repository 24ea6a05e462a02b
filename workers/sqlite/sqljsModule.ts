import initSqlJs from 'sql.js';
import wasmUrl from 'sql.js/dist/sql-wasm-browser.wasm?url';
import { SqljsHooks } from './sqljsHooks';

/** What we call of sql.js: SQLite's own C functions. Pointers are numbers; all codes are SQLite's. */
export interface SqliteFunctions {
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  _sqlite3_open(name: number, result: number): number;
  _sqlite3_close_v2(db: number): number;
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, statement: number, tail: number): number;
  _sqlite3_step(statement: number): number;
  _sqlite3_reset(statement: number): number;
  _sqlite3_finalize(statement: number): number;
  _sqlite3_column_count(statement: number): number;
  _sqlite3_column_type(statement: number, column: number): number;
  _sqlite3_column_double(statement: number, column: number): number;
  _sqlite3_column_text(statement: number, column: number): number;
  _sqlite3_column_blob(statement: number, column: number): number;
  _sqlite3_column_bytes(statement: number, column: number): number;
  _sqlite3_value_text(value: number): number;
  _sqlite3_bind_blob(statement: number, index: number, bytes: number, length: number, destructor: number): number;
  _sqlite3_bind_double(statement: number, index: number, value: number): number;
  _sqlite3_bind_int(statement: number, index: number, value: number): number;
  _sqlite3_bind_text(statement: number, index: number, bytes: number, length: number, destructor: number): number;
  _sqlite3_changes(db: number): number;
  // These three are made by cwrap-like glue of our own, for they give or take strings.
  errorMessage(db: number): string;
  columnName(statement: number, column: number): string;
}

export interface SqliteModule extends SqliteFunctions {
  readonly hooks: SqljsHooks;
  readonly memory: WebAssembly.Memory;
  /** Its code has trapped: its memory can no longer be trusted, and a new worker is needed. */
  trapped: boolean;
  /** For the next worker. */
  readonly code: WebAssembly.Module;
}

type Instantiated = (instance: WebAssembly.Instance) => void;

let loading: Promise<SqliteModule> | null = null;

/**
 * The SQLite of this worker, with its file functions wrapped; loaded once.
 * @param wasm the wasm, compiled or not; fetched from the app itself when left out
 */
export function loadSqlite(wasm?: BufferSource | WebAssembly.Module): Promise<SqliteModule> {
  loading ??= load(wasm);
  return loading;
}

async function load(wasm?: BufferSource | WebAssembly.Module): Promise<SqliteModule> {
  const hooks = new SqljsHooks();
  let memory: WebAssembly.Memory | undefined;
  const compiled = compile(wasm);
  // sql.js waits for the instance by a callback and would wait for ever: a failure has to reach us beside it.
  let failed: (reason: unknown) => void = () => undefined;
  const failure = new Promise<never>((_, reject) => (failed = reject));
  const config = {
    useOldExtensionFunctions: false,
    print: () => undefined,
    printErr: () => undefined,
    instantiateWasm(imports: { a: Record<string, () => number> }, done: Instantiated): object {
      compiled
        .then((module) => WebAssembly.instantiate(module, { a: hooks.wrap(imports.a) }))
        .then((instance) => {
          memory = Object.values(instance.exports).find((e): e is WebAssembly.Memory => e instanceof WebAssembly.Memory);
          hooks.attach(memory!);
          done(instance);
        })
        .catch(failed);
      return {};
    }
  };
  const module = await Promise.race([initSqlJs(config as Parameters<typeof initSqlJs>[0]), failure]);
  const raw = module as unknown as SqliteFunctions & {
    UTF8ToString(pointer: number): string;
    _sqlite3_errmsg(db: number): number;
    _sqlite3_column_name(statement: number, column: number): number;
  };
  return Object.assign(raw, {
    hooks,
    memory: memory!,
    trapped: false,
    code: await compiled,
    errorMessage: (db: number) => raw.UTF8ToString(raw._sqlite3_errmsg(db)),
    columnName: (statement: number, column: number) => raw.UTF8ToString(raw._sqlite3_column_name(statement, column))
  });
}

function compile(wasm?: BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return Promise.resolve(wasm);
  return wasm ? WebAssembly.compile(wasm) : WebAssembly.compileStreaming(fetch(wasmUrl));
}
