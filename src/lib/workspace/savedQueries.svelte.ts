import type { ProjectId } from '$lib/base/id';
import { database, type SavedQueryRow } from '$lib/persistence/database';

/** Queries that somebody named, of all projects, kept in Dexie. */
class SavedQueries {
  #all = $state.raw<readonly SavedQueryRow[]>([]);

  async load(): Promise<void> {
    this.#all = await database.savedQueries.toArray();
  }

  readonly #texts = $derived(new Set(this.#all.map(({ projectId, sql }) => `${projectId}:${sql}`)));

  /** Those of all projects; another list whenever one of them is another. */
  get all(): readonly SavedQueryRow[] {
    return this.#all;
  }

  /** True when a project keeps this very text. */
  has(projectId: ProjectId, sql: string): boolean {
    return this.#texts.has(`${projectId}:${sql}`);
  }

  /** Those of a project, by folder and name. */
  of(projectId: ProjectId): SavedQueryRow[] {
    return this.#all
      .filter((q) => q.projectId === projectId)
      .sort((a, b) => a.folder.localeCompare(b.folder) || a.name.localeCompare(b.name));
  }

  /**
   * Keeps a text under a path: what stands before the last `/` are its folders. One of the same path is replaced.
   * Rejects when it cannot be written; then it is not kept.
   */
  async save(projectId: ProjectId, path: string, sql: string): Promise<SavedQueryRow> {
    const parts = path.split('/').map((part) => part.trim()).filter((part) => part !== '');
    const name = parts.pop() ?? 'Query';
    const folder = parts.join('/');
    const known = this.#all.find((q) => q.projectId === projectId && q.folder === folder && q.name === name);
    const row: SavedQueryRow = { id: known?.id ?? crypto.randomUUID(), projectId, folder, name, sql, at: Date.now() };
    await database.savedQueries.put(row);
    this.#all = [...this.#all.filter((q) => q.id !== row.id), row];
    return row;
  }

  async remove(id: string): Promise<void> {
    await database.savedQueries.delete(id);
    this.#all = this.#all.filter((q) => q.id !== id);
  }
}

export const savedQueries = new SavedQueries();
