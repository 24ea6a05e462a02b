import type { ConnectionId, ProjectId } from '$lib/base/id';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import type { Owner } from './navigate';

export type Target =
  | { kind: 'one'; owner: Owner }
  /** Several are connected and no tab says which. */
  | { kind: 'choose'; owners: (Owner & { name: string })[] }
  /** Nothing is connected. */
  | { kind: 'none' };

const ownerOf = (projectId: ProjectId, connectionId: ConnectionId): Owner => ({ projectId, connectionId });

/** Which connection "New query" means: the active tab's, else the only one, else the user chooses. */
export function target(): Target {
  const active = uiStore.getActiveConnectionId();
  const project = uiStore.getActiveProjectId();
  if (active && project && projectStore.isProjectConnected(project)) return { kind: 'one', owner: ownerOf(project, active) };
  const owners = projectStore.connected.map((p) => ({
    ...ownerOf(p.id, projectStore.getConnection(p.id)!.connectionId),
    name: p.name
  }));
  if (owners.length === 1) return { kind: 'one', owner: owners[0]! };
  return owners.length === 0 ? { kind: 'none' } : { kind: 'choose', owners };
}
