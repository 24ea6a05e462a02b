import type { RelationInfo } from '../wire/catalog';
import type { SchemaObject } from './schemaObjects';

/** Modules that this build of SQLite has (sql.js: FTS3 and FTS4, JSON; no FTS5, R*Tree, Geopoly, dbstat). */
const PRESENT = new Set(['fts3', 'fts4', 'fts3tokenize', 'fts4aux', 'json_each', 'json_tree']);

/** What people call a module. */
const CALLED: Record<string, string> = { fts5: 'FTS5', fts5vocab: 'FTS5', rtree: 'R*Tree', rtree_i32: 'R*Tree', geopoly: 'Geopoly' };

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

/** Marks the tables that belong to a virtual one. */
export function markShadows(relations: RelationInfo[], objects: SchemaObject[]): void {
  const owned = new Set<string>();
  for (const object of objects) {
    const module = moduleOf(object.sql);
    for (const ending of (module && SHADOWS[module]) || []) owned.add(`${object.name}_${ending}`.toLowerCase());
  }
  for (const relation of relations) if (owned.has(relation.relation.toLowerCase())) relation.shadow = true;
}

/** Names in an SQL text, without quotes, in lower case. */
function wordsOf(sql: string): Set<string> {
  const words = new Set<string>();
  for (const [name] of sql.matchAll(new RegExp(NAME, 'g'))) words.add(name.replace(/^["'[`]|["'\]`]$/g, '').toLowerCase());
  return words;
}

/** Virtual tables of modules that are not here: name and module. */
export function missingModules(objects: SchemaObject[]): Map<string, string> {
  const missing = new Map<string, string>();
  for (const object of objects) {
    const module = moduleOf(object.sql);
    if (module !== null && !PRESENT.has(module)) missing.set(object.name, CALLED[module] ?? module);
  }
  return missing;
}

/** Tables that cannot be written, or read, for want of a module: name and why, in words. */
export function unavailableTables(objects: SchemaObject[]): Map<string, string> {
  const missing = missingModules(objects);
  const reasons = new Map<string, string>();
  for (const [name, module] of missing) {
    reasons.set(name, `Needs SQLite’s module ${module}, which is not part of this build.`);
  }
  if (missing.size === 0) return reasons;
  for (const trigger of objects) {
    if (trigger.type !== 'trigger' || reasons.has(trigger.table)) continue;
    const words = wordsOf(trigger.sql);
    for (const [name, module] of missing) {
      if (!words.has(name.toLowerCase())) continue;
      reasons.set(
        trigger.table,
        `Can be read; changing it runs the trigger ${trigger.name}, which needs SQLite’s module ${module} (for ${name}). It is not part of this build.`
      );
      break;
    }
  }
  return reasons;
}
