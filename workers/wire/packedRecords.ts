/**
 * Many records of values by name, of which most have the same names. As objects they cost ten times as much to send:
 * each name crosses with each of them.
 */
export interface PackedRecords<V> {
  /** The names of each shape that occurs, in the order of its records' keys. */
  names: string[][];
  /** For each record its shape; {@link NO_RECORD} where there is none. */
  shapes: Uint32Array;
  /** The values of one record after the other. */
  values: V[];
}

export const NO_RECORD = 0xffff_ffff;

/** Packs records, one after the other. */
export class RecordPacker<V> {
  readonly #names: string[][] = [];
  readonly #known = new Map<string, number>();
  readonly #shapes: number[] = [];
  readonly #values: V[] = [];
  #last = NO_RECORD;

  add(record: Record<string, V> | null): void {
    if (record === null) {
      this.#shapes.push(NO_RECORD);
      return;
    }
    if (!this.#fits(record)) this.#last = this.#shapeOf(record);
    for (const name of this.#names[this.#last]!) this.#values.push(record[name]!);
    this.#shapes.push(this.#last);
  }

  /** True when a record has the names of the one before. */
  #fits(record: Record<string, V>): boolean {
    const names = this.#names[this.#last];
    if (!names) return false;
    let at = 0;
    for (const name in record) if (names[at++] !== name) return false;
    return at === names.length;
  }

  #shapeOf(record: Record<string, V>): number {
    const names = Object.keys(record);
    const key = JSON.stringify(names);
    let shape = this.#known.get(key);
    if (shape === undefined) this.#known.set(key, (shape = this.#names.push(names) - 1));
    return shape;
  }

  take(): PackedRecords<V> {
    return { names: this.#names, shapes: Uint32Array.from(this.#shapes), values: this.#values };
  }
}

/** One of many packed records, read in place. */
export class RecordView<V> {
  readonly names: readonly string[];
  readonly shape: number;
  readonly #values: readonly V[];
  readonly #from: number;

  constructor(names: readonly string[], shape: number, values: readonly V[], from: number) {
    this.names = names;
    this.shape = shape;
    this.#values = values;
    this.#from = from;
  }

  /** @param at place among the names */
  valueAt(at: number): V {
    return this.#values[this.#from + at]!;
  }

  /** As an object; a name like `__proto__` is one of its own. */
  toRecord(): Record<string, V> {
    return Object.fromEntries(this.names.map((name, at) => [name, this.valueAt(at)]));
  }
}

/** The records in their order; null where there is none. */
export function viewRecords<V>({ names, shapes, values }: PackedRecords<V>): (RecordView<V> | null)[] {
  const views: (RecordView<V> | null)[] = [];
  let from = 0;
  for (const shape of shapes) {
    const own = names[shape];
    views.push(own ? new RecordView(own, shape, values, from) : null);
    from += own?.length ?? 0;
  }
  return views;
}
