import type { SchemaInfo } from '$workers/engine';
import type { Project } from '$lib/projects/project';
import { changesStore } from '$lib/changes/changesStore.svelte';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { branchProject } from './branchProject';
import { chooseWhatToRestore } from './chooseWhatToRestore';
import { registerCommands, type Command } from './commands.svelte';
import { duplicateProject, saveCopyOf, saveScriptOf } from './copyActions';
import { copyableTables, copySchema } from './copySchema';
import { dialogs } from './dialogs.svelte';
import { exportRelation } from './exportSubject';
import { knownObjects } from './knownObjects.svelte';
import { leaveProject } from './leaveProject';
import { reconnect } from './lifecycle';
import { databaseCommands, relationCommands } from './schemaCommands';
import {
  closeTab,
  closeTabs,
  goHome,
  openCreateTable,
  openDiagram,
  openEditTable,
  openHistory,
  openImport,
  openNewImport,
  openQuery,
  openStagedChanges,
  openTable,
  reopenClosedTab,
  showProject,
  showTab,
  type Owner
} from './navigate';
import { notifications } from './notify.svelte';
import { showObject } from './objectActions';
import { openBuiltIn } from './openFiles';
import { isChoosable } from './restoreSources';
import { savedQueries } from './savedQueries.svelte';
import { target } from './target';

/** Does something with the connection that is meant: the active tab's, the only one, or the one that is chosen. */
export function withTarget(title: string, act: (owner: Owner) => unknown): void {
  const meant = target();
  if (meant.kind === 'one') void act(meant.owner);
  else if (meant.kind === 'choose') {
    dialogs.show({
      kind: 'choose-connection',
      title,
      choose: (projectId) => {
        const owner = meant.owners.find((o) => o.projectId === projectId);
        if (owner) void act(owner);
      }
    });
  } else void goHome();
}

/** Opens the file dialog: the one input of the page. */
export function pickFiles(): void {
  document.querySelector<HTMLInputElement>('input[type="file"][aria-label="Open database files"]')?.click();
}

/** The tab at a distance from the active one, around the ends. */
async function step(by: number): Promise<void> {
  const { tabs, activeTabId } = uiStore;
  if (tabs.length === 0) return;
  const at = tabs.findIndex((t) => t.id === activeTabId);
  await showTab(tabs[(at + by + tabs.length) % tabs.length]!);
}

/** Commits what is staged on the active tab's connection; says so when nothing is. */
async function commitActive(): Promise<void> {
  const { activeTab } = uiStore;
  const project = activeTab && projectStore.getProject(activeTab.projectId);
  if (!activeTab?.connectionId || !project) return;
  const owner = { connectionId: activeTab.connectionId, projectId: project.id };
  // With the first of what is staged it is here already; a first visit needs none of it.
  const { commitStaged } = await import('./commitStaged.svelte');
  const isTried = (await commitStaged(owner)) || changesStore.count(owner.connectionId) > 0;
  if (!isTried) notifications.show({ title: 'Nothing to commit', text: `Nothing is staged in ${project.name}.`, projectId: project.id });
}

const hasTab = (): boolean => uiStore.activeTabId !== null;

const general = (): Command[] => [
  { id: 'commands', title: 'Commands', keys: ['Mod+k', 'F1'], hidden: true, overDialogs: true, run: () => dialogs.show({ kind: 'commands' }) },
  { id: 'projects', title: 'Search projects', keys: ['Mod+p'], overDialogs: true, run: () => dialogs.show({ kind: 'projects' }) },
  { id: 'open-files', title: 'Open files', keys: ['Mod+o'], run: pickFiles },
  { id: 'new-query', title: 'New query', keys: ['Mod+e'], run: () => withTarget('New query', openQuery) },
  { id: 'new-table', title: 'New table', run: () => withTarget('New table', (o) => openCreateTable(o)) },
  { id: 'diagram', title: 'Open schema diagram', run: () => withTarget('Schema diagram', (o) => openDiagram(o)) },
  { id: 'ask-several', title: 'Ask several databases', when: () => projectStore.connected.length > 0, run: () => dialogs.show({ kind: 'ask-several' }) },
  { id: 'new-sqlite', title: 'New SQLite database', run: () => openBuiltIn('sqlite', 'empty') },
  { id: 'new-postgres', title: 'New Postgres database', run: () => openBuiltIn('postgres', 'empty') },
  { id: 'new-design', title: 'New database from a design', run: () => dialogs.show({ kind: 'design' }) },
  { id: 'sample-sqlite', title: 'Open the SQLite sample', run: () => openBuiltIn('sqlite', 'sample') },
  { id: 'sample-postgres', title: 'Open the Postgres sample', run: () => openBuiltIn('postgres', 'sample') },
  { id: 'commit', title: 'Commit staged changes', keys: ['Mod+s'], when: hasTab, run: commitActive },
  { id: 'privacy', title: 'Privacy and storage', run: () => dialogs.show({ kind: 'privacy' }) },
  { id: 'home', title: 'Home', run: goHome },
  { id: 'close-tab', title: 'Close tab', keys: ['Opt1+w'], when: hasTab, run: () => closeTab(uiStore.activeTabId!) },
  { id: 'reopen-tab', title: 'Reopen closed tab', keys: ['Opt1+Shift+w'], when: () => uiStore.closed.length > 0, run: reopenClosedTab },
  { id: 'next-tab', title: 'Next tab', keys: ['Alt+PageDown'], when: hasTab, run: () => step(1) },
  { id: 'previous-tab', title: 'Previous tab', keys: ['Alt+PageUp'], when: hasTab, run: () => step(-1) },
  { id: 'close-others', title: 'Close other tabs', when: hasTab, run: () => closeTabs(uiStore.activeTabId!, 'others') },
  { id: 'close-right', title: 'Close tabs to the right', when: hasTab, run: () => closeTabs(uiStore.activeTabId!, 'right') },
  {
    id: 'pin-tab',
    title: uiStore.activeTab?.pinned ? 'Unpin tab' : 'Pin tab',
    when: hasTab,
    run: () => uiStore.setPinned(uiStore.activeTabId!, !uiStore.activeTab!.pinned)
  }
];

/** Commands of a connected project, by its schemas: made anew only when something that they name is another. */
const made = new WeakMap<readonly SchemaInfo[], { of: readonly unknown[]; list: Command[] }>();

function ofConnected(project: Project): Command[] {
  const { schemas, connectionId } = projectStore.getConnection(project.id)!;
  const of = [project.name, connectionId, savedQueries.all, knownObjects.of(connectionId)?.objects];
  const known = made.get(schemas);
  if (known?.of.every((part, i) => part === of[i])) return known.list;
  const list = makeOfConnected(project);
  made.set(schemas, { of, list });
  return list;
}

function makeOfConnected(project: Project): Command[] {
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
      list.push(
        own({ id: `open:${full}`, title: `Open ${full} (${name})`, run: () => openTable(owner, r.schema, r.relation) }),
        own({ id: `export:${full}`, isAside: true, title: `Export ${full} (${name})`, run: () => exportRelation(owner, r) })
      );
      list.push(...relationCommands(owner, project.engine, r, name).map(own));
      if (r.kind === 'table' || r.kind === 'partitioned-table') {
        list.push(
          own({ id: `edit:${full}`, isAside: true, title: `Edit table ${full} (${name})`, run: () => openEditTable(owner, r.schema, r.relation) }),
          own({ id: `copy:${full}`, isAside: true, title: `Copy table ${full} (${name})`, run: () => dialogs.show({ kind: 'copy-across', owner, relations: [{ schema: r.schema, relation: r.relation }] }) }),
          own({ id: `import:${full}`, isAside: true, title: `Import into ${full} (${name})`, run: () => openImport(owner, r.schema, r.relation) })
        );
      }
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

const ofProjects = (): Command[] =>
  projectStore.projects.flatMap((project) => {
    if (projectStore.isProjectConnected(project.id)) return ofConnected(project);
    if (projectStore.getConnection(project.id)?.status === 'connecting') return [];
    return [
      {
        id: `connect:${project.id}`,
        projectId: project.id,
        title: `Connect to ${project.name}`,
        run: async () => {
          await reconnect(project.id);
          await showProject(project.id);
        }
      }
    ];
  });

/** Adds what the app itself can do. Returns its undo. */
export function registerAppCommands(): () => void {
  const undo = [registerCommands(general), registerCommands(ofProjects, { keyless: true })];
  return () => undo.forEach((end) => end());
}
