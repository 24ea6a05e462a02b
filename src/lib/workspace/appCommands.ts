import { changesStore } from '$lib/changes/changesStore.svelte';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { registerCommands, type Asides, type Command } from './commands.svelte';
import { dialogs } from './dialogs.svelte';
import { fetchedAsides, fetchedCommands, fetchedNamedAsides } from './fetchedCommands.svelte';
import { reconnect } from './lifecycle';
import { closeTab, closeTabs, goHome, openCreateTable, openDiagram, openQuery, reopenClosedTab, showProject, showTab, type Owner } from './navigate';
import { notifications } from './notify.svelte';
import { openBuiltIn } from './openMade';
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
  { id: 'open-folder', title: 'Open folder', run: async () => (await import('./chosenFolder')).openChosenFolder() },
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

const ofProjects = (): Command[] =>
  projectStore.projects.flatMap((project) => {
    if (projectStore.isProjectConnected(project.id)) return fetchedCommands(project);
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

const asides: Asides = {
  beginning: (letter) => projectStore.connected.map((project) => fetchedAsides(project, letter)),
  named: (ids) => projectStore.connected.flatMap((project) => fetchedNamedAsides(project, ids))
};

/** Adds what the app itself can do. Returns its undo. */
export function registerAppCommands(): () => void {
  const undo = [registerCommands(general), registerCommands(ofProjects, { keyless: true, asides })];
  return () => undo.forEach((end) => end());
}
