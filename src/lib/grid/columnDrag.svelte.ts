import type { GridView } from './gridView.svelte';

/** How far a pressed head is moved before it is dragged, px. */
const SLACK = 5;
/** How near to an edge the columns begin to scroll, px. */
const EDGE = 32;

/** A head that is dragged to another place. A finger scrolls; only a mouse or a pen drags. */
export class ColumnDrag {
  readonly #view: GridView;
  /** The column that is dragged, and where it would go; null while none is. */
  state = $state.raw<{ from: number; to: number } | null>(null);
  #wasDragged = false;

  constructor(view: GridView) {
    this.#view = view;
  }

  /** Where the mark of the new place is drawn, in px from the first column as it is scrolled. */
  get markX(): number | null {
    if (!this.state || this.state.from === this.state.to) return null;
    const { from, to } = this.state;
    return this.#view.shownX(to, to > from ? 1 : 0) - this.#view.grid.left;
  }

  /** True once after a drag: the click that ends it means nothing. */
  takeClick(): boolean {
    const was = this.#wasDragged;
    this.#wasDragged = false;
    return was;
  }

  /** A head was pressed; follows the pointer until it is let go. */
  press(event: PointerEvent, column: number): void {
    const { grid } = this.#view;
    const element = (event.currentTarget as HTMLElement).closest<HTMLElement>('[role=grid]');
    this.#wasDragged = false;
    if (event.button !== 0 || event.pointerType === 'touch' || !grid.canMoveColumns || !element) return;
    const began = event.clientX;
    let x = began;
    let frame = 0;
    const end = new AbortController();

    const follow = (): void => {
      const box = element.getBoundingClientRect();
      const at = this.#view.columnAtX(x - box.left);
      const to = column < grid.frozen ? Math.min(at, grid.frozen - 1) : Math.max(at, grid.frozen);
      if (this.state?.to !== to) this.state = { from: column, to };
    };
    const scroll = (): void => {
      frame = 0;
      const box = element.getBoundingClientRect();
      const left = box.left + this.#view.numberWidth + this.#view.frozenWidth;
      const by = Math.max(0, x - (box.left + element.clientWidth - EDGE)) + Math.min(0, x - (left + EDGE));
      if (!this.state || by === 0 || column < grid.frozen) return;
      this.#view.scrollTo(grid.top, Math.max(0, grid.left + by / 2));
      follow();
      frame = requestAnimationFrame(scroll);
    };
    const stop = (isDropped: boolean): void => {
      const moved = this.state;
      this.state = null;
      cancelAnimationFrame(frame);
      end.abort();
      if (moved) this.#wasDragged = true;
      if (moved && isDropped) grid.moveColumn(moved.from, moved.to);
    };
    const options = { signal: end.signal };
    window.addEventListener('pointermove', (e) => {
      x = e.clientX;
      if (!this.state && Math.abs(x - began) < SLACK) return;
      follow();
      if (frame === 0) frame = requestAnimationFrame(scroll);
    }, options);
    window.addEventListener('pointerup', () => stop(true), options);
    window.addEventListener('pointercancel', () => stop(false), options);
    window.addEventListener('blur', () => stop(false), options);
    // The press has given the head the focus.
    element.addEventListener('keydown', (e) => {
      if (e.key !== 'Escape' || !this.state) return;
      e.stopPropagation();
      stop(false);
    }, { ...options, capture: true });
  }
}
