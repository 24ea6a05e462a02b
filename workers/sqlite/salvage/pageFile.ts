import { HEADER_BYTES, readHeader } from '../databaseHeader';
import { hasTrees, mendedPageSize } from '../pageSizes';

/** Bytes of a database, wherever they are. */
export interface DatabaseBytes {
  size(): number;
  read(at: number, into: Uint8Array): unknown;
}

/** The pages of a database, numbered from 1, and what its header says of them (https://www.sqlite.org/fileformat.html). */
export class PageFile {
  readonly pageSize: number;
  /** Bytes of a page that SQLite uses. */
  readonly usable: number;
  readonly pages: number;
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be';
  readonly userVersion: number;
  readonly applicationId: number;
  readonly #file: DatabaseBytes;
  readonly #freeTrunk: number;
  readonly #hasPointerMap: boolean;
  /** Page by page: 1 where it is known what it holds. */
  readonly #seen: Uint8Array;

  private constructor(file: DatabaseBytes, head: Uint8Array, pageSize: number) {
    const view = new DataView(head.buffer);
    this.#file = file;
    this.pageSize = pageSize;
    this.usable = Math.max(480, pageSize - head[20]!);
    this.pages = Math.ceil(file.size() / pageSize);
    this.encoding = ({ 2: 'utf-16le', 3: 'utf-16be' } as const)[view.getUint32(56) as 2 | 3] ?? 'utf-8';
    this.userVersion = view.getInt32(60);
    this.applicationId = view.getInt32(68);
    this.#freeTrunk = view.getUint32(32);
    this.#hasPointerMap = view.getUint32(52) !== 0;
    this.#seen = new Uint8Array(this.pages + 1);
  }

  /** Null where the header is not that of a database, or no page size fits it. */
  static open(file: DatabaseBytes): PageFile | null {
    const head = new Uint8Array(HEADER_BYTES);
    if (file.size() < HEADER_BYTES) return null;
    file.read(0, head);
    const pageSize = mendedPageSize(file) ?? readHeader(head)?.pageSize ?? 0;
    return pageSize === 0 ? null : new PageFile(file, head, pageSize);
  }

  /** Whether anything may be read of a database by its pages. */
  static isOfUse(file: DatabaseBytes): boolean {
    const pageSize = PageFile.open(file)?.pageSize;
    return pageSize !== undefined && hasTrees(file, pageSize);
  }

  /** The used bytes of a page, what the file lacks of it as zeros; null where there is no such page. */
  page(number: number): Uint8Array | null {
    if (!(number >= 1 && number <= this.pages)) return null;
    const bytes = new Uint8Array(this.pageSize);
    this.#file.read((number - 1) * this.pageSize, bytes);
    return bytes.subarray(0, this.usable);
  }

  /** Takes a page for one tree, chain or list; false where there is none, or another one has it. */
  take(number: number): boolean {
    if (!(number >= 1 && number <= this.pages) || this.#seen[number] === 1 || this.#isOfNobody(number)) return false;
    this.#seen[number] = 1;
    return true;
  }

  /** Gives a page back: it is not of who took it. */
  leave(number: number): void {
    this.#seen[number] = 0;
  }

  /** Marks free pages as seen: what they hold was deleted. */
  takeFree(): void {
    for (let trunk = this.#freeTrunk; trunk !== 0; ) {
      if (!this.take(trunk)) return;
      const page = this.page(trunk)!;
      const view = new DataView(page.buffer);
      const leaves = Math.min(view.getUint32(4), this.usable / 4 - 2);
      for (let i = 0; i < leaves; i++) this.take(view.getUint32(8 + 4 * i));
      trunk = view.getUint32(0);
    }
  }

  /** Pages that nobody took. */
  *unseen(): Generator<number> {
    for (let number = 1; number <= this.pages; number++) if (this.#seen[number] === 0 && !this.#isOfNobody(number)) yield number;
  }

  /** Pages of locks, and of the map that auto_vacuum keeps. */
  #isOfNobody(number: number): boolean {
    const lock = Math.floor(0x4000_0000 / this.pageSize) + 1;
    if (number === lock) return true;
    if (!this.#hasPointerMap || number < 2) return false;
    const each = Math.floor(this.usable / 5) + 1;
    const map = Math.floor((number - 2) / each) * each + 2;
    return number === (map === lock ? map + 1 : map);
  }
}
