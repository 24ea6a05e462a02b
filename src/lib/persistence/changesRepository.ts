import { Autosave } from './autosave.svelte';
import { database, type ChangeRow } from './database';

/** Rows written in one go: thousands that were pasted at once must not hold the page up. */
const SLICE = 200;

/** Where staged changes are kept. */
export interface ChangesShelf {
  read(projectId: string): Promise<ChangeRow[]>;
  put(row: ChangeRow): void;
  remove(id: string): void;
  /** Resolves when all is written. */
  flush(): Promise<void>;
}

class ChangesRepository implements ChangesShelf {
  #saved = new Autosave<string, ChangeRow>(async (rows, removed) => {
    for (let i = 0; i < rows.length; i += SLICE) await database.changes.bulkPut(rows.slice(i, i + SLICE));
    for (let i = 0; i < removed.length; i += SLICE) await database.changes.bulkDelete(removed.slice(i, i + SLICE));
  });

  async read(projectId: string): Promise<ChangeRow[]> {
    await this.#saved.flush();
    const rows = await database.changes.where({ projectId }).toArray();
    return rows.sort((a, b) => a.seq - b.seq);
  }

  put(row: ChangeRow): void {
    this.#saved.put(row.id, row);
  }

  remove(id: string): void {
    this.#saved.remove(id);
  }

  flush(): Promise<void> {
    return this.#saved.flush();
  }
}

export const changesRepository: ChangesShelf = new ChangesRepository();
