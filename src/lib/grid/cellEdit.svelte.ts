import { isDefaultValue, messageOf, type Cell, type NewValue, type ResultColumn, type TypeFamily } from '$workers/engine';
import { formatCount } from '$lib/base/format';
import { sizeText, wholeText } from './cellText';

/** A column as its editor needs to know it. */
export interface EditedColumn extends Pick<ResultColumn, 'name' | 'oid'> {
  type: string;
  /** The type beneath where that is a domain. */
  base?: string;
  family: TypeFamily;
  nullable: boolean;
  /** SQL of its default, or what makes its value ("identity"); null without one. */
  default: string | null;
  /** Values that it takes, with what each is called; absent when it takes any. */
  choices?: readonly { value: Cell; label: string }[];
}

/** Where to go after an edit that was kept. */
export type EditMove = 'stay' | 'next' | 'previous';

export interface CellEditOptions {
  column: EditedColumn;
  /** What is shown in the cell, whole. */
  value: NewValue;
  /** The character that began the edit: it takes the place of the value. */
  typed?: string;
  /** What a text means in this column. Throws in words. */
  parse: (text: string) => Cell;
  onkeep: (value: NewValue, move: EditMove) => void;
  /** Left without a change. */
  onleave: (move: EditMove) => void;
}

/** Most bytes that are edited as digits. */
const MOST_BYTES = 50_000;

/** Most characters that are edited: a browser dies of a text box of many more. */
const MOST_TEXT = 1_000_000;

/** Text that wants more room than one line. */
const isLong = (text: string): boolean => text.includes('\n') || text.length > 80;

/** A cell that is being edited: its text, and whether it is one that the column takes. Outlives the drawn cell. */
export class CellEdit {
  readonly column: EditedColumn;
  /** What stood there. */
  readonly value: NewValue;
  readonly #options: CellEditOptions;
  /** True where several lines are edited. */
  readonly isArea: boolean;
  text = $state('');
  /** What is wrong with the text, in words. */
  problem = $state<string | null>(null);
  /** True once something was typed: what is not touched stays as it was, NULL and broken text among it. */
  isTouched = $state(false);
  /** Characters of a text that is too long to be edited: typing replaces it. */
  readonly #tooLong: number;
  #isOver = false;

  constructor(options: CellEditOptions) {
    this.#options = options;
    this.column = options.column;
    this.value = options.value;
    const whole = this.#textOf(options.value);
    this.#tooLong = whole.length > MOST_TEXT ? whole.length : 0;
    const before = this.#tooLong > 0 ? '' : whole;
    this.text = options.typed ?? before;
    this.isArea = this.column.family === 'json' || isLong(whole);
    this.isTouched = options.typed !== undefined;
  }

  #textOf(value: NewValue): string {
    return isDefaultValue(value) || this.#isLargeBlob ? '' : wholeText(value, this.column);
  }

  /** True for bytes that are too many to be edited one by one. */
  get #isLargeBlob(): boolean {
    return this.value instanceof Uint8Array && this.value.length > MOST_BYTES;
  }

  /** What stands in an empty box. */
  get placeholder(): string {
    if (this.isTouched) return '';
    if (this.#isLargeBlob) return `${sizeText((this.value as Uint8Array).length)} of bytes`;
    if (this.#tooLong > 0) return `${formatCount(this.#tooLong)} characters, too many to edit: what is typed takes their place`;
    return isDefaultValue(this.value) ? 'default' : this.value === null ? 'NULL' : '';
  }

  type(text: string): void {
    this.text = text;
    this.isTouched = true;
    this.problem = null;
  }

  /** Keeps the text as the value; false when the column does not take it. */
  keep(move: EditMove = 'stay'): boolean {
    if (this.#isOver) return true;
    if (!this.isTouched) {
      this.leave(move);
      return true;
    }
    try {
      const value = this.#options.parse(this.text);
      this.#isOver = true;
      this.#options.onkeep(value, move);
      return true;
    } catch (e) {
      this.problem = messageOf(e);
      return false;
    }
  }

  /** Keeps a value as it is: NULL, a default, a choice. */
  set(value: NewValue, move: EditMove = 'stay'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onkeep(value, move);
  }

  leave(move: EditMove = 'stay'): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#options.onleave(move);
  }
}
