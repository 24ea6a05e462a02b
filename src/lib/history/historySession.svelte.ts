import { messageOf } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import type { HistoryRow } from '$lib/persistence/database';
import { readHistory } from '$lib/persistence/historyRepository';

/** What ran on a project, newest first, with a filter over its text. */
export class HistoryList {
  entries = $state.raw<readonly HistoryRow[] | null>(null);
  error = $state<string | null>(null);
  query = $state('');
  /** Leaves out what only read. */
  writesOnly = $state(false);
  readonly shown = $derived.by(() => {
    const wanted = this.query.trim().toLowerCase();
    const all = (this.entries ?? []).filter((e) => !this.writesOnly || e.kind === 'commit' || e.writes);
    return wanted === '' ? all : all.filter((e) => `${e.sql} ${e.where ?? ''}`.toLowerCase().includes(wanted));
  });

  async load(projectId: ProjectId): Promise<void> {
    try {
      this.entries = await readHistory(projectId);
      this.error = null;
    } catch (e) {
      this.error = messageOf(e);
    }
  }
}
