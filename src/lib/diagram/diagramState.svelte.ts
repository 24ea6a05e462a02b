import { messageOf, type SchemaInfo } from '$workers/engine';
import { diagramModel, hasPartitions, shownPart, type ColumnsShown, type DiagramModel, type Part } from './diagramModel';
import { boundsOf } from './diagramView.svelte';
import type { KeptDiagram } from './keptDiagram';
import { layOut, type Positions } from './layoutWorker';
import { linkWords } from './linkWords';

/** Px that a table is moved at a time by the keyboard. */
const STEP = 20;

const toggled = (set: ReadonlySet<string>, item: string): ReadonlySet<string> => {
  const next = new Set(set);
  if (!next.delete(item)) next.add(item);
  return next;
};

/** Which tables of a schema a diagram shows, how much of each, and where they lie. */
export class DiagramState {
  shown = $state<ColumnsShown>('some');
  collapsed = $state.raw<ReadonlySet<string>>(new Set());
  hidden = $state.raw<ReadonlySet<string>>(new Set());
  /** Where somebody has put tables. */
  dragged = $state.raw<Positions>({});
  /** Partitions are drawn within what they divide. */
  fold = $state(false);
  part = $state.raw<Part>({ show: 'all' });
  /** Why it could not be laid out, in words. */
  failed = $state<string | null>(null);
  /** What is drawn: a model with its layout. */
  drawn = $state.raw<{ model: DiagramModel; positions: Positions } | null>(null);
  readonly #schema: () => SchemaInfo;

  constructor(schema: () => SchemaInfo, kept: KeptDiagram) {
    this.#schema = schema;
    this.shown = kept.shown;
    this.collapsed = new Set(kept.collapsed);
    this.hidden = new Set(kept.hidden);
    this.dragged = kept.dragged;
    this.fold = kept.fold;
  }

  /** There is something to fold. */
  readonly hasPartitions = $derived.by(() => hasPartitions(this.#schema()));
  /** All tables of the schema. */
  readonly whole: DiagramModel = $derived.by(() => diagramModel(this.#schema(), this.shown, this.collapsed, this.fold));
  /** What is to be drawn of them. */
  readonly model: DiagramModel = $derived.by(() => shownPart(this.whole, this.part, this.hidden));
  /** Tables as they are drawn now, and where. */
  readonly tables = $derived(this.drawn?.model.tables ?? []);
  readonly placed: Positions = $derived.by(() => (this.drawn ? { ...this.drawn.positions, ...this.dragged } : {}));
  readonly bounds = $derived(boundsOf(this.tables, this.placed));
  /** Says of a drawn table what it is linked to. */
  readonly words = $derived(linkWords(this.drawn?.model.edges ?? []));

  /** What of it lasts, but for where one looks. */
  get kept(): Omit<KeptDiagram, 'viewport'> {
    return { dragged: this.dragged, collapsed: [...this.collapsed], hidden: [...this.hidden], shown: this.shown, fold: this.fold };
  }

  toggle(table: string): void {
    this.collapsed = toggled(this.collapsed, table);
  }

  hide(table: string): void {
    this.hidden = toggled(this.hidden, table);
  }

  showHidden(): void {
    this.hidden = new Set();
  }

  /** Forgets where tables were put. */
  arrange(): void {
    this.dragged = {};
  }

  /** Moves a table by steps, as dragging it does. */
  move(table: string, [x, y]: readonly [number, number]): void {
    const at = this.placed[table]!;
    this.put([{ id: table, position: { x: at.x + x * STEP, y: at.y + y * STEP } }]);
  }

  /** Tables were dragged. */
  put(moved: readonly { id: string; position: { x: number; y: number } }[]): void {
    this.dragged = { ...this.dragged, ...Object.fromEntries(moved.map(({ id, position }) => [id, { ...position }])) };
  }

  /** Lays out what is to be drawn; what is drawn stays until then. `ondrawn` is called in the same task as it changes. */
  async layOut(signal: AbortSignal, ondrawn: () => void): Promise<void> {
    const wanted = this.model;
    this.failed = null;
    const nodes = wanted.tables.map(({ id, width, height }) => ({ id, width, height }));
    const edges = wanted.edges.map((e) => ({ from: e.child, to: e.parent }));
    try {
      const positions = await layOut({ nodes, edges }, signal);
      if (signal.aborted) return;
      this.drawn = { model: wanted, positions };
    } catch (e) {
      if (!signal.aborted) this.failed = messageOf(e);
      return;
    }
    ondrawn();
  }
}
