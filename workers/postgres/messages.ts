/**
 * Messages of the Postgres protocol, version 3, as far as the extended and the simple query use them
 * (https://www.postgresql.org/docs/18/protocol-message-formats.html).
 */

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Builds a run of frontend messages in one buffer. `take()` empties it. */
export class MessageBuilder {
  #bytes = new Uint8Array(4096);
  #at = 0;
  #start = 0;

  #room(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const bigger = new Uint8Array(Math.max(this.#at + bytes, this.#bytes.length * 2));
    bigger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = bigger;
  }

  #begin(type: string): void {
    this.#room(5);
    this.#bytes[this.#at] = type.charCodeAt(0);
    this.#start = this.#at + 1;
    this.#at += 5;
  }

  #end(): this {
    const length = this.#at - this.#start;
    const b = this.#bytes;
    b[this.#start] = length >>> 24;
    b[this.#start + 1] = length >>> 16;
    b[this.#start + 2] = length >>> 8;
    b[this.#start + 3] = length;
    return this;
  }

  #int16(n: number): void {
    this.#room(2);
    this.#bytes[this.#at++] = n >>> 8;
    this.#bytes[this.#at++] = n;
  }

  #int32(n: number): void {
    this.#room(4);
    for (const shift of [24, 16, 8, 0]) this.#bytes[this.#at++] = n >>> shift;
  }

  #raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #text(value: string): void {
    this.#raw(encoder.encode(value));
    this.#room(1);
    this.#bytes[this.#at++] = 0;
  }

  /** A simple query: one statement or several. */
  query(sql: string): this {
    this.#begin('Q');
    this.#text(sql);
    return this.#end();
  }

  /** Parses into the unnamed statement; the types of its parameters are inferred. */
  parse(sql: string): this {
    this.#begin('P');
    this.#text('');
    this.#text(sql);
    this.#int16(0);
    return this.#end();
  }

  describeStatement(): this {
    this.#begin('D');
    this.#raw(Uint8Array.of(0x53)); // S
    this.#text('');
    return this.#end();
  }

  /**
   * Binds the unnamed statement to the unnamed portal.
   * @param values texts in the server's own form, or null
   * @param binaryColumns for each result column, whether it comes in binary; empty for all as text
   */
  bind(values: readonly (string | Uint8Array | null)[], binaryColumns: readonly boolean[] = []): this {
    this.#begin('B');
    this.#text('');
    this.#text('');
    this.#int16(0);
    this.#int16(values.length);
    for (const value of values) {
      if (value === null) {
        this.#int32(-1);
        continue;
      }
      const bytes = typeof value === 'string' ? encoder.encode(value) : value;
      this.#int32(bytes.length);
      this.#raw(bytes);
    }
    this.#int16(binaryColumns.length);
    for (const binary of binaryColumns) this.#int16(binary ? 1 : 0);
    return this.#end();
  }

  /** Runs the unnamed portal for up to `most` rows; 0 for all. */
  execute(most: number): this {
    this.#begin('E');
    this.#text('');
    this.#int32(most);
    return this.#end();
  }

  /** Ends the implicit transaction; ReadyForQuery answers it. */
  sync(): this {
    this.#begin('S');
    return this.#end();
  }

  /** The head of a CopyData message whose bytes are sent as a part of their own. */
  copyDataHead(bytes: number): this {
    this.#begin('d');
    const end = this.#at;
    this.#at += bytes;
    this.#end();
    this.#at = end;
    return this;
  }

  copyDone(): this {
    this.#begin('c');
    return this.#end();
  }

  copyFail(reason: string): this {
    this.#begin('f');
    this.#text(reason);
    return this.#end();
  }

  /** What was built. The view is valid until the next message is built. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(0, this.#at);
    this.#at = 0;
    return bytes;
  }
}

/** Reads the fields of one backend message. */
export class MessageReader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #to: number;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#to = to;
  }

  get ended(): boolean {
    return this.#at >= this.#to;
  }

  byte(): number {
    return this.#bytes[this.#at++]!;
  }

  int16(): number {
    return ((this.byte() << 24) >> 16) | this.byte();
  }

  int32(): number {
    return (this.byte() << 24) | (this.byte() << 16) | (this.byte() << 8) | this.byte();
  }

  uint32(): number {
    return this.int32() >>> 0;
  }

  /** A text that ends with a zero byte. */
  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const value = decoder.decode(this.#bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return value;
  }
}

/** A column of a RowDescription. */
export interface FieldDescription {
  name: string;
  tableOid: number;
  columnNumber: number;
  typeOid: number;
  typeModifier: number;
}

export function readRowDescription(bytes: Uint8Array, from: number, to: number): FieldDescription[] {
  const reader = new MessageReader(bytes, from, to);
  const fields: FieldDescription[] = [];
  for (let n = reader.int16(); n > 0; n--) {
    const name = reader.text();
    const tableOid = reader.uint32();
    const columnNumber = reader.int16();
    const typeOid = reader.uint32();
    reader.int16(); // length of the type
    const typeModifier = reader.int32();
    reader.int16(); // format, unknown yet when a statement is described
    fields.push({ name, tableOid, columnNumber, typeOid, typeModifier });
  }
  return fields;
}

/** The fields of an ErrorResponse or NoticeResponse by their letter. */
export function readFields(bytes: Uint8Array, from: number, to: number): Map<string, string> {
  const reader = new MessageReader(bytes, from, to);
  const fields = new Map<string, string>();
  while (!reader.ended) {
    const letter = reader.byte();
    if (letter === 0) break;
    fields.set(String.fromCharCode(letter), reader.text());
  }
  return fields;
}
