import type { Cell, ResultColumn } from '$workers/engine';
import type { GridState } from './gridState.svelte';
import { wholeText } from './cellText';
import { cellsOf } from './selection';

/** Cells that are summed up: more would take longer than a blink. */
const MOST_CELLS = 50_000;

/** A decimal number as digits and how many of them stand behind the point. */
interface Decimal {
  digits: bigint;
  scale: number;
}

/** A number that is written out, exactly; null for text, infinities and NaN. */
function decimalOf(text: string): Decimal | null {
  const parts = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d{1,3}))?$/i.exec(text);
  if (!parts || (parts[2] === '' && parts[3] === '')) return null;
  const digits = BigInt(`${parts[2]}${parts[3]}`) * (parts[1] === '-' ? -1n : 1n);
  const scale = parts[3]!.length - Number(parts[4] ?? 0);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

const scaled = ({ digits, scale }: Decimal, to: number): bigint => digits * 10n ** BigInt(to - scale);

function textOf(digits: bigint, scale: number): string {
  const sign = digits < 0n ? '-' : '';
  const text = (digits < 0n ? -digits : digits).toString().padStart(scale + 1, '0');
  const whole = text.slice(0, text.length - scale).replace(/\B(?=(\d{3})+$)/g, ',');
  const rest = scale > 0 ? text.slice(-scale).replace(/0+$/, '') : '';
  return `${sign}${whole}${rest ? `.${rest}` : ''}`;
}

/** What several values have in common, exact but for the mean, which has six digits behind the point. */
export interface Summary {
  cells: number;
  nulls: number;
  distinct: number;
  /** Null unless numbers are among them; text is left out. */
  numbers: { sum: string; mean: string; min: string; max: string } | null;
}

export function summaryOf(values: readonly { cell: Cell; column: ResultColumn }[]): Summary {
  const seen = new Set<string>();
  let nulls = 0;
  const decimals: Decimal[] = [];
  for (const { cell, column } of values) {
    if (cell === null) {
      nulls++;
      continue;
    }
    const text = wholeText(cell, column);
    seen.add(text);
    const isNumber = typeof cell !== 'string' || column.family === 'integer' || column.family === 'number';
    const decimal = isNumber ? decimalOf(text) : null;
    if (decimal) decimals.push(decimal);
  }
  const summary: Summary = { cells: values.length, nulls, distinct: seen.size, numbers: null };
  if (decimals.length === 0) return summary;
  const scale = Math.max(...decimals.map((d) => d.scale));
  const all = decimals.map((d) => scaled(d, scale));
  const sum = all.reduce((a, b) => a + b, 0n);
  const mean = (sum * 1_000_000n) / BigInt(all.length);
  const least = all.reduce((a, b) => (b < a ? b : a));
  const most = all.reduce((a, b) => (b > a ? b : a));
  summary.numbers = { sum: textOf(sum, scale), mean: textOf(mean, scale + 6), min: textOf(least, scale), max: textOf(most, scale) };
  return summary;
}

/** What is selected, in words for the status line; empty for a single cell, a count alone for what is not at hand. */
export function selectionFacts(grid: GridState): string[] {
  const { selection, hasRange, selectedCells } = grid;
  if (!hasRange || !selection || selectedCells < 2) return [];
  const count = `${selectedCells.toLocaleString('en')} cells`;
  if (cellsOf(selection) > MOST_CELLS) return [count];
  const values: { cell: Cell; column: ResultColumn }[] = [];
  for (let row = selection.top; row <= selection.bottom; row++) {
    const cells = grid.row(row);
    if (!cells) return [count];
    for (let column = selection.left; column <= selection.right; column++) {
      values.push({ cell: cells[grid.places[column]!] ?? null, column: grid.columns[column]! });
    }
  }
  const { numbers, distinct, nulls } = summaryOf(values);
  const facts = [count];
  if (numbers) facts.push(`sum ${numbers.sum}`, `mean ${numbers.mean}`, `min ${numbers.min}`, `max ${numbers.max}`);
  facts.push(`${distinct.toLocaleString('en')} distinct`);
  if (nulls > 0) facts.push(`${nulls.toLocaleString('en')} NULL`);
  return facts;
}
