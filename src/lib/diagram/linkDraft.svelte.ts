/** A column of a table of the diagram. */
export interface LinkEnd {
  table: string;
  column: string;
}

/** The line that is drawn from a column to another with the pointer. */
export class LinkDraft {
  /** Px within the canvas, while it is drawn. */
  line = $state.raw<{ x1: number; y1: number; x2: number; y2: number } | null>(null);
  readonly #canvas: () => HTMLElement;
  readonly #onlinked: (child: LinkEnd, parent: LinkEnd) => void;

  constructor(canvas: () => HTMLElement, onlinked: (child: LinkEnd, parent: LinkEnd) => void) {
    this.#canvas = canvas;
    this.#onlinked = onlinked;
  }

  start(child: LinkEnd, event: PointerEvent): void {
    event.preventDefault();
    event.stopPropagation();
    const box = this.#canvas().getBoundingClientRect();
    const at = (e: PointerEvent) => ({ x: e.clientX - box.left, y: e.clientY - box.top });
    const { x, y } = at(event);
    this.line = { x1: x, y1: y, x2: x, y2: y };
    const over = new AbortController();
    const move = (e: PointerEvent): void => {
      this.line = { ...this.line!, x2: at(e).x, y2: at(e).y };
    };
    const up = (e: PointerEvent): void => {
      over.abort();
      this.line = null;
      const target = document.elementFromPoint(e.clientX, e.clientY)?.closest<HTMLElement>('[data-column]');
      const { table, column } = target?.dataset ?? {};
      if (table && column && (table !== child.table || column !== child.column)) this.#onlinked(child, { table, column });
    };
    const cancel = (): void => {
      over.abort();
      this.line = null;
    };
    window.addEventListener('pointermove', move, { signal: over.signal });
    window.addEventListener('pointerup', up, { signal: over.signal });
    window.addEventListener('pointercancel', cancel, { signal: over.signal });
  }
}
