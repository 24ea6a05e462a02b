/** How long a change waits for others before it is written, in ms: well within the second that is promised. */
const WAIT_MS = 250;

/**
 * Writes what changed soon after it changed, and at once when the page is hidden or left. Rows are written
 * one by one by key, so that two browser tabs do not overwrite each other's.
 */
export class Autosave<Key, Row> {
  #dirty = new Map<Key, Row | null>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  readonly #write: (rows: Row[], removed: Key[]) => Promise<void>;

  constructor(write: (rows: Row[], removed: Key[]) => Promise<void>) {
    this.#write = write;
    if (typeof document !== 'undefined') {
      document.addEventListener('visibilitychange', () => void (document.hidden && this.flush()));
      addEventListener('pagehide', () => void this.flush());
    }
  }

  /** Takes a plain copy of the row; `$state` proxies are refused by IndexedDB. */
  put(key: Key, row: Row): void {
    this.#dirty.set(key, $state.snapshot(row) as Row);
    this.#later();
  }

  remove(key: Key): void {
    this.#dirty.set(key, null);
    this.#later();
  }

  #later(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WAIT_MS);
  }

  /** Writes all that waits; resolves when it is written. A failed write is kept and tried with the next. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#dirty;
    this.#dirty = new Map();
    if (batch.size === 0) return this.#writing;
    const rows: Row[] = [];
    const removed: Key[] = [];
    for (const [key, row] of batch) {
      if (row === null) removed.push(key);
      else rows.push(row);
    }
    this.#writing = this.#writing
      .then(() => this.#write(rows, removed))
      .catch((e: unknown) => {
        console.error('Could not save; trying again with the next change.', e);
        for (const [key, row] of batch) if (!this.#dirty.has(key)) this.#dirty.set(key, row);
      });
    return this.#writing;
  }
}
