import type { EngineKind } from '$workers/engine';
import { messageOf } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { isCancelled } from '$lib/connections/connectionErrors';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { dialogs } from './dialogs.svelte';
import { openNewProject } from './lifecycle';
import { openImport, openNewImport } from './navigate';
import { openFailures } from './openFailures.svelte';
import { openFiles } from './openFiles';
import { isRowFile, rowFiles, tableNameOf } from './rowFiles';

/**
 * Takes files that were dropped, pasted or chosen: databases open as projects; files of rows go into the import tab
 * or the table that is shown, else it is asked where they go.
 */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const rows = files.filter(isRowFile);
  const others = files.filter((f) => !isRowFile(f));
  if (others.length > 0) void openFiles(others);
  if (rows.length === 0 || rowFiles.give(rows)) return;
  const tab = uiStore.activeTab;
  if (tab?.type === 'table' && tab.connectionId !== null) {
    rowFiles.leave(tab.projectId, rows);
    await openImport({ connectionId: tab.connectionId, projectId: tab.projectId }, tab.schema ?? '', tab.table ?? '');
    return;
  }
  dialogs.show({ kind: 'place-rows', files: rows });
}

/** Opens the import tab of a connected project with files for a new table. */
export async function importIntoNew(projectId: ProjectId, files: readonly File[]): Promise<void> {
  const connection = projectStore.getConnection(projectId);
  if (!connection) return;
  rowFiles.leave(projectId, files);
  await openNewImport({ connectionId: connection.connectionId, projectId });
}

/** Makes an empty project, named after the first file, and imports into a new table of it. */
export async function importIntoNewProject(engine: EngineKind, files: readonly File[]): Promise<void> {
  const name = tableNameOf(files[0]!.name);
  try {
    const project = await openNewProject({ name, engine, fileName: null, bytes: 0 }, { kind: 'empty' });
    await importIntoNew(project.id, files);
  } catch (e) {
    if (isCancelled(e)) return;
    openFailures.add({ fileName: files[0]!.name, message: messageOf(e) });
  }
}
