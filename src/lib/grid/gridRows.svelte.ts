import { isLongCell, type Cell } from '$workers/engine';
import { RowCache, pageRowsFor } from './rowCache';
import type { MarkedRow } from './rowOverlay';
import type { RowSource } from './rowSource';

/** The rows of a grid: those of its source that are at hand, under what is staged. */
export class GridRows {
  readonly source: RowSource;
  #cache: RowCache | null = null;
  #revision: number;
  #count: number | null = null;
  /** First row of the source in sight. */
  #first = 0;
  #version = $state(0);

  /** Rows that stand above those of the source: they are staged. */
  readonly above = $derived.by((): number => this.source.overlay?.above ?? 0);

  /** Rows to lay out: all, or as many as are known or likely so far. */
  readonly rowCount = $derived.by((): number => this.#sourceRows + this.above);

  readonly #sourceRows = $derived.by((): number => {
    void this.#version;
    const { rowCount, isExact } = this.source;
    const cache = this.#cache;
    const end = cache?.end ?? Infinity;
    if (rowCount !== null && isExact) return Math.min(rowCount, end);
    const seen = cache?.seen ?? 0;
    const likely = Math.max(rowCount ?? 0, seen);
    const isMoreLikely = rowCount === null || seen >= rowCount;
    return Math.min(end, isMoreLikely ? likely + (cache?.pageRows ?? 50) : likely);
  });

  /** True when `rowCount` is all rows. */
  readonly isCountKnown = $derived.by((): boolean => {
    void this.#version;
    return (this.source.isExact && this.source.rowCount !== null) || this.#cache?.end != null;
  });

  constructor(source: RowSource) {
    this.source = source;
    this.#revision = source.revision;
  }

  /** Changes when rows come, go or fail. */
  get version(): number {
    return this.#version;
  }

  get failure(): unknown {
    void this.#version;
    return this.#cache?.failure ?? null;
  }

  /** True while the rows in sight are the ones from before a refresh. */
  get isStale(): boolean {
    void this.#version;
    return this.#cache?.isStale ?? false;
  }

  /** The row at a position as it is shown, or undefined while it is not at hand. Cells stand as in the source. */
  row(index: number): Cell[] | undefined {
    return this.marked(index)?.cells ?? this.stored(index);
  }

  /** What is staged of the row at a position; undefined when nothing is, or it is not at hand. */
  marked(index: number): MarkedRow | undefined {
    const { overlay } = this.source;
    // The heads stand before the first row.
    if (!overlay || index < 0) return undefined;
    if (index < this.above) return overlay.rowAbove(index);
    const row = this.stored(index);
    return row && overlay.of(row);
  }

  /** The row at a position as the source has it; undefined for one that is to be inserted. */
  stored(index: number): Cell[] | undefined {
    void this.#version;
    return index < 0 || index < this.above ? undefined : this.#cache?.row(index - this.above);
  }

  /** Whether values that are cut can be had whole. */
  get canReadWhole(): boolean {
    return this.source.wholeCell !== undefined;
  }

  /** One value, whole, by the place of its column within the source. Rejects when the source cannot bring it. */
  async wholeValue(row: number, place: number, signal?: AbortSignal): Promise<Cell> {
    const shown = this.row(row)?.[place];
    if (shown !== undefined && !(shown !== null && isLongCell(shown))) return shown;
    return (await this.source.wholeCell?.(row - this.above, place, signal)) ?? null;
  }

  /** Rows as the source has them, from a position among all rows on: those at hand, the rest read. */
  storedRows(from: number, count: number, signal: AbortSignal): Promise<Cell[][]> {
    const start = from - this.above;
    return this.#cache ? this.#cache.rows(start, count, signal) : this.source.rows(start, count, signal);
  }

  /**
   * Follows the source and reads what is in sight; the grid calls it whenever one of them changes.
   * `firstShown`..`lastShown` are rows, last exclusive; `speed` is that of the scrolling, in rows a millisecond.
   */
  want(firstShown: number, lastShown: number, speed: number): void {
    const { source } = this;
    const first = Math.max(0, firstShown - this.above);
    const last = lastShown - this.above;
    this.#first = first;
    if (!this.#cache) {
      const pageRows = pageRowsFor(source.columns.length || 20);
      this.#cache = new RowCache({ pageRows, read: (f, n, s) => source.rows(f, n, s), onchange: () => this.#changed() });
      this.#count = source.rowCount;
    }
    if (source.revision !== this.#revision) {
      this.#revision = source.revision;
      this.#cache.refresh();
      this.#version++;
    } else if (source.rowCount !== this.#count && (source.rowCount ?? 0) > (this.#cache.end ?? Infinity)) {
      this.#cache.extend();
      this.#version++;
    }
    this.#count = source.rowCount;
    this.#cache.want(first, Math.max(last, first + 1), speed, Math.max(1, this.#sourceRows));
  }

  #changed(): void {
    this.#version++;
    this.onrows();
  }

  /** Rows have come, gone or failed. */
  protected onrows(): void {}

  /** Rows of the source at hand from a position on, at most `count`; those that are not are passed over. */
  protected held(from: number, count: number): Cell[][] {
    const rows: Cell[][] = [];
    for (let i = Math.max(0, from); i < from + count; i++) {
      const row = this.#cache?.row(i);
      if (row) rows.push(row);
    }
    return rows;
  }

  /** First row of the source in sight. */
  protected get firstShown(): number {
    return this.#first;
  }

  retry(): void {
    this.#cache?.retry();
  }

  dispose(): void {
    this.#cache?.dispose();
  }

  debug(): Record<string, unknown> {
    return { ...this.#cache?.debug(), rows: this.rowCount };
  }
}
