import type { RelationInfo } from '../wire/catalog';
import type { SchemaObject } from './schemaObjects';

/** What people call a module. */
const CALLED: Record<string, string> = {
  ...{ fts3: 'FTS3', fts4: 'FTS4', fts4aux: 'FTS4', fts5: 'FTS5', fts5vocab: 'FTS5' },
  ...{ rtree: 'R*Tree', rtree_i32: 'R*Tree', geopoly: 'Geopoly' }
};

/** A module as people call it. */
export const calledModule = (module: string): string => CALLED[module] ?? module;

/** Whether a module is there, by its name in lower case. */
export type HasModule = (module: string) => boolean;

/** What is said of a module that is not there. */
const LACKING = 'which the build of SQLite that serves this database has not';

/** Endings of the tables that belong to a virtual table, by module. */
const SHADOWS: Record<string, string[]> = {
  fts3: ['content', 'segments', 'segdir', 'docsize', 'stat'],
  fts4: ['content', 'segments', 'segdir', 'docsize', 'stat'],
  fts5: ['data', 'idx', 'content', 'docsize', 'config'],
  rtree: ['node', 'rowid', 'parent'],
  rtree_i32: ['node', 'rowid', 'parent'],
  geopoly: ['node', 'rowid', 'parent']
};

const NAME = String.raw`(?:"(?:[^"]|"")*"|\[[^\]]*\]|` + '`(?:[^`]|``)*`' + String.raw`|'(?:[^']|'')*'|[^\s.("'\[;]+)`;
const VIRTUAL = new RegExp(
  String.raw`^\s*create\s+virtual\s+table\s+(?:if\s+not\s+exists\s+)?(?:${NAME}\s*\.\s*)?${NAME}\s+using\s+(${NAME})`,
  'i'
);

/** Module of a virtual table in lower case; null for other objects. */
export function moduleOf(sql: string): string | null {
  const module = VIRTUAL.exec(sql)?.[1];
  return module ? module.replace(/^["'[`]|["'\]`]$/g, '').toLowerCase() : null;
}

/** Names of the tables that belong to a virtual one; none of another. */
export function shadowsOf(object: Pick<SchemaObject, 'name' | 'sql'>): string[] {
  const module = moduleOf(object.sql);
  return ((module && SHADOWS[module]) || []).map((ending) => `${object.name}_${ending}`);
}

/** Marks the tables that belong to a virtual one: it alone writes them. */
export function markShadows(relations: RelationInfo[], objects: SchemaObject[]): void {
  const owners = new Map<string, string>();
  for (const object of objects) for (const name of shadowsOf(object)) owners.set(name.toLowerCase(), object.name);
  for (const relation of relations) {
    const owner = owners.get(relation.relation.toLowerCase());
    if (owner === undefined) continue;
    relation.shadow = true;
    relation.unwritable = `Belongs to the virtual table ${owner}, which alone writes it.`;
  }
}

/** Names in an SQL text, without quotes, in lower case. */
function wordsOf(sql: string): Set<string> {
  const words = new Set<string>();
  for (const [name] of sql.matchAll(new RegExp(NAME, 'g'))) words.add(name.replace(/^["'[`]|["'\]`]$/g, '').toLowerCase());
  return words;
}

/** Virtual tables of modules that are not here: name and module. */
export function missingModules(objects: readonly Pick<SchemaObject, 'name' | 'sql'>[], has: HasModule): Map<string, string> {
  const missing = new Map<string, string>();
  for (const { name, sql } of objects) {
    const module = moduleOf(sql);
    if (module !== null && !has(module)) missing.set(name, calledModule(module));
  }
  return missing;
}

/** In words, what a table lacks. */
export const lackingModule = (table: string, module: string): string => `${table} needs SQLite’s module ${module}, ${LACKING}.`;

/** Tables that cannot be written, or read, for want of a module: name and why, in words. */
export function unavailableTables(objects: SchemaObject[], has: HasModule): Map<string, string> {
  const missing = missingModules(objects, has);
  const reasons = new Map<string, string>();
  for (const [name, module] of missing) reasons.set(name, `Needs SQLite’s module ${module}, ${LACKING}.`);
  if (missing.size === 0) return reasons;
  for (const trigger of objects) {
    if (trigger.type !== 'trigger' || reasons.has(trigger.table)) continue;
    const words = wordsOf(trigger.sql);
    for (const [name, module] of missing) {
      if (!words.has(name.toLowerCase())) continue;
      reasons.set(
        trigger.table,
        `Can be read; changing it runs the trigger ${trigger.name}, which needs SQLite’s module ${module} (for ${name}), ${LACKING}.`
      );
      break;
    }
  }
  return reasons;
}
