import type { SchemaInfo } from '$workers/engine';
import type { Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { branchProject } from './branchProject';
import { chooseWhatToRestore } from './chooseWhatToRestore';
import type { Command } from './commands.svelte';
import { canSaveBack } from './canSaveBack';
import { duplicateProject, saveBackOf, saveCopyOf, saveScriptOf } from './copyActions';
import { copyableTables, copySchema } from './copySchema';
import { dialogs } from './dialogs.svelte';
import { knownObjects } from './knownObjects.svelte';
import { leaveProject } from './leaveProject';
import {
  openCreateTable,
  openDiagram,
  openHistory,
  openNewImport,
  openQuery,
  openStagedChanges,
  openTable,
  type Owner
} from './navigate';
import { showObject } from './objectActions';
import { isChoosable } from './restoreSources';
import { savedQueries } from './savedQueries.svelte';
import { databaseCommands } from './schemaCommands';

/** By schemas: made anew only when something that they name is another. */
const made = new WeakMap<readonly SchemaInfo[], { of: readonly unknown[]; list: Command[] }>();

/** Commands of a connected project; what is offered for each relation beside opening it is in relationAsides. */
export function projectCommands(project: Project): Command[] {
  const { schemas, connectionId } = projectStore.getConnection(project.id)!;
  const of = [project.name, project.disk, connectionId, savedQueries.all, knownObjects.of(connectionId)?.objects];
  const known = made.get(schemas);
  if (known?.of.every((part, i) => part === of[i])) return known.list;
  const list = makeCommands(project);
  made.set(schemas, { of, list });
  return list;
}

function makeCommands(project: Project): Command[] {
  const state = projectStore.getConnection(project.id)!;
  const owner: Owner = { connectionId: state.connectionId, projectId: project.id };
  const { name, id } = project;
  const own = (command: Omit<Command, 'projectId' | 'id'> & { id: string }): Command => ({
    ...command,
    id: `${command.id}:${id}`,
    projectId: id
  });
  const list: Command[] = [
    own({ id: 'query', title: `New query (${name})`, run: () => openQuery(owner) }),
    own({ id: 'table', title: `New table (${name})`, run: () => openCreateTable(owner) }),
    own({ id: 'compare', title: `Compare (${name})`, run: () => dialogs.show({ kind: 'compare', left: id }) }),
    own({ id: 'import-new', title: `Import into a new table (${name})`, run: () => openNewImport(owner) }),
    own({ id: 'diagram', title: `Open schema diagram (${name})`, run: () => openDiagram(owner) }),
    own({ id: 'history', title: `History (${name})`, run: () => openHistory(owner) }),
    own({ id: 'staged', title: `Staged changes (${name})`, run: () => openStagedChanges(owner) }),
    ...(canSaveBack(project, state) ? [own({ id: 'save-back', title: `Save back to ${project.disk!.name} (${name})`, run: () => saveBackOf(id) })] : []),
    own({ id: 'copy', title: `Save a copy (${name})`, run: () => saveCopyOf(id) }),
    own({ id: 'script', title: `Save as SQL (${name})`, run: () => saveScriptOf(id) }),
    own({ id: 'branch', title: `Branch (${name})`, run: async () => void (await branchProject(id)) }),
    own({ id: 'restore-points', title: `Restore points (${name})`, run: () => dialogs.show({ kind: 'restore-points', projectId: id }) }),
    ...(isChoosable(project) ? [own({ id: 'choose-restore', title: `Choose what to restore (${name})`, run: () => chooseWhatToRestore(project) })] : []),
    ...databaseCommands(owner, project.engine, state.catalog?.defaultSchema ?? '', name).map(own),
    own({ id: 'duplicate', title: `Duplicate ${name}`, run: () => duplicateProject(id) }),
    own({ id: 'settings', title: `Project settings (${name})`, run: () => dialogs.show({ kind: 'settings', projectId: id }) }),
    own({ id: 'disconnect', title: `Disconnect ${name}`, run: () => leaveProject(id) })
  ];
  for (const query of savedQueries.of(id)) {
    const full = query.folder ? `${query.folder}/${query.name}` : query.name;
    list.push(own({ id: `saved:${query.id}`, title: `Open query ${full} (${name})`, run: () => openQuery(owner, query.sql, query.name) }));
  }
  for (const schema of state.schemas) {
    if (schema.relations.length > 0) {
      list.push(own({ id: `export-schema:${schema.name}`, title: `Export schema ${schema.name} (${name})`, run: () => dialogs.show({ kind: 'export-schema', owner, schema }) }));
    }
    if (copyableTables(schema).length > 0) {
      list.push(own({ id: `copy-schema:${schema.name}`, title: `Copy schema ${schema.name} (${name})`, run: () => copySchema(owner, schema) }));
    }
    for (const r of schema.relations) {
      const full = `${r.schema}.${r.relation}`;
      list.push(own({ id: `open:${full}`, title: `Open ${full} (${name})`, run: () => openTable(owner, r.schema, r.relation) }));
    }
  }
  for (const object of knownObjects.of(state.connectionId)?.objects ?? []) {
    // A key's index is told by its table.
    if (object.ofKey) continue;
    const full = `${object.schema}.${object.name}${object.signature === null ? '' : `(${object.signature})`}`;
    const on = object.relation === null ? '' : ` on ${object.relation}`;
    const words = object.kind[0]!.toUpperCase() + object.kind.slice(1);
    list.push(own({ id: `object:${object.kind}:${full}${on}`, title: `${words} ${full}${on} (${name})`, run: () => showObject(owner, object) }));
  }
  return list;
}
