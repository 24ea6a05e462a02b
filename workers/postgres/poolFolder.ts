import { OpfsAhpFS } from '@electric-sql/pglite/opfs-ahp';
import { folderAt, mendState, waitForHandles } from './poolFiles';

const FOLDER = 0o040000;
const TYPE = 0o170000;

/** A file of a pool, and its bytes. */
export interface PooledFile {
  /** Without a leading slash; a folder's ends in one. */
  name: string;
  size: number;
  /** Fills `into` from `at`. */
  read(at: number, into: Uint8Array): void;
}

/**
 * A data directory as PGlite's `opfs-ahp` kept it (a pool of OPFS files, and a list that says which is what), to be
 * read only: projects of earlier versions lie in one.
 */
export class PoolFolder extends OpfsAhpFS {
  /** @param path of the folder in OPFS */
  constructor(path: string) {
    super(path, { initialPoolSize: 1, maintainedPoolSize: 1 });
  }

  /** Opens its files. Throws where a worker of before holds them still, and where the list cannot be read. */
  async openFiles(): Promise<void> {
    const folder = await folderAt(this.dataDir, false);
    await waitForHandles(folder);
    await mendState(folder);
    // PGlite opens the files and then mounts them in an engine: here there is none.
    await orRejected(() => super.init(undefined as never, {}));
  }

  /** Nothing is made here any more. */
  override async maintainPool(): Promise<void> {}

  /** Everything in it, folders before what lies in them. */
  *files(path = ''): Generator<PooledFile> {
    for (const child of this.readdir(path)) {
      const inner = `${path}/${child}`;
      const { mode, size } = this.lstat(inner);
      if ((mode & TYPE) === FOLDER) {
        yield { name: `${inner.slice(1)}/`, size: 0, read: () => undefined };
        yield* this.files(inner);
      } else {
        yield { name: inner.slice(1), size, read: (at, into) => this.#readAt(inner, at, into) };
      }
    }
  }

  #readAt(path: string, at: number, into: Uint8Array): void {
    const descriptor = this.open(path);
    const got = this.read(descriptor, into, into.byteOffset, into.length, at);
    this.close(descriptor);
    if (got < into.length) throw { code: 'damaged', message: `A file of this database (${path}) is shorter than it should be.` };
  }

  /** Lets the files go. */
  override async closeFs(): Promise<void> {
    this.pg = { Module: { FS: { quit: () => undefined } } } as unknown as typeof this.pg;
    await super.closeFs();
  }
}

/**
 * PGlite opens files in promises that never settle when one of them cannot be opened: the rejection that nobody
 * handles is what tells.
 */
async function orRejected<T>(work: () => Promise<T>): Promise<T> {
  let heard: ((event: PromiseRejectionEvent) => void) | undefined;
  const rejected = new Promise<never>((_, reject) => {
    heard = (event) => {
      event.preventDefault();
      reject(event.reason instanceof Error ? event.reason : new Error(String(event.reason)));
    };
    self.addEventListener('unhandledrejection', heard);
  });
  try {
    return await Promise.race([work(), rejected]);
  } finally {
    if (heard) self.removeEventListener('unhandledrejection', heard);
  }
}
