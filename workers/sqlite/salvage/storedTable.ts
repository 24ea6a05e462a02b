import { rowidColumn } from '../../dialect/rowidColumn';
import { rowidName } from '../../dialect/rowidName';
import { sqliteTable } from '../../dialect/sqliteTable';
import type { Cell } from '../../wire/cells';
import { quoteName } from '../schemaObjects';
import type { TreeRow } from './tree';

/** How rows of a table lie in its b-tree, and how they are put into a new one. */
export interface StoredTable {
  /** A tree of rowids. */
  hasRowid: boolean;
  /**
   * Names and values of an INSERT; null where the row is none of this table: it has more values than columns, or a value
   * where SQLite keeps NULL for the rowid.
   */
  insert(row: TreeRow): { columns: string[]; values: Cell[] } | null;
}

interface Stored {
  name: string;
  /** It is the rowid by another name: NULL stands in its place. */
  isRowid: boolean;
  /** Worked out anew from others. */
  isGenerated: boolean;
}

/** How the table of a CREATE TABLE lies in the file; undefined where its text cannot be read with certainty. */
export function storedTable(name: string, sql: string): StoredTable | undefined {
  const table = sqliteTable('main', name, sql);
  if (!table) return undefined;
  const key = table.primaryKey?.columns ?? [];
  const hasRowid = !table.withoutRowid;
  const alias = rowidColumn(table)?.id;
  // WITHOUT ROWID the key comes first.
  const inOrder = hasRowid
    ? table.columns
    : [...new Set([...key, ...table.columns.map((c) => c.id)])].map((id) => table.columns.find((c) => c.id === id)!);
  const stored = inOrder
    .filter((c) => !c.generated || c.generated.stored)
    .map((c): Stored => ({ name: c.name, isRowid: c.id === alias, isGenerated: c.generated !== null }));
  const place = stored.findIndex((c) => c.isRowid);
  const free = hasRowid ? rowidName({ columns: table.columns.map(({ name: column }) => ({ name: column })) as never }) : undefined;
  return {
    hasRowid,
    insert({ rowid, values }) {
      if (values.length > stored.length || (place >= 0 && values[place] !== null)) return null;
      const columns: string[] = [];
      const kept: Cell[] = [];
      // A row from before a column was added has fewer values: the rest is what the column's default says.
      for (const [i, value] of values.entries()) {
        const column = stored[i]!;
        if (column.isGenerated) continue;
        columns.push(quoteName(column.name));
        kept.push(i === place ? rowid : value);
      }
      if (rowid !== null && free !== undefined && place < 0) {
        columns.unshift(free);
        kept.unshift(rowid);
      }
      return { columns, values: kept };
    }
  };
}
