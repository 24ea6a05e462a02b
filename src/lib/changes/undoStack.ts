/** What one step did to one entry: what stood there before and after; null where there was none. */
export interface Move<Entry> {
  id: string;
  before: Entry | null;
  after: Entry | null;
}

/** One thing that somebody did: it is undone and redone as a whole. */
export interface Step<Entry> {
  /** In words: "Edit Name", "Paste 12 rows". */
  label: string;
  moves: readonly Move<Entry>[];
}

/** Steps back and forth, without end. Pure of what the entries are; who calls applies the moves that it is given. */
export class UndoStack<Entry> {
  #done: Step<Entry>[] = [];
  #undone: Step<Entry>[] = [];

  /** Notes what was done; what was undone before can no longer be redone. */
  push(step: Step<Entry>): void {
    if (step.moves.length === 0) return;
    this.#done.push(step);
    this.#undone = [];
  }

  /** The step to take back, its moves turned around; undefined when there is none. */
  undo(): Step<Entry> | undefined {
    const step = this.#done.pop();
    if (!step) return undefined;
    this.#undone.push(step);
    const moves = step.moves.map(({ id, before, after }) => ({ id, before: after, after: before })).reverse();
    return { label: step.label, moves };
  }

  /** The step to do again. */
  redo(): Step<Entry> | undefined {
    const step = this.#undone.pop();
    if (step) this.#done.push(step);
    return step;
  }

  get canUndo(): boolean {
    return this.#done.length > 0;
  }

  get canRedo(): boolean {
    return this.#undone.length > 0;
  }

  /** Forgets everything: what was staged is committed, and can be undone in the history alone. */
  clear(): void {
    this.#done = [];
    this.#undone = [];
  }
}
