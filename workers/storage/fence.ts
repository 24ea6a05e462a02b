import type { SyncFile } from './folder';
import { StorageError } from './storeTypes';
import { xxHash32 } from './xxHash32';

/** File name of a project's fence. */
export const FENCE = 'fence';
const BYTES = 16;

interface Mark {
  number: number;
  /** Tells two openings of the same number apart, which never should be. */
  token: number;
  /** 0: the opening's segment has no head yet; else 1 more than the part of its newest one. */
  stands: number;
}

/**
 * The number of the newest opening, in a file that every writer reads before each append: a worker that is
 * dying, and goes on for two seconds, stops as soon as another has opened the project.
 */
export class Fence {
  readonly #file: SyncFile;
  readonly #bytes = new Uint8Array(BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #own: Mark = { number: 0, token: 0, stands: 0 };
  /** What the file held before it was taken. */
  #before = new Uint8Array(0);

  constructor(file: SyncFile) {
    this.#file = file;
  }

  #read(): Mark {
    const none = { number: 0, token: 0, stands: 0 };
    if (this.#file.read(this.#bytes, 0) < BYTES) return none;
    // A mark that is not whole counts as none: whoever reads it then writes a whole one.
    if (xxHash32(this.#bytes.subarray(0, 12)) !== this.#view.getUint32(12, true)) return none;
    return {
      number: this.#view.getUint32(0, true),
      token: this.#view.getUint32(4, true),
      stands: this.#view.getUint32(8, true)
    };
  }

  #write(): void {
    this.#view.setUint32(0, this.#own.number, true);
    this.#view.setUint32(4, this.#own.token, true);
    this.#view.setUint32(8, this.#own.stands, true);
    this.#view.setUint32(12, xxHash32(this.#bytes.subarray(0, 12)), true);
    this.#file.write(this.#bytes, 0);
  }

  /** Takes the fence for the opening that follows all others. `seen` is the highest number found elsewhere. */
  take(seen: number): number {
    const number = Math.max(seen, this.#read().number) + 1;
    this.#before = this.#bytes.slice(0, Math.min(BYTES, this.#file.size()));
    this.#own = { number, token: Math.floor(Math.random() * 2 ** 32), stands: 0 };
    this.#write();
    return number;
  }

  /** Puts back what was there before it was taken: whoever took it leaves all as it was. */
  giveBack(): void {
    this.#file.truncate(this.#before.length);
    this.#file.write(this.#before, 0);
  }

  /** The last opening whose segment got its head, and which of its segments did last; zeros when unknown. */
  standing(): { number: number; part: number } {
    const { number, stands } = this.#read();
    return stands > 0 ? { number, part: stands - 1 } : { number: 0, part: 0 };
  }

  /** Notes that this opening's segment has its head on disk. */
  stand(part = 0): void {
    this.check();
    this.#own.stands = part + 1;
    this.#write();
    this.#file.flush();
  }

  /** True while no later opening has taken the fence. */
  holds(): boolean {
    const mark = this.#read();
    if (mark.number === this.#own.number) return mark.token === this.#own.token;
    if (mark.number > this.#own.number) return false;
    // An older worker wrote its mark after ours while it died: put ours back.
    this.#write();
    return true;
  }

  check(): void {
    if (this.holds()) return;
    throw new StorageError('This database was opened elsewhere, and is written from there now.', false, 'fenced');
  }

  close(): void {
    this.#file.close();
  }
}
