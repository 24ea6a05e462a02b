/** Views on the wasm's memory; made anew when it has grown (the old ones are then empty). */
export class SqliteHeap {
  readonly #memory: WebAssembly.Memory;
  #u8!: Uint8Array;
  #u16!: Uint16Array;
  #i32!: Int32Array;
  #u32!: Uint32Array;
  #f64!: Float64Array;
  #view!: DataView;

  constructor(memory: WebAssembly.Memory) {
    this.#memory = memory;
    this.#renew();
  }

  #renew(): void {
    const buffer = this.#memory.buffer;
    this.#u8 = new Uint8Array(buffer);
    this.#u16 = new Uint16Array(buffer);
    this.#i32 = new Int32Array(buffer);
    this.#u32 = new Uint32Array(buffer);
    this.#f64 = new Float64Array(buffer);
    this.#view = new DataView(buffer);
  }

  #fresh(): void {
    if (this.#u8.length === 0) this.#renew();
  }

  get u8(): Uint8Array {
    this.#fresh();
    return this.#u8;
  }

  get u16(): Uint16Array {
    this.#fresh();
    return this.#u16;
  }

  get i32(): Int32Array {
    this.#fresh();
    return this.#i32;
  }

  get u32(): Uint32Array {
    this.#fresh();
    return this.#u32;
  }

  get f64(): Float64Array {
    this.#fresh();
    return this.#f64;
  }

  get view(): DataView {
    this.#fresh();
    return this.#view;
  }

  /** Text up to its NUL. */
  text(pointer: number): string {
    const bytes = this.u8;
    let end = pointer;
    while (bytes[end]) end++;
    return new TextDecoder().decode(bytes.subarray(pointer, end));
  }
}
