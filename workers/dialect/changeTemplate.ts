import type { ColumnInfo } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { RowChange } from '../wire/changes';
import type { ChangeParts } from './changeSql';

/** Where a value of a change's statement comes from. */
export type ValueSource =
  /** The new value of a column, or the one that was seen. */
  | { of: 'data' | 'before'; name: string }
  /** One of the values that say where the row lies. */
  | { of: 'place'; part: number }
  /** Something known of this change alone. */
  | { of: 'fixed'; value: Cell };

/** Writes a value into a statement by where it comes from. @param column see WriteValue */
export type WriteSource = (source: ValueSource, column?: ColumnInfo) => string;

interface Slot {
  source: ValueSource;
  column: ColumnInfo | undefined;
}

/** Stands around the number of a slot; no name and no default holds a NUL. */
const MARK = '\u0000';

/**
 * The statement of a change with its values left out: the same for all changes whose values are of the same columns
 * and kinds (NULL, text, other). Both what runs and what is shown are made of it.
 */
export class ChangeTemplate {
  /** With placeholders. */
  readonly sql: string;
  /** Where the values come from, in the order of the placeholders. */
  readonly sources: readonly ValueSource[];
  /** True when it holds something of the change that it was made of, and fits no other. */
  readonly isFixed: boolean;
  readonly #texts: readonly string[];
  readonly #slots: readonly Slot[];
  readonly #parts: ChangeParts;

  /** @param make writes the statement; the same value of a change is always written as the same text */
  constructor(make: (write: WriteSource) => string, parts: ChangeParts) {
    const known = new Map<string, number>();
    const slots: Slot[] = [];
    const marked = make((source, column) => {
      const key = source.of === 'fixed' ? `${slots.length}` : `${source.of} ${source.of === 'place' ? source.part : source.name} ${column ? 1 : 0}`;
      let at = known.get(key);
      if (at === undefined) {
        known.set(key, (at = slots.length));
        slots.push({ source, column });
      }
      return MARK + at + MARK;
    });
    const pieces = marked.split(MARK);
    this.#parts = parts;
    this.#texts = pieces.filter((_, i) => i % 2 === 0);
    this.#slots = pieces.filter((_, i) => i % 2 === 1).map((at) => slots[Number(at)]!);
    this.sources = this.#slots.map(({ source }) => source);
    this.isFixed = this.sources.some(({ of }) => of === 'fixed');
    this.sql = this.#filled((place) => parts.placeholder(place + 1));
  }

  #filled(write: (place: number) => string): string {
    let text = this.#texts[0]!;
    for (let i = 0; i < this.#slots.length; i++) text += write(i) + this.#texts[i + 1]!;
    return text;
  }

  /** The values of a change, in the order of the placeholders. */
  paramsOf(change: RowChange): Cell[] {
    const place = change.rowId === undefined ? [] : this.#parts.placeValues(change.rowId);
    return this.sources.map((source) => {
      if (source.of === 'fixed') return source.value;
      if (source.of === 'place') return place[source.part]!;
      return change[source.of][source.name] as Cell;
    });
  }

  /** The statement with every value as an exact literal. */
  shownOf(params: readonly Cell[]): string {
    return this.#filled((place) => this.#parts.literal(params[place]!, this.#slots[place]!.column));
  }
}
