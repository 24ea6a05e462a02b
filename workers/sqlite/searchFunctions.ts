import type { Build, SqliteModule } from './sqliteModule';
import { wasmFunction } from './wasmFunction';

/** UTF-8, and harmless: a schema's views may call it though they are not trusted. */
const FLAGS = 1 | 0x20_0000;

/**
 * Functions of full-text search that only read, with how many arguments they take (-1: any number). SQLite has the name
 * of each, and the search puts its own in its place where one of its tables is asked; it takes over what is said of the name.
 */
const FUNCTIONS: Record<Build, readonly (readonly [name: string, args: number])[]> = {
  official: [['MATCH', 2], ['bm25', -1], ['highlight', -1], ['snippet', -1]],
  'sql.js': [['MATCH', 2], ['snippet', -1], ['offsets', 1], ['matchinfo', 1], ['matchinfo', 2]]
};

const prepared = new WeakMap<SqliteModule, { name: number; args: number; call: number }[]>();

/** Lets views and triggers call MATCH and the functions of full-text search, which SQLite takes for unsafe where the schema is not trusted. */
export function registerSearch(module: SqliteModule, db: number): void {
  let functions = prepared.get(module);
  if (!functions) prepared.set(module, (functions = prepare(module)));
  for (const { name, args, call } of functions) module._sqlite3_create_function_v2(db, name, args, FLAGS, 0, call, 0, 0, 0);
}

function prepare(module: SqliteModule): { name: number; args: number; call: number }[] {
  const inMemory = (text: string): number => {
    const bytes = new TextEncoder().encode(`${text}\0`);
    const at = module._malloc(bytes.length);
    module.heap.u8.set(bytes, at);
    return at;
  };
  return FUNCTIONS[module.build].map(([name, args]) => {
    // SQLite's own words for one that is called of another table.
    const words = inMemory(`unable to use function ${name} in the requested context`);
    const call = wasmFunction(module.table, 'iii', '', (context: number) => module._sqlite3_result_error(context, words, -1));
    return { name: inMemory(name), args, call };
  });
}
