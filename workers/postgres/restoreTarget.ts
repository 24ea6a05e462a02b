import type { CopyBlock, DumpTarget } from '../restore/dumpTarget';
import type { DataDirectory } from './dataDirectory';
import type { ExtensionFiles } from './extensions';
import { extensionsIn } from './extensions';
import { MessageReader } from './messages';
import type { Session } from './session';

const COMPLETE = 0x43; // C

/** Postgres as what a dump is restored into. Nothing is flushed on the way: a load that is not whole is not kept. */
export class RestoreTarget implements DumpTarget {
  readonly #session: Session;
  readonly #directory: DataDirectory;
  readonly #extensions: ExtensionFiles;
  readonly #checkpointBytes: number;

  /** @param checkpointBytes how much may be written before a checkpoint empties the write-ahead log */
  constructor(session: Session, directory: DataDirectory, extensions: ExtensionFiles, checkpointBytes: number) {
    this.#session = session;
    this.#directory = directory;
    this.#extensions = extensions;
    this.#checkpointBytes = checkpointBytes;
  }

  async exec(sql: string): Promise<number> {
    const names = extensionsIn(sql);
    if (names.length > 0) await this.#extensions.load(names);
    this.#tend();
    return this.#session.exec(sql);
  }

  /**
   * By Postgres' own COPY over its protocol, one a piece: the engine asks for the bytes while it runs, and what
   * is not there yet it cannot wait for.
   */
  async copyIn(block: CopyBlock, pieces: AsyncIterable<Uint8Array>): Promise<number> {
    const { backend, builder } = this.#session;
    const sql = `${block.head} FROM STDIN ${block.tail}`;
    const query = builder.query(sql).take().slice();
    const done = builder.copyDone().take().slice();
    let rows = 0;
    for await (const piece of pieces) {
      const head = builder.copyDataHead(piece.length).take();
      const error = backend.exchangeToReady(
        [query, head, piece, done],
        (type, bytes, from, to) => {
          if (type === COMPLETE) rows += Number(/\d+$/.exec(new MessageReader(bytes, from, to).text())?.[0] ?? 0);
          else this.#session.takeNotice(type, bytes, from, to);
        },
        true
      );
      if (error) throw this.#session.failure(error, block.text);
      this.#tend();
    }
    return rows;
  }

  async prepareExtensions(names: readonly string[]): Promise<boolean> {
    await this.#extensions.load(names);
    return false;
  }

  /** Between two statements: a checkpoint where the log has grown long. */
  #tend(): void {
    if (this.#directory.walBytes() <= this.#checkpointBytes) return;
    if (this.#session.backend.status !== 'E') this.#session.exec('CHECKPOINT');
    this.#directory.noteCheckpoint();
  }
}
