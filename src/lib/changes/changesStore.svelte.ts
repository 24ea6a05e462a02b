import type { ConnectionId } from '$lib/base/id';
import type { StagedChange } from './stagedChange';

/** Staged changes, each of one connection. */
export class ChangesStore {
  changes = $state.raw<readonly StagedChange[]>([]);

  stage(change: StagedChange): void {
    this.changes = [...this.changes, change];
  }

  drop(id: string): void {
    this.changes = this.changes.filter((c) => c.id !== id);
  }

  getChanges(connectionId: ConnectionId): readonly StagedChange[] {
    return this.changes.filter((c) => c.connectionId === connectionId);
  }

  getChangesForTable(connectionId: ConnectionId, schema: string, table: string): readonly StagedChange[] {
    return this.changes.filter((c) => c.connectionId === connectionId && c.schema === schema && c.table === table);
  }

  clearChangesForConnection(connectionId: ConnectionId): void {
    this.changes = this.changes.filter((c) => c.connectionId !== connectionId);
  }
}

export const changesStore = new ChangesStore();
