import type { RowSource } from '../../src/lib/grid/rowSource';
import type { Cell, ResultColumn } from '../../workers/engine';

/** Rows that are made when they are asked for. */
export class MemorySource implements RowSource {
  columns = $state.raw<ResultColumn[]>([]);
  rowCount = $state<number | null>(null);
  isExact = $state(true);
  revision = $state(0);
  reads = 0;
  rowOf: (index: number) => Cell[];
  total: number;
  failing: Error | null = null;
  wholeCell?: RowSource['wholeCell'];

  constructor(columns: ResultColumn[], total: number, rowOf: (index: number) => Cell[]) {
    this.columns = columns;
    this.total = total;
    this.rowCount = total;
    this.rowOf = rowOf;
  }

  async rows(from: number, count: number): Promise<Cell[][]> {
    this.reads++;
    if (this.failing) throw this.failing;
    return Array.from({ length: Math.max(0, Math.min(count, this.total - from)) }, (_, i) => this.rowOf(from + i));
  }
}

export const textColumn = (name: string): ResultColumn => ({ name, type: 'text', family: 'text' });
export const numberColumn = (name: string): ResultColumn => ({ name, type: 'integer', family: 'integer' });

/** So many columns `c0`, `c1`…; cell `r:c`. */
export const wideSource = (rows: number, columns: number): MemorySource =>
  new MemorySource(
    Array.from({ length: columns }, (_, c) => (c % 2 === 0 ? numberColumn(`c${c}`) : textColumn(`c${c}`))),
    rows,
    (r) => Array.from({ length: columns }, (_, c) => (c % 2 === 0 ? r * 100 + c : `row ${r} column ${c}`))
  );
