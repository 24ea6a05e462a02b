/** A grid of so many rows and columns (`?rows=1000000&columns=50`), measured from within by `window.scrolling`. */
import { mount, unmount } from 'svelte';
import { unpackPage, type Cell, type PackedPage, type ResultColumn } from '../../../workers/engine';
import ScrollPage from './ScrollPage.svelte';

const asked = new URLSearchParams(location.search);
const rowCount = Number(asked.get('rows') ?? 1_000_000);
const columnCount = Number(asked.get('columns') ?? 50);
/** Time that a page of rows takes to come, in ms. */
const wait = Number(asked.get('wait') ?? 2);

const columns: ResultColumn[] = Array.from({ length: columnCount }, (_, c) => ({
  name: `column_${c}`,
  type: c % 3 === 0 ? 'integer' : 'text',
  family: c % 3 === 0 ? 'integer' : 'text'
}));
const worker = new Worker(new URL('./rowsWorker.ts', import.meta.url), { type: 'module' });
const waiting: ((page: PackedPage) => void)[] = [];
worker.onmessage = (event: MessageEvent<PackedPage>) => waiting.shift()?.(event.data);

const source = {
  columns,
  rowCount,
  isExact: true,
  revision: 0,
  async rows(from: number, count: number): Promise<Cell[][]> {
    worker.postMessage({ from, count: Math.min(count, rowCount - from), columnCount, wait });
    return unpackPage(await new Promise((resolve) => waiting.push(resolve)));
  }
};

const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
const element = (): HTMLElement => document.querySelector('[role=grid]')!;

/** Rows in sight that show no cell: not drawn, or still waited for. Told by the document, which costs no hit tests. */
function blankRows(): number {
  const inSight = Math.min(rowCount, Math.floor((element().clientHeight - 40) / 28));
  const drawn = element().querySelectorAll('[role=row]:has([role=gridcell])').length;
  return Math.max(0, inSight - drawn);
}

let app: Record<string, unknown> | null = null;

const scrolling = {
  /** From the mount to the first frame with cells, in ms. */
  async firstPaint(): Promise<number> {
    if (app) await unmount(app);
    const began = performance.now();
    app = mount(ScrollPage, { target: document.getElementById('app')!, props: { source } });
    while (!document.querySelector('[role=gridcell]')) await frame();
    await frame();
    return performance.now() - began;
  },
  /** Scrolls by `step` px each frame; gives the frames' lengths in ms and the rows that were blank in one, all added up. */
  async scroll(frames: number, step: number, axis: 'top' | 'left'): Promise<{ frames: number[]; blank: number }> {
    const lengths: number[] = [];
    let blank = 0;
    let last = await frame();
    for (let i = 0; i < frames; i++) {
      if (axis === 'top') element().scrollTop += step;
      else element().scrollLeft += step;
      const now = await frame();
      lengths.push(now - last);
      last = now;
      blank += blankRows();
    }
    return { frames: lengths, blank };
  }
};

declare global {
  interface Window {
    scrolling: typeof scrolling;
  }
}
window.scrolling = scrolling;
