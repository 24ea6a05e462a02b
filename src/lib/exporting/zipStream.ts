import { Zip, ZipPassThrough } from 'fflate';

/** What a zip of the plain format may hold of one file, and of all. */
const MOST_BYTES = 0xffffffff;

/** A file within a zip, packed by the browser beside the page's own thread. */
class PackedFile extends ZipPassThrough {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #done: Promise<void>;
  #bytes = 0;

  constructor(name: string) {
    super(name);
    this.compression = 8; // deflated
    const deflate = new CompressionStream('deflate-raw');
    this.#writer = deflate.writable.getWriter() as WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
    this.#done = this.#pump(deflate.readable.getReader() as ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>);
  }

  async #pump(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>): Promise<void> {
    for (;;) {
      const { value, done } = await reader.read();
      this.ondata(null, value ?? new Uint8Array(0), done);
      if (done) return;
    }
  }

  /** What fflate makes of a piece once its checksum is taken: nothing, for it is packed elsewhere. */
  protected override process(): void {}

  /** Takes the next bytes; resolves when more may come. */
  async take(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#bytes += bytes.length;
    if (this.#bytes > MOST_BYTES) throw new RangeError(`${this.filename} is more than the 4 GB that a file in a zip may have. Export that table by itself.`);
    this.push(bytes);
    await this.#writer.write(bytes);
  }

  async end(): Promise<void> {
    this.push(new Uint8Array(0), true); // the checksum is whole
    await this.#writer.close();
    await this.#done;
  }

  /** Lets go of what was begun. */
  async drop(): Promise<void> {
    await this.#writer.abort().catch(() => undefined); // it may have failed already
    await this.#done.catch(() => undefined);
  }
}

/** A zip that is written while its files are made, one after another. */
export class ZipStream {
  readonly #zip: Zip;
  readonly #write: (chunk: Uint8Array) => Promise<void>;
  #waiting: Uint8Array[] = [];
  #bytes = 0;

  /** @param write takes the zip's bytes; awaited, so that a slow disk slows what comes */
  constructor(write: (chunk: Uint8Array) => Promise<void>) {
    this.#write = write;
    this.#zip = new Zip((error, chunk) => {
      if (error) throw error;
      if (chunk.length > 0) this.#waiting.push(chunk);
    });
  }

  async #flush(): Promise<void> {
    for (const chunk of this.#waiting.splice(0)) {
      this.#bytes += chunk.length;
      if (this.#bytes > MOST_BYTES) throw new RangeError('This is more than the 4 GB that a zip may have. Export fewer tables at once.');
      await this.#write(chunk);
    }
  }

  /** Writes one file; `make` hands its bytes over. Rejects with what `make` does, or RangeError where it is too large. */
  async file(name: string, make: (take: (chunk: Uint8Array) => Promise<void>) => Promise<void>): Promise<void> {
    const file = new PackedFile(name);
    this.#zip.add(file);
    try {
      await make(async (chunk) => {
        await file.take(chunk as Uint8Array<ArrayBuffer>);
        await this.#flush();
      });
      await file.end();
    } catch (e) {
      await file.drop();
      throw e;
    }
    await this.#flush();
  }

  async end(): Promise<void> {
    this.#zip.end();
    await this.#flush();
  }
}
