import { TypedCellError } from '$workers/dialect/typedCell';
import { messageOf, type Cell, type ColumnInfo, type NewValue } from '$workers/engine';
import { plural } from '$lib/base/format';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import { parseTsv, type TsvField } from '$lib/grid/tsv';
import { commitInstantly } from '$lib/workspace/commitStaged.svelte';
import type { EditableRows, ShownRow } from './editableRows.svelte';

/** Rows that are pasted at once; more are a file to import. */
const MOST_PASTED = 100_000;
/** Rows that are made within one task. */
const SLICE = 250;

/** What a field means in a column: nothing is NULL where that is possible, and the default else. */
function valueOf(rows: EditableRows, field: TsvField, column: ColumnInfo, seen: Cell, isNew: boolean): NewValue {
  if (field.text === '' && !field.quoted) {
    if (rows.dialect.fillsItself(column, rows.table.info!) && isNew) return { default: true };
    if (column.nullable) return null;
  }
  return rows.dialect.cellOf(field.text, { type: column.base ?? column.type, family: column.family }, seen);
}

/** The columns that a block goes into, by its fields; null for those that take none. */
function columnsFrom(rows: EditableRows, from: number, width: number): (ColumnInfo | null)[] {
  return Array.from({ length: width }, (_, i) => {
    const column = rows.columnInfo(from + i);
    return column && rows.refusalOf(column) === null ? column : null;
  });
}

/** Where the first row of a block names columns, those columns; null when it does not. */
function columnsByHead(rows: EditableRows, head: readonly TsvField[]): (ColumnInfo | null)[] | null {
  const found = head.map(({ text }) => rows.table.info?.columns.find((c) => c.name.toLowerCase() === text.trim().toLowerCase()));
  return found.every((c) => c !== undefined) && new Set(found).size === found.length
    ? found.map((c) => (rows.refusalOf(c) === null ? c! : null))
    : null;
}

function dataOf(rows: EditableRows, fields: readonly TsvField[], columns: readonly (ColumnInfo | null)[], row: ShownRow | null): Record<string, NewValue> {
  const entries: [string, NewValue][] = [];
  for (const [i, column] of columns.entries()) {
    const field = fields[i];
    if (!column || !field) continue;
    const place = rows.table.columns.findIndex((c) => c.name === column.name);
    try {
      const value = valueOf(rows, field, column, row?.cells[place] ?? null, row === null);
      if (row !== null || typeof value !== 'object' || value === null || !('default' in value)) entries.push([column.name, value]);
    } catch (e) {
      if (e instanceof TypedCellError) throw new TypedCellError(`${column.name}: “${field.text.slice(0, 60)}”. ${e.message}`);
      throw e;
    }
  }
  return Object.fromEntries(entries);
}

/**
 * Pastes tab-separated text: over the cells from the active one on, what reaches beyond the last row as new rows; with
 * `asRows` all of it as new rows, by the names in its first row where it names columns. A single value fills the whole
 * selection. Staged in slices, so that thousands of rows do not hold the page up; one undo takes all of it back.
 */
export async function pasteText(rows: EditableRows, text: string, asRows: boolean): Promise<void> {
  const { grid } = rows.table;
  const { selection } = grid;
  const block = parseTsv(text);
  if (!selection || block.length === 0 || !rows.table.info) return;
  if (block.length > MOST_PASTED) {
    return rows.say(`${plural(block.length, 'row')} are too many to paste. Save them as a file and import it.`);
  }
  const byHead = asRows ? columnsByHead(rows, block[0]!) : null;
  const fields = byHead ? block.slice(1) : block;
  const isFill = !asRows && block.length === 1 && block[0]!.length === 1;
  const width = isFill ? selection.right - selection.left + 1 : Math.max(...block.map((r) => r.length));
  const columns = byHead ?? columnsFrom(rows, asRows ? 0 : selection.left, width);
  const height = isFill ? selection.bottom - selection.top + 1 : fields.length;
  const bottom = Math.min(grid.rowCount, selection.top + height) - 1;
  const over = asRows ? [] : await rows.rowsIn({ ...selection, bottom });
  if (!over) return;
  const fieldsAt = (i: number): TsvField[] => (isFill ? Array.from({ length: width }, () => block[0]![0]!) : fields[i]!);
  const label = height === 1 ? 'Paste' : `Paste ${plural(height, 'row')}`;
  try {
    await changesStore.stageInSlices(changesOf(), label);
    const { schema, table } = rows.names;
    commitInstantly(rows.table.owner, changesStore.getChangesForTable(rows.table.owner.connectionId, schema, table));
  } catch (e) {
    rows.say(`Not pasted. ${messageOf(e)}`);
  }

  function* changesOf(): Generator<StagedChange[]> {
    for (let from = 0; from < height; from += SLICE) {
      const slice: StagedChange[] = [];
      for (let i = from; i < Math.min(height, from + SLICE); i++) {
        const row = over![i] ?? null;
        if (row?.marked?.mark === 'delete') continue;
        const data = dataOf(rows, fieldsAt(i), columns, row);
        slice.push(row ? rows.change('update', { ...row.target, data }) : rows.change('insert', { data }));
      }
      yield slice;
    }
  }
}
