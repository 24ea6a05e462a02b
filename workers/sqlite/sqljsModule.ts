import initSqlJs from 'sql.js';
import wasmUrl from 'sql.js/dist/sql-wasm-browser.wasm?url';
import { SqliteHeap } from './sqliteHeap';
import type { SqliteFunctions, SqliteModule } from './sqliteModule';
import { SqljsHooks } from './sqljsHooks';
import { DB, DEFENSIVE, STATEMENT } from './sqljsLayout';
import { FLAG, VALUE } from './valueLayout';

type Instantiated = (instance: WebAssembly.Instance) => void;

/**
 * sql.js with its file functions wrapped.
 * @param wasm the wasm, compiled or not; fetched from the app itself when left out
 */
export async function loadSqljs(wasm?: BufferSource | WebAssembly.Module): Promise<SqliteModule> {
  const hooks = new SqljsHooks();
  let memory: WebAssembly.Memory | undefined;
  let table: WebAssembly.Table | undefined;
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
          const exports = Object.values(instance.exports);
          memory = exports.find((e): e is WebAssembly.Memory => e instanceof WebAssembly.Memory);
          table = exports.find((e): e is WebAssembly.Table => e instanceof WebAssembly.Table);
          hooks.attach(memory!);
          done(instance);
        })
        .catch(failed);
      return {};
    }
  };
  const module = await Promise.race([initSqlJs(config as Parameters<typeof initSqlJs>[0]), failure]);
  const raw = module as unknown as SqliteFunctions;
  const code = await compiled;
  return Object.assign(raw, partsOf(raw, new SqliteHeap(memory!)), { build: 'sql.js' as const, files: hooks, table: table!, trapped: false, code });
}

/** What sql.js exports no function for is read and written where it lies. */
function partsOf(raw: SqliteFunctions, heap: SqliteHeap) {
  return {
    heap,
    declaredType(statement: number, column: number): string {
      const names = heap.u32[(statement + STATEMENT.columnNames) >> 2]!;
      const allocated = heap.u16[(statement + STATEMENT.columnsAllocated) >> 1]!;
      const declared = names + VALUE.size * (allocated + column);
      const named = (heap.u16[(declared + VALUE.flags) >> 1]! & FLAG.text) !== 0;
      const text = named ? raw._sqlite3_value_text(declared) : 0;
      return text ? heap.text(text) : '';
    },
    /** An integer is bound, then its eight bytes are set. */
    bindInt64(statement: number, index: number, value: bigint): number {
      const code = raw._sqlite3_bind_int(statement, index, 1);
      if (code !== 0) return code;
      const { view } = heap;
      const variable = view.getUint32(statement + STATEMENT.variables, true) + VALUE.size * (index - 1);
      view.setBigInt64(variable + VALUE.number, value, true);
      return 0;
    },
    resultRow: (statement: number) => heap.u32[(statement + STATEMENT.resultRow) >> 2]!,
    setUp: (db: number) => void (heap.i32[(db + DB.errMask) >> 2] = -1),
    autoCommit: (db: number) => heap.u8[db + DB.autoCommit] !== 0,
    totalChanges: (db: number) => Number(heap.view.getBigInt64(db + DB.totalChanges, true)),
    errorOffset: (db: number) => heap.i32[(db + DB.errByteOffset) >> 2]!,
    setDefensive(db: number, on: boolean): void {
      const at = (db + DB.flags) >> 2;
      heap.u32[at] = on ? heap.u32[at]! | DEFENSIVE : heap.u32[at]! & ~DEFENSIVE;
    }
  };
}

function compile(wasm?: BufferSource | WebAssembly.Module): Promise<WebAssembly.Module> {
  if (wasm instanceof WebAssembly.Module) return Promise.resolve(wasm);
  return wasm ? WebAssembly.compile(wasm) : WebAssembly.compileStreaming(fetch(wasmUrl));
}
