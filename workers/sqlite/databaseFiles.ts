import { StorageError } from '../storage/storeTypes';

/** The database file behind a connection. Everything but reading may throw a StorageError. */
export interface MainFile {
  size(): number;
  /** Fills `into` from `at`; gives how many bytes there were before the end. */
  read(at: number, into: Uint8Array): number;
  write(at: number, bytes: Uint8Array): void;
  truncate(size: number): void;
  /** Seals what was written as one commit; flushed when it returns. */
  commit(): void;
  /** Forgets what was written since the last commit. */
  rollback(): void;
}

/** Where SQLite believes the database to lie. */
export const MAIN_PATH = '/main.db';
export const JOURNAL_PATH = `${MAIN_PATH}-journal`;

/** Bytes of the header that say whether a database is in WAL mode. */
const MODE_BYTES = [18, 19];
const WAL = 2;
const JOURNAL = 1;

/**
 * What lies under SQLite, whichever build of it: one main file, and what it may do with it. How a build is made to
 * call this is its subclass's part. Nothing may throw through wasm: a failure is kept here and told as a code.
 */
export abstract class DatabaseFiles {
  protected file: MainFile | null = null;
  /**
   * A write or a commit has failed, and the file was set back to its last commit. SQLite now plays its journal
   * back, which leads to the very same: until that is done its writes are let go.
   */
  #failed = false;
  /** What last went wrong with the file; taken by {@link takeError}. */
  #lastError: unknown = null;

  /** Refuse to open for writing: SQLite then opens the database read-only by itself. */
  readOnly = false;
  /** While an ATTACH runs no name but a temporary one may be opened. */
  attaching = false;
  /** A path that was refused, for the error's words. */
  refusedPath: string | null = null;
  /** How often each call was answered for the main file; the self-test looks at it. */
  abstract readonly seen: Record<string, number>;

  /** Sets the file that the next opening of {@link MAIN_PATH} gets. */
  use(file: MainFile | null): void {
    this.file = file;
    this.#failed = false;
    this.#lastError = null;
  }

  /** True while SQLite has not yet come back from a failed write. */
  get failed(): boolean {
    return this.#failed;
  }

  takeError(): unknown {
    const error = this.#lastError;
    this.#lastError = null;
    return error;
  }

  /** Whether SQLite may open a file with a name; where not, the name is kept. */
  protected mayOpen(name: string, mainIsOpen: boolean): boolean {
    const known = name === JOURNAL_PATH || (name === MAIN_PATH && !mainIsOpen);
    if (known && !this.attaching && this.file) return true;
    this.refusedPath = name;
    return false;
  }

  /** SQLite is back from whatever failed: its journal was played back, or a new transaction begins. */
  protected recovered(): void {
    this.#failed = false;
  }

  /** Fills `into` and gives how many bytes there were. A file in WAL mode is read as one with a rollback journal. */
  protected readMain(at: number, into: Uint8Array): number {
    const got = this.file!.read(at, into);
    if (at < 20 && at + got > 18) {
      for (const place of MODE_BYTES) {
        if (place >= at && place < at + got && into[place - at] === WAL) into[place - at] = JOURNAL;
      }
    }
    return got;
  }

  protected writeMain(at: number, bytes: Uint8Array): void {
    // Page 1 that turns to WAL mode would send every later write into a file in memory.
    if (at === 0 && bytes.length >= 20 && MODE_BYTES.some((place) => bytes[place] === WAL)) {
      throw new StorageError('Write-ahead logging is not possible here.');
    }
    if (!this.#failed) this.file!.write(at, bytes);
  }

  protected truncateMain(size: number): void {
    if (!this.#failed) this.file!.truncate(size);
  }

  protected commitMain(): void {
    if (!this.#failed) this.file!.commit();
  }

  /**
   * Does something with the main file; gives 0, or the code for what failed.
   * @param codes what is returned when no room is left, and for all else
   */
  protected attempt(writing: boolean, codes: { full: number; failed: number }, act: () => void): number {
    try {
      act();
      return 0;
    } catch (error) {
      this.#lastError ??= error;
      if (writing && !this.#failed) {
        this.#failed = true;
        try {
          this.file!.rollback();
        } catch (e) {
          // Nothing more may be written then; the store says so at the next commit.
          console.error('rollback of the store', e);
        }
      }
      return error instanceof StorageError && error.full ? codes.full : codes.failed;
    }
  }
}
