import type { ConnectionState } from '$lib/projects/connectionState';
import type { Project } from '$lib/projects/project';
import { statusOf } from '$lib/projects/statusWords';
import type { MenuItem, MenuItems } from '$lib/ui/menuItem';
import { canSaveBack } from '$lib/workspace/canSaveBack';
import { duplicateProject, saveBackOf, saveCopyOf, saveScriptOf } from '$lib/workspace/copyActions';
import { copyableTables, copySchema } from '$lib/workspace/copySchema';
import { branchProject } from '$lib/workspace/branchProject';
import { dialogs } from '$lib/workspace/dialogs.svelte';
import { leaveProject } from '$lib/workspace/leaveProject';
import { cancelOpening } from '$lib/workspace/lifecycle';
import { openCreateTable, openDiagram, openHistory, openNewImport, openQuery, showProject } from '$lib/workspace/navigate';
import { chooseWhatToRestore } from '$lib/workspace/chooseWhatToRestore';
import { isChoosable } from '$lib/workspace/restoreSources';
import { databaseActions } from '$lib/workspace/schemaMenu';
import { connectOrSay } from './connectOrSay';

/** What can be done with a project, by its context menu or its "More" button. */
export function projectMenu(project: Project, connection: ConnectionState | undefined): MenuItems {
  const status = statusOf(connection);
  const live = status === 'connected' || status === 'reconnecting';
  const owner = connection && { connectionId: connection.connectionId, projectId: project.id };
  const schema = connection?.schemas.find((s) => s.name === connection.catalog?.defaultSchema && copyableTables(s).length > 0);
  const open: (MenuItem | null)[] =
    live && owner
      ? [
          { label: 'New query', run: () => void openQuery(owner) },
          { label: 'New table', run: () => void openCreateTable(owner) },
          ...(schema ? [{ label: 'Copy tables…', run: () => copySchema(owner, schema) }] : []),
          ...(schema ? [{ label: 'Export tables…', run: () => dialogs.show({ kind: 'export-schema', owner, schema }) }] : []),
          { label: 'Compare…', run: () => dialogs.show({ kind: 'compare', left: project.id }) },
          { label: 'Import into a new table…', run: () => void openNewImport(owner) },
          { label: 'Diagram', run: () => void openDiagram(owner) },
          { label: 'History', run: () => void openHistory(owner) },
          null,
          ...databaseActions(owner, project.engine, connection?.catalog?.defaultSchema ?? ''),
          null
        ]
      : [];
  const life: MenuItem = live
    ? { label: 'Disconnect', run: () => void leaveProject(project.id) }
    : status === 'connecting'
      ? { label: 'Cancel opening', run: () => void cancelOpening(project.id) }
      : { label: 'Connect', run: () => connectOrSay(project) };
  return [
    ...open,
    { label: 'Show', run: () => void showProject(project.id) },
    { label: 'Edit…', run: () => dialogs.show({ kind: 'settings', projectId: project.id }) },
    ...(live
      ? [
          { label: 'Branch', run: () => void branchProject(project.id) },
          { label: 'Restore points…', run: () => dialogs.show({ kind: 'restore-points', projectId: project.id }) },
          { label: 'Duplicate', run: () => void duplicateProject(project.id) },
          ...(canSaveBack(project, connection) ? [{ label: `Save back to ${project.disk!.name}…`, run: () => void saveBackOf(project.id) }] : []),
          { label: 'Save a copy', run: () => void saveCopyOf(project.id) },
          { label: 'Save as SQL', run: () => void saveScriptOf(project.id) }
        ]
      : []),
    ...(project.restore
      ? [{ label: 'Restore report…', run: () => dialogs.show({ kind: 'restore-report', projectId: project.id }) }]
      : []),
    ...(isChoosable(project) ? [{ label: 'Choose what to restore…', run: () => void chooseWhatToRestore(project) }] : []),
    life,
    // One that was lost keeps its tree and its tabs until it is left.
    ...(status === 'error' && connection?.catalog ? [{ label: 'Disconnect', run: () => void leaveProject(project.id) }] : []),
    null,
    { label: 'Remove…', danger: true, run: () => dialogs.show({ kind: 'remove', projectId: project.id }) }
  ];
}
