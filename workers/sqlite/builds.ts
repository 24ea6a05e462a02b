import type { EngineCode } from '../wire/opening';
import { moduleOf } from './modules';
import { selfTest } from './selfTest';
import { loadSqljs } from './sqljsModule';
import type { Build, SqliteModule } from './sqliteModule';

const loading = new Map<Build, Promise<SqliteModule>>();

/**
 * A build of SQLite, loaded once a worker. The official one is a file of its own that is fetched at its first use.
 * @param code what a worker before this one compiled
 */
export function loadBuild(build: Build, code?: EngineCode): Promise<SqliteModule> {
  let module = loading.get(build);
  if (!module) {
    module = build === 'sql.js' ? loadSqljs(code?.module) : loadLazily(code?.others?.official);
    loading.set(build, module);
    // What could not be fetched is asked for again.
    module.catch(() => loading.delete(build));
  }
  return module;
}

async function loadLazily(wasm?: WebAssembly.Module): Promise<SqliteModule> {
  const { loadOfficial } = await import('./officialModule');
  return loadOfficial(wasm);
}

/** For the next worker: what has been compiled, here and before. */
export async function compiledCode(before?: EngineCode): Promise<EngineCode> {
  const official = await loading.get('official')?.catch(() => undefined);
  const others = official ? { official: official.code } : before?.others;
  return { module: (await loadBuild('sql.js', before)).code, ...(others ? { others } : {}) };
}

/** Modules for virtual tables that only one build has. Both have json_each and json_tree. */
const MODULES: Record<Build, readonly string[]> = {
  'sql.js': ['fts3', 'fts4', 'fts4aux', 'fts3tokenize'],
  official: ['fts5', 'fts5vocab', 'rtree', 'rtree_i32', 'dbstat', 'sqlite_dbpage', 'bytecode', 'tables_used', 'sqlite_stmt']
};
const IN_BOTH = ['json_each', 'json_tree'];

/** Whether a build has a module, by its name in lower case. */
export const hasModule = (build: Build, module: string): boolean => IN_BOTH.includes(module) || MODULES[build].includes(module);

/** The build that serves most of the modules that a schema's virtual tables name; sql.js where it is all the same. */
export function buildFor(modules: readonly string[]): Build {
  const served = (build: Build): number => modules.filter((module) => hasModule(build, module)).length;
  return served('official') > served('sql.js') ? 'official' : 'sql.js';
}

/**
 * True when a statement could not be compiled for want of a table that the official build has without a CREATE VIRTUAL
 * TABLE. SQLite says so: the words alone may stand in a text as well.
 */
export const lacksOfficialTable = (build: Build, message: string): boolean =>
  build !== 'official' && /^no such table: (?:main\.)?(?:dbstat|sqlite_dbpage)$/i.test(message);

/** The module that a CREATE VIRTUAL TABLE names, where the other build has it and this one has not; null for all else. */
export function moduleOfOther(build: Build, sql: string): string | null {
  const module = moduleOf(sql);
  return module !== null && !hasModule(build, module) && hasModule(otherBuild(build), module) ? module : null;
}

export const otherBuild = (build: Build): Build => (build === 'sql.js' ? 'official' : 'sql.js');

/** A build, where it can be had and works here; else null. Its files must not be in use. */
export async function workingBuild(build: Build, code?: EngineCode): Promise<SqliteModule | null> {
  try {
    const module = await loadBuild(build, code);
    return selfTest(module).length === 0 ? module : null;
  } catch (e) {
    console.warn(`SQLite’s build ${build} could not be loaded.`, e);
    return null;
  }
}
