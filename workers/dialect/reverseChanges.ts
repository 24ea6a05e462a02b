import { isLongCell, type Cell } from '../wire/cells';
import type { CommitReport, RowChange } from '../wire/changes';
import type { RelationInfo } from '../wire/catalog';
import { cellsEqual } from './cellsEqual';

/**
 * What takes a commit back, as changes of its own in the order that undoes the last first: inserted rows are
 * deleted, deleted ones inserted, changed ones set to what they were. Rows that are gone already are left out.
 * @param changes as they were committed
 * @param report of that commit
 * @param relationOf the relation as the catalog knows it; generated columns of deleted rows are left to the engine
 * @param newId gives each reverse change its id
 */
export function reverseChanges(
  changes: readonly RowChange[],
  report: Pick<CommitReport, 'rows' | 'statements'>,
  relationOf: (change: RowChange) => RelationInfo | undefined,
  newId: () => string
): RowChange[] {
  const made = new Map(report.rows.map((row) => [row.id, row]));
  const order = new Map(report.statements.map(({ id }, i) => [id, i]));
  const last = [...changes].sort((a, b) => (order.get(b.id) ?? 0) - (order.get(a.id) ?? 0));
  return last.flatMap((change): RowChange[] => {
    const row = made.get(change.id);
    if (!row) return [];
    const { schema, relation } = change;
    if (row.was === null) return [];
    const was = row.was ?? change.before;
    const rowId = row.rowId === undefined ? {} : { rowId: row.rowId };
    const reverse = { id: newId(), schema, relation };
    if (change.type === 'delete') {
      return [{ ...reverse, type: 'insert', data: settable(was, relationOf(change)), before: {} }];
    }
    if (row.now === null) return [];
    if (change.type === 'insert') return [{ ...reverse, type: 'delete', data: {}, before: row.now, ...rowId }];
    // A value that is cut was not changed: those that were are whole.
    const isOther = (name: string, value: Cell): boolean => !(value !== null && isLongCell(value)) && !cellsEqual(value, row.now![name] ?? null);
    const data = settable(was, relationOf(change), isOther);
    return Object.keys(data).length === 0 ? [] : [{ ...reverse, type: 'update', data, before: row.now, ...rowId }];
  });
}

/** The values that can be written, of columns that are not generated. */
function settable(
  values: Record<string, Cell>,
  relation: RelationInfo | undefined,
  wanted: (name: string, value: Cell) => boolean = () => true
): Record<string, Cell> {
  const generated = new Set(relation?.columns.filter((c) => c.generated !== null).map((c) => c.name));
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => !generated.has(name) && wanted(name, value)));
}
