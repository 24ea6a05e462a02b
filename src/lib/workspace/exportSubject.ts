import type { ExportRequest, RelationRef } from '$workers/engine';
import type { GridState } from '$lib/grid/gridState.svelte';
import { leavesOut, requestOf } from '$lib/tabs/tableState';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { dialogs } from './dialogs.svelte';
import type { Owner } from './navigate';

/** What is to be written: rows of a relation, of a result. */
export interface ExportSubject {
  owner: Owner;
  /** As people call it, and what the file is named after. */
  title: string;
  /** True when filters leave some rows out. */
  isFiltered: boolean;
  source: ExportRequest['source'];
  name: ExportRequest['name'];
  /** The cells that are selected, when they are several. */
  selection: NonNullable<ExportRequest['range']> | null;
  /** Rows of all of it; null while unknown. */
  expected: number | null;
}

/** A relation as its tab shows it, with its sorts and filters. */
export function relationSubject(owner: Owner, ref: RelationRef, more: Partial<ExportSubject> = {}): ExportSubject {
  const { schema, relation } = ref;
  const state = uiStore.getTableState(owner.connectionId, schema, relation);
  return {
    owner,
    title: relation,
    isFiltered: leavesOut(state),
    source: { kind: 'relation', request: { schema, relation, ...requestOf(state) } },
    name: { schema, relation },
    selection: null,
    expected: null,
    ...more
  };
}

/** The last row that a range can name. */
const LAST_ROW = Number.MAX_SAFE_INTEGER - 1;

/** The selected cells of a grid, when they are more than the active one. */
export function selectionOf(grid: GridState): ExportSubject['selection'] {
  const { selection, hasRange, above } = grid;
  // Rows that are only staged are no rows of the relation.
  if (!hasRange || !selection || selection.bottom < above) return null;
  return {
    top: Math.max(0, selection.top - above),
    bottom: (Number.isFinite(selection.bottom) ? selection.bottom : LAST_ROW) - above,
    columns: grid.places.slice(selection.left, selection.right + 1)
  };
}

/** All rows with the columns that a grid shows; null when it shows all of them as they come. */
export function shownColumns(grid: GridState): ExportSubject['selection'] {
  const { places, source } = grid;
  if (places.length === source.columns.length && places.every((place, i) => place === i)) return null;
  return { top: 0, bottom: LAST_ROW, columns: [...places] };
}

/** Asks how the rows of a relation are to be written. */
export const exportRelation = (owner: Owner, ref: RelationRef, more: Partial<ExportSubject> = {}): void =>
  dialogs.show({ kind: 'export', subject: relationSubject(owner, ref, more) });
