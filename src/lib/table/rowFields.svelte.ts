import type { Cell, ColumnInfo, NewValue } from '$workers/engine';
import type { HeadMark } from '$lib/grid/GridHeader.svelte';
import type { RowMark } from '$lib/grid/rowOverlay';
import { headMarks } from './tableFacts';
import { linkOf, openRowOf } from './relatedRows';
import type { TableSession } from './tableSession.svelte';

/** One value of the row that a form shows. */
export interface RowFieldFacts {
  /** Place of its column among those of the relation. */
  place: number;
  column: ColumnInfo;
  /** Of its type, in Postgres. */
  oid: number | undefined;
  mark: HeadMark;
  value: NewValue;
  staged: RowMark | null;
  /** What it is in the database; undefined where that is the same. */
  before: NewValue | undefined;
  refusal: string | null;
  link: { label: string; open: () => void } | null;
}

/** The active row of a table tab as the fields of a form: every column, hidden ones among them, in the relation's order. */
export class RowFields {
  readonly #session: TableSession;

  constructor(session: TableSession) {
    this.#session = session;
  }

  get #row(): number {
    return this.#session.grid.active.row;
  }

  /** True when the row is at hand. */
  get isHere(): boolean {
    return this.#session.grid.row(this.#row) !== undefined;
  }

  readonly #marks = $derived.by(() => headMarks(this.#session.columns, this.#session.info));

  readonly all = $derived.by((): RowFieldFacts[] => {
    const { columns, grid } = this.#session;
    const shown = grid.row(this.#row);
    if (!shown) return [];
    const stored = grid.stored(this.#row);
    const marked = grid.marked(this.#row);
    return columns.map(({ oid }, place): RowFieldFacts => {
      const isMarked = marked !== undefined && (!marked.places || marked.places.has(place));
      const column = this.#columnAt(place);
      return {
        place,
        column,
        oid,
        mark: this.#marks[place] ?? null,
        value: this.#session.editing.shownValue({ row: this.#row, place }),
        staged: isMarked ? marked.mark : null,
        before: isMarked && marked.mark === 'update' ? (stored?.[place] ?? null) : undefined,
        refusal: this.#session.editable.refusalOf(this.#session.editable.infoAt(place)),
        link: this.#link(column.name, shown)
      };
    });
  });

  /** What the catalog says of a column; of one that it does not know, what came with the rows. */
  #columnAt(place: number): ColumnInfo {
    const known = this.#session.editable.infoAt(place);
    if (known) return known;
    const { name, type, family } = this.#session.columns[place]!;
    return { name, type, family, nullable: true, default: null, generated: null, identity: null, keyPlace: 0, hidden: false };
  }

  #link(name: string, shown: readonly Cell[]): RowFieldFacts['link'] {
    const to = linkOf(this.#session, name, shown);
    return to && to.values.every((v) => v !== null) ? { label: `Open the row of ${to.key.target.relation}`, open: () => openRowOf(this.#session.owner, to.key.target, to.key.targetColumns, to.values) } : null;
  }

  /** Stages NULL; says why not where the column takes none. */
  setNull({ column, staged }: RowFieldFacts): void {
    const { editable } = this.#session;
    const refusal = editable.refusalOf(column) ?? (column.nullable ? null : `${column.name} takes no NULL.`);
    if (refusal) return editable.say(refusal);
    const target = editable.targetAt(this.#row);
    if (target && staged !== 'delete') editable.stage([{ target, data: { [column.name]: null } }], 'Set NULL');
  }
}
