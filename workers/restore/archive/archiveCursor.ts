/** Thrown where bytes end before what is read does. */
export class EndOfBytes extends Error {}

const decoder = new TextDecoder();

/** Reads the numbers and texts of an archive of pg_dump out of bytes (pg_backup_archiver.c: ReadInt, ReadStr, ReadOffset). */
export class ArchiveCursor {
  readonly bytes: Uint8Array;
  at: number;
  /** Bytes of a number, without its sign. */
  intSize = 4;
  offsetSize = 8;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new EndOfBytes();
    return value;
  }

  /** A number with its sign in front, its lowest byte first. */
  int(): number {
    const negative = this.byte() !== 0;
    const value = this.#little(this.intSize);
    return negative ? -value : value;
  }

  /** Null where there is none; that is not the same as an empty one. */
  text(): string | null {
    const length = this.int();
    if (length < 0) return null;
    if (this.at + length > this.bytes.length) throw new EndOfBytes();
    this.at += length;
    return decoder.decode(this.bytes.subarray(this.at - length, this.at));
  }

  /** A place in the file: null where the archive does not know it, or has none. */
  offset(): { state: 'unknown' | 'set' | 'none'; at: number } {
    const flag = this.byte();
    const at = this.#little(this.offsetSize);
    return { state: flag === 2 ? 'set' : flag === 3 ? 'none' : 'unknown', at };
  }

  #little(size: number): number {
    let value = 0;
    for (let i = 0, scale = 1; i < size; i++, scale *= 256) value += this.byte() * scale;
    return value;
  }
}
