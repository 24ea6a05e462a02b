import type { ProjectId, TabId } from '$lib/base/id';

/** Files of rows, by their names: what goes into tables, and is no database. */
export const isRowFile = (file: File): boolean => /\.(?:csv|tsv|tab|json|ndjson|jsonl|xlsx|parquet)(?:\.gz)?$/i.test(file.name);

/** A file's name as that of a table: without its endings. */
export const tableNameOf = (fileName: string): string =>
  fileName.replace(/^.*[/\\]/, '').replace(/\.gz$/i, '').replace(/\.(?:csv|tsv|tab|txt|json|ndjson|jsonl|xlsx|parquet)$/i, '').trim() || 'rows';

/** Files on their way into an import tab: dropped before it is there, or on it. */
class RowFiles {
  #waiting = new Map<ProjectId, readonly File[]>();
  #shown: { tabId: TabId; take: (files: readonly File[]) => void } | null = null;

  /** The import tab that is shown takes what is dropped. Returns its undo. */
  show(tabId: TabId, take: (files: readonly File[]) => void): () => void {
    this.#shown = { tabId, take };
    return () => {
      if (this.#shown?.tabId === tabId) this.#shown = null;
    };
  }

  /** Hands files to the import tab that is shown; false when there is none. */
  give(files: readonly File[]): boolean {
    this.#shown?.take(files);
    return this.#shown !== null;
  }

  /** For the import tab of a project that is about to open. */
  leave(projectId: ProjectId, files: readonly File[]): void {
    this.#waiting.set(projectId, files);
  }

  collect(projectId: ProjectId): readonly File[] {
    const files = this.#waiting.get(projectId) ?? [];
    this.#waiting.delete(projectId);
    return files;
  }
}

export const rowFiles = new RowFiles();
