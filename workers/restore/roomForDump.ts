import { toErrorData, type EngineErrorData } from '../wire/errors';
import type { Progress } from '../wire/opening';
import { sizeInWords } from '../wire/sizeInWords';

/** Watches how much room a dump takes as it is loaded: where the disk is full, how much it lacks can be told. */
export class RoomForDump {
  readonly #stored: () => number | Promise<number>;
  /** What was stored before, and at most so far. */
  #before: number | undefined;
  #most = 0;
  /** Bytes of the dump that had been read by then, and all of them. */
  #read = 0;
  readonly #total: number;

  /**
   * @param total bytes of the dump's file
   * @param stored bytes that the database takes in storage now
   */
  constructor(total: number, stored: () => number | Promise<number>) {
    this.#total = total;
    this.#stored = stored;
  }

  /** Looks with each step of the load that is told. */
  watching(onProgress: (progress: Progress) => void): (progress: Progress) => void {
    return (progress) => {
      onProgress(progress);
      if (progress.unit === 'bytes') void this.#look(progress.done);
    };
  }

  async #look(read: number): Promise<void> {
    const stored = await this.#stored();
    this.#before ??= stored;
    if (stored - this.#before <= this.#most) return;
    this.#most = stored - this.#before;
    this.#read = read;
  }

  /** What the load failed with; where there was no room, how much is needed. */
  error(thrown: unknown): unknown {
    const error = toErrorData(thrown);
    if (error.code !== 'storage-full') return thrown;
    return {
      code: error.code,
      message: `The browser has no room left for this dump. ${this.#needed()} Nothing of it is kept; what was saved before is there.`,
      detail: error.message,
      hint: 'Remove a project that is no longer needed (“Privacy and storage” says how much each takes) or free space on the disk, then open it again.'
    } satisfies EngineErrorData;
  }

  /** The browser's own word on what is free is not asked: it promises gigabytes on a full disk. */
  #needed(): string {
    if (this.#most === 0 || this.#read === 0 || this.#read >= this.#total) return `It takes at least about its own ${sizeInWords(this.#total)}.`;
    return `About ${sizeInWords((this.#most * (this.#total - this.#read)) / this.#read)} more are needed.`;
  }
}
