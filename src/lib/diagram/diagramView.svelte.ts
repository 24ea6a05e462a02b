import type { DiagramEdge } from './diagramModel';
import type { Positions } from './layoutWorker';

export interface Viewport {
  x: number;
  y: number;
  zoom: number;
}

export interface Area {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** What can be done with a table where it is drawn. */
export interface TableActions {
  startLink: (table: string, column: string, event: PointerEvent) => void;
  toggle: (table: string) => void;
  hide: (table: string) => void;
  edit: (table: string) => void;
}

export type Lit = 'self' | 'neighbour' | 'none';

/** Diagrams of more tables mount only what is in sight, and draw no columns that nobody could read. */
const MANY = 60;
/** At less, text of 11 px is a texture. */
const READABLE_ZOOM = 0.35;
/** At less, a table is too small to be taken hold of: all of them are plain boxes. */
const OVERVIEW_ZOOM = 0.2;
/** Px on the screen: smaller names are no text. */
const LEAST_NAME = 6;
export const MOST_ZOOM = 2;
const LEAST_ZOOM = 0.05;

/** What the pieces of one diagram share: where it is looked at from, and what is lit. */
export class DiagramView {
  /** Px of the window; what is drawn at (a, b) stands at (x + a·zoom, y + b·zoom). */
  viewport = $state.raw<Viewport>({ x: 0, y: 0, zoom: 1 });
  /** Size of the canvas in px. */
  width = $state(0);
  height = $state(0);
  /** The table whose neighbours are lit: under the pointer, or focused. */
  focused = $state<string | null>(null);
  /** So many tables are drawn. */
  count = $state(0);
  edges = $state.raw<readonly DiagramEdge[]>([]);

  readonly #near = $derived.by((): ReadonlySet<string> => {
    const near = new Set<string>();
    if (this.focused) for (const e of this.edges) if (e.child === this.focused || e.parent === this.focused) near.add(e.child).add(e.parent);
    return near;
  });

  constructor(readonly actions: TableActions) {}

  litOf(table: string): Lit {
    if (this.focused === null) return 'none';
    if (table === this.focused) return 'self';
    return this.#near.has(table) ? 'neighbour' : 'none';
  }

  readonly isFar = $derived(this.count > MANY && this.viewport.zoom < READABLE_ZOOM);

  readonly isOverview = $derived(this.count > MANY && this.viewport.zoom < OVERVIEW_ZOOM);

  /** Px in the diagram: names of this size and more are written in an overview. Changes at powers of two of the zoom alone. */
  readonly leastName = $derived(LEAST_NAME / 2 ** Math.floor(Math.log2(this.viewport.zoom)));

  /** What is in sight moves by so much at a time: a power of two, so that zooming a little changes nothing. */
  readonly #step = $derived(2 ** Math.ceil(Math.log2(Math.max(1, this.width, this.height) / this.viewport.zoom / 4)));
  readonly #left = $derived(Math.floor(-this.viewport.x / this.viewport.zoom / this.#step));
  readonly #top = $derived(Math.floor(-this.viewport.y / this.viewport.zoom / this.#step));
  readonly #right = $derived(Math.ceil((this.width - this.viewport.x) / this.viewport.zoom / this.#step));
  readonly #bottom = $derived(Math.ceil((this.height - this.viewport.y) / this.viewport.zoom / this.#step));

  /** What is mounted lies here; null where all is. */
  readonly area = $derived.by((): Area | null => {
    if (this.count <= MANY || this.isOverview) return null;
    const step = this.#step;
    return { left: this.#left * step, top: this.#top * step, right: this.#right * step, bottom: this.#bottom * step };
  });

  /** So far can one zoom out: until all is in sight. */
  leastZoom(bounds: Area): number {
    return Math.min(LEAST_ZOOM, this.fitted(bounds).zoom);
  }

  /** From where all of an area is seen, at its natural size at most. */
  fitted({ left, top, right, bottom }: Area): Viewport {
    const room = 0.92;
    const zoom = Math.min(1, (this.width * room) / Math.max(1, right - left), (this.height * room) / Math.max(1, bottom - top)) || 1;
    return { zoom, x: this.width / 2 - ((left + right) / 2) * zoom, y: this.height / 2 - ((top + bottom) / 2) * zoom };
  }
}

/** Px of a table's name where nothing else of the table is written: as large as fits. */
export const nameSize = ({ id, width, height }: { id: string; width: number; height: number }): number =>
  Math.max(13, Math.min(height * 0.5, (width * 0.9) / (id.length * 0.6)));

/** What encloses all tables. */
export function boundsOf(tables: readonly { id: string; width: number; height: number }[], at: Positions): Area {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { id, width, height } of tables) {
    const { x, y } = at[id]!;
    bounds.left = Math.min(bounds.left, x);
    bounds.top = Math.min(bounds.top, y);
    bounds.right = Math.max(bounds.right, x + width);
    bounds.bottom = Math.max(bounds.bottom, y + height);
  }
  return tables.length > 0 ? bounds : { left: 0, top: 0, right: 0, bottom: 0 };
}

export const meets = (a: Area, b: Area): boolean => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
