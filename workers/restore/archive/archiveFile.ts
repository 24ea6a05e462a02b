import type { ArchivePart } from '../../wire/archive';
import { fileChunks } from '../../formats/fileChunks';
import { tarEntries } from '../../formats/tarEntries';
import { packingOf, unpack } from '../../formats/unpack';
import { unpackedBlob } from '../../formats/unpackedBlob';
import type { EngineErrorData } from '../../wire/errors';
import { ArchiveCursor } from './archiveCursor';
import { isArchive, readToc, type ArchiveToc, type TocEntry } from './archiveToc';

/** A large object of an archive. */
export interface LargeObject {
  oid: number;
  bytes: AsyncIterable<Uint8Array>;
}

/** An archive of pg_dump, in whichever of its formats. */
export interface ArchiveFile {
  readonly toc: ArchiveToc;
  /** Bytes of all its files, and how many of them have been read. */
  readonly total: number;
  readonly done: number;
  /** Rows of an entry: what stands behind its COPY, its end mark included, or INSERTs. */
  data(entry: TocEntry): AsyncIterable<Uint8Array>;
  largeObjects(entry: TocEntry): AsyncIterable<LargeObject>;
}

/** How much of a custom archive is read at once, in bytes. */
const WINDOW = 1024 * 1024;
const LARGE_OBJECTS = 3;

const damaged = (message: string): EngineErrorData => ({ code: 'damaged', message, hint: 'Copy or download the archive again.' });

/**
 * Opens an archive: one file (custom or tar format, also packed), or the files of a directory. Only its table of
 * contents is read. Rejects with EngineErrorData.
 */
export async function openArchive(parts: readonly ArchivePart[]): Promise<ArchiveFile> {
  if (parts.length > 1) {
    return MemberArchive.open(membersOf(parts));
  }
  let { file } = parts[0]!;
  let head = await headOf(file);
  if (packingOf(head)) {
    file = await unpacked(file); // its parts are read by place
    head = await headOf(file);
  }
  if (isArchive(head)) return new CustomArchive(file, await readToc(file));
  return MemberArchive.open(membersOf(await tarEntries(file)));
}

/** By their names without folders. */
const membersOf = (parts: readonly ArchivePart[]): Map<string, ArchivePart> =>
  new Map(parts.map((part) => [part.name.slice(part.name.lastIndexOf('/') + 1), part]));

async function unpacked(file: Blob): Promise<Blob> {
  try {
    return await unpackedBlob(file);
  } catch (e) {
    if (e instanceof DOMException) throw e;
    throw damaged('The packed file is cut off or damaged.');
  }
}

const headOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.slice(0, 512).arrayBuffer());

/** Custom format: one file, the data of each entry as a row of chunks, each with its length in front. */
class CustomArchive implements ArchiveFile {
  readonly toc: ArchiveToc;
  readonly total: number;
  done = 0;
  readonly #file: Blob;
  #window = new Uint8Array(0);
  #windowAt = 0;
  /** Where the data of each entry begins, as far as it had to be looked for; and where looking goes on. */
  readonly #found = new Map<number, number>();
  #lookAt: number;

  constructor(file: Blob, toc: ArchiveToc) {
    this.#file = file;
    this.toc = toc;
    this.total = file.size;
    this.#lookAt = toc.end;
  }

  async *data(entry: TocEntry): AsyncGenerator<Uint8Array> {
    const at = await this.#begin(entry, 1);
    yield* unpack(this.toc.packing, this.#chunks({ at }));
  }

  async *largeObjects(entry: TocEntry): AsyncGenerator<LargeObject> {
    const place = { at: await this.#begin(entry, LARGE_OBJECTS) };
    for (;;) {
      const oid = await this.#int(place);
      if (oid === 0) return;
      yield { oid, bytes: unpack(this.toc.packing, this.#chunks(place)) };
    }
  }

  /** Where the data of an entry begins, behind the head of its block. */
  async #begin(entry: TocEntry, type: number): Promise<number> {
    const start = entry.dataAt ?? (await this.#lookFor(entry));
    const place = { at: start };
    const found = (await this.#bytes(place, 1))[0];
    const id = await this.#int(place);
    if (found !== type || id !== entry.dumpId) throw damaged(`The data of ${entry.tag} is not where the archive says.`);
    return place.at;
  }

  /** An archive that was written to a pipe does not know where its data lies: its blocks are walked. */
  async #lookFor(entry: TocEntry): Promise<number> {
    const place = { at: this.#lookAt };
    while (!this.#found.has(entry.dumpId) && place.at < this.total) {
      const start = place.at;
      const type = (await this.#bytes(place, 1))[0];
      this.#found.set(await this.#int(place), start);
      if (type === LARGE_OBJECTS) while ((await this.#int(place)) !== 0) await this.#pass(place);
      else await this.#pass(place);
      this.#lookAt = place.at;
    }
    const start = this.#found.get(entry.dumpId);
    if (start === undefined) throw damaged(`The data of ${entry.tag} is not in the archive.`);
    return start;
  }

  async #pass(place: { at: number }): Promise<void> {
    for (let length = await this.#int(place); length > 0; length = await this.#int(place)) place.at += length;
  }

  async *#chunks(place: { at: number }): AsyncGenerator<Uint8Array> {
    for (;;) {
      const length = await this.#int(place);
      if (length === 0) return;
      if (length < 0) throw damaged('A length in the archive makes no sense.');
      // a chunk that outlives the window is a copy of its own
      yield (await this.#bytes(place, length)).slice();
      this.done = Math.max(this.done, place.at);
    }
  }

  async #int(place: { at: number }): Promise<number> {
    const cursor = new ArchiveCursor(await this.#bytes(place, 1 + this.toc.intSize));
    cursor.intSize = this.toc.intSize;
    return cursor.int();
  }

  async #bytes(place: { at: number }, length: number): Promise<Uint8Array> {
    const { at } = place;
    if (at + length > this.total) throw damaged('The archive is cut off: what is in it so far is loaded, the rest is missing.');
    if (at < this.#windowAt || at + length > this.#windowAt + this.#window.length) {
      this.#window = new Uint8Array(await this.#file.slice(at, at + Math.max(WINDOW, length)).arrayBuffer());
      this.#windowAt = at;
    }
    place.at += length;
    return this.#window.subarray(at - this.#windowAt, at - this.#windowAt + length);
  }
}

const packings = [['', 'none'], ['.gz', 'gzip'], ['.lz4', 'lz4'], ['.zst', 'zstd']] as const;

/** Tar and directory format: `toc.dat`, and a file for each entry's data and each large object. */
class MemberArchive implements ArchiveFile {
  readonly toc: ArchiveToc;
  readonly total: number;
  done = 0;
  readonly #members: Map<string, ArchivePart>;

  private constructor(members: Map<string, ArchivePart>, toc: ArchiveToc) {
    this.#members = members;
    this.toc = toc;
    this.total = [...members.values()].reduce((sum, { file }) => sum + file.size, 0);
  }

  static async open(members: Map<string, ArchivePart>): Promise<ArchiveFile> {
    const toc = members.get('toc.dat');
    if (!toc) throw damaged('There is no table of contents (toc.dat) in this archive.');
    return new MemberArchive(members, await readToc(toc.packed ? await unpacked(toc.file) : toc.file));
  }

  data(entry: TocEntry): AsyncIterable<Uint8Array> {
    return this.#member(entry.fileName!);
  }

  /** Their list has a line each: the number, and the name of its file. A tar's has another name than it says. */
  async *largeObjects(entry: TocEntry): AsyncGenerator<LargeObject> {
    const names = [entry.fileName!, `blobs_${entry.dumpId}.toc`, 'blobs.toc'];
    const list = names.find((name) => packings.some(([ending]) => this.#members.has(name + ending)));
    const parts: BlobPart[] = [];
    for await (const piece of this.#member(list ?? entry.fileName!)) parts.push(piece.slice());
    for (const line of (await new Blob(parts).text()).split('\n')) {
      const found = /^(\d+)\s+(\S.*)$/.exec(line);
      if (found) yield { oid: Number(found[1]), bytes: this.#member(found[2]!) };
    }
  }

  async *#member(name: string): AsyncGenerator<Uint8Array> {
    for (const [ending, packing] of packings) {
      const part = this.#members.get(name + ending);
      if (part) return yield* unpack(packing, fileChunks(part.file, part.packed ?? false, (bytes) => (this.done += bytes)));
    }
    throw damaged(`${name} is not in the archive.`);
  }
}
