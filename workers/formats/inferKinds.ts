import type { ReadOptions, ValueKind } from '../wire/imports';
import { readDate, readNumber } from './readValue';
import type { DeclaredKind, SourceValue } from './rowReader';

const INTEGER = /^-?(?:0|[1-9]\d*)$/;
const DECIMAL = /^-?(?:0|[1-9]\d*)\.\d+$/;
const REAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?[eE][+-]?\d+$/;
const DATE = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
const TIME = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?$/;
const ZONE = /(?:Z|[+-]\d\d(?::?\d\d)?)$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const BOOLEAN = /^(?:t|f|true|false)$/i;
const SLASHES = /^\d{1,2}\/\d{1,2}\/\d{4}$/;

const MOST = 2n ** 63n;

/** True when a number's text means the same as the double next to it. */
export function isSameReal(text: string): boolean {
  // Up to 15 digits every double keeps; most numbers are short, and this is asked of each.
  if (text.length <= 15 && /^-?[\d.]+$/.test(text)) return true;
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  const digits = text.replace(/[eE].*$/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  if (digits.length <= 15) return true;
  const plain = (t: string): string => t.replace(/[eE].*$/, '').replace(/[-.]/g, '').replace(/^0+/, '').replace(/0+$/, '');
  return plain(String(value)) === digits;
}

/** Looks at all values of one column and says what they are; never narrower than any of them. */
export class ColumnKinds {
  readonly #options: Pick<ReadOptions, 'dates' | 'decimal'>;
  #seen = new Set<ValueKind>();
  nulls = 0;
  fitsReal = true;
  #slashes = 0;
  #others = 0;
  #big = false;

  constructor(options: Pick<ReadOptions, 'dates' | 'decimal'>) {
    this.#options = options;
  }

  look(value: SourceValue): void {
    if (value === null) {
      this.nulls++;
      return;
    }
    // Text stays text whatever else comes; whether its dates have slashes is still of interest.
    if (this.#seen.has('text') && this.#others > 0) return;
    const kind = this.#kindOf(value);
    this.#seen.add(kind);
  }

  #kindOf(value: string | Uint8Array): ValueKind {
    if (typeof value !== 'string') return 'binary';
    const { dates, decimal } = this.#options;
    if (SLASHES.test(value)) {
      this.#slashes++;
      if (dates !== 'text' && readDate(value, dates) !== null) return 'date';
      return 'text';
    }
    this.#others++;
    // What is longer is no number or date that a type holds better than text.
    if (value.length === 0 || value.length > 400) return 'text';
    if (DATE.test(value)) return readDate(value, dates) === null ? 'text' : 'date';
    if (/^\d{1,2}\.\d{1,2}\.\d{4}$/.test(value) && readDate(value, dates) !== null) return 'date';
    const number = decimal === ',' ? readNumber(value, decimal) : value;
    if (number !== null) {
      if (INTEGER.test(number) && number !== '-0') {
        if (!isSameReal(number)) this.fitsReal = false;
        if (number.length > 18) {
          const n = BigInt(number);
          if (n >= MOST || n < -MOST) this.#big = true;
        }
        return 'integer';
      }
      if (DECIMAL.test(number) && !/^-0\.0+$/.test(number)) {
        if (!isSameReal(number)) this.fitsReal = false;
        return 'numeric';
      }
      if (REAL.test(number)) {
        if (!isSameReal(number)) this.fitsReal = false;
        return 'real';
      }
    }
    if (BOOLEAN.test(value)) return 'boolean';
    if (TIME.test(value)) return 'time';
    if (value.length >= 16 && DATE.test(value.slice(0, 10)) && /[T ]/.test(value[10]!)) {
      const rest = value.slice(11);
      if (readDate(value.slice(0, 10), dates) === null) return 'text';
      if (TIME.test(rest)) return 'timestamp';
      if (ZONE.test(rest) && TIME.test(rest.replace(ZONE, ''))) return 'timestamptz';
    }
    if (UUID.test(value)) return 'uuid';
    return 'text';
  }

  /** True when every value is a date with slashes, which can be read in two ways. */
  get slashDates(): boolean {
    return this.#slashes > 0 && this.#others === 0;
  }

  /** True when some of its numbers have no fraction. */
  get wholes(): boolean {
    return this.#seen.has('integer');
  }

  /** What the column is; by the file's own word where it has one. */
  kind(declared: DeclaredKind): ValueKind {
    const seen = this.#seen;
    if (declared === 'json' || declared === 'boolean') return declared;
    if (declared === 'string') {
      const only = seen.size === 1 ? [...seen][0]! : 'text';
      return ['date', 'timestamp', 'timestamptz', 'uuid'].includes(only) ? only : 'text';
    }
    if (declared !== 'text' && declared !== 'number') return declared;
    if (seen.size === 0) return 'text';
    if (seen.size === 1) {
      const [only] = seen;
      return only === 'integer' && this.#big ? 'numeric' : only!;
    }
    const within = (...kinds: ValueKind[]): boolean => [...seen].every((kind) => kinds.includes(kind));
    if (within('integer', 'numeric')) return 'numeric';
    if (within('integer', 'numeric', 'real')) return this.fitsReal ? 'real' : 'text';
    if (within('date', 'timestamp')) return 'timestamp';
    return 'text';
  }
}
