/** How long a change waits for others before it is written, in ms: well within the second that is promised. */
const WAIT_MS = 250;
/** How long a write that failed waits for another try, in ms, unless something changes before. */
const RETRY_MS = 5000;

/**
 * Writes what changed soon after it changed, and at once when the page is hidden or left. Rows are written
 * one by one by key, so that two browser tabs do not overwrite each other's.
 */
export class Autosave<Key, Row> {
  #dirty = new Map<Key, Row | null>();
  /** What is being written. */
  #inWrite: ReadonlyMap<Key, Row | null> = new Map();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();
  /** Why the last write did not come to be; null where it did. */
  failure: unknown = null;
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

  /** Whether a row here is newer than what is kept. */
  isPending(key: Key): boolean {
    return this.#dirty.has(key) || this.#inWrite.has(key);
  }

  #later(): void {
    this.#timer ??= setTimeout(() => void this.flush(), WAIT_MS);
  }

  /** Writes all that waits; resolves when it is written. A failed write is kept and tried again. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    this.#timer = this.#retry = undefined;
    // What waits by then goes into one write, however many have asked for it.
    if (this.#dirty.size > 0) this.#writing = this.#writing.then(() => this.#writeDirty());
    return this.#writing;
  }

  async #writeDirty(): Promise<void> {
    const batch = this.#dirty;
    if (batch.size === 0) return;
    this.#dirty = new Map();
    this.#inWrite = batch;
    const rows = [...batch.values()].filter((row) => row !== null);
    const removed = [...batch].filter(([, row]) => row === null).map(([key]) => key);
    try {
      await this.#write(rows, removed);
      this.failure = null;
    } catch (e) {
      this.failure = e;
      console.error('Could not save; trying again in a while.', e);
      for (const [key, row] of batch) if (!this.#dirty.has(key)) this.#dirty.set(key, row);
      this.#retry ??= setTimeout(() => void this.flush(), RETRY_MS);
    } finally {
      this.#inWrite = new Map();
    }
  }
}
