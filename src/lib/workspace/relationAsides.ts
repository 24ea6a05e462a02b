import type { EngineKind, RelationInfo, SchemaInfo } from '$workers/engine';
import type { Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { Command } from './commands.svelte';
import { dialogs } from './dialogs.svelte';
import { exportRelation } from './exportSubject';
import { openEditTable, openImport, type Owner } from './navigate';
import { menuLetters, relationCommands } from './schemaCommands';

interface Verb {
  id: string;
  words: string;
  /** True: for tables alone. */
  tables: boolean;
  run: (owner: Owner, relation: RelationInfo) => void | Promise<void>;
}

/** What is offered for a relation besides what its menu changes. */
const verbs: readonly Verb[] = [
  { id: 'export', words: 'Export', tables: false, run: exportRelation },
  { id: 'edit', words: 'Edit table', tables: true, run: (owner, r) => openEditTable(owner, r.schema, r.relation) },
  { id: 'copy', words: 'Copy table', tables: true, run: (owner, r) => dialogs.show({ kind: 'copy-across', owner, relations: [{ schema: r.schema, relation: r.relation }] }) },
  { id: 'import', words: 'Import into', tables: true, run: (owner, r) => openImport(owner, r.schema, r.relation) }
];

const beginsWith = (words: string, letter: string | null): boolean => letter === null || words[0]!.toLowerCase() === letter;
const isTable = ({ kind }: RelationInfo): boolean => kind === 'table' || kind === 'partitioned-table';

/** By schemas and letter: made anew only when something that they name is another. */
const made = new WeakMap<readonly SchemaInfo[], { name: string; owner: Owner; byLetter: Map<string, readonly Command[]> }>();

/**
 * What is offered for each relation of a connected project beside opening it.
 * @param letter the titles' first, lower-case
 * @returns the same list while schemas and name are the same
 */
export function relationAsides(project: Project, letter: string): readonly Command[] {
  const { schemas, connectionId } = projectStore.getConnection(project.id)!;
  let known = made.get(schemas);
  if (known?.name !== project.name || known.owner.connectionId !== connectionId) {
    known = { name: project.name, owner: { connectionId, projectId: project.id }, byLetter: new Map() };
    made.set(schemas, known);
  }
  let list = known.byLetter.get(letter);
  if (!list) {
    const { owner } = known;
    list = schemas.flatMap(({ relations }) => asidesOf(owner, project, relations, letter));
    known.byLetter.set(letter, list);
  }
  return list;
}

/** Those of these ids. */
export function namedRelationAsides(project: Project, ids: ReadonlySet<string>): Command[] {
  const { schemas, connectionId } = projectStore.getConnection(project.id)!;
  const own = [...ids].filter((id) => id.endsWith(`:${project.id}`));
  if (own.length === 0) return [];
  const named = schemas.flatMap(({ relations }) => relations).filter((r) => own.some((id) => id.includes(`:${r.schema}.${r.relation}:`)));
  return asidesOf({ connectionId, projectId: project.id }, project, named, null).filter((command) => ids.has(command.id));
}

/** @param letter null: all of them */
function asidesOf(owner: Owner, { engine, id, name }: { engine: EngineKind; id: Project['id']; name: string }, relations: readonly RelationInfo[], letter: string | null): Command[] {
  const ours = verbs.filter(({ words }) => beginsWith(words, letter));
  const letters = new Map<RelationInfo['kind'], string>();
  const list: Command[] = [];
  for (const r of relations) {
    const full = `${r.schema}.${r.relation}`;
    for (const { id: verb, words, tables, run } of ours) {
      if (tables && !isTable(r)) continue;
      list.push({ id: `${verb}:${full}:${id}`, projectId: id, title: `${words} ${full} (${name})`, run: () => run(owner, r) });
    }
    // menus differ by kind alone: those that do not have the letter are not made
    let begin = letters.get(r.kind);
    if (begin === undefined) letters.set(r.kind, (begin = menuLetters(owner, engine, r)));
    if (letter !== null && !begin.includes(letter)) continue;
    for (const command of relationCommands(owner, engine, r, name)) {
      if (beginsWith(command.title, letter)) list.push({ ...command, id: `${command.id}:${id}`, projectId: id });
    }
  }
  return list;
}
