/** What could not be read of one table of a damaged database. */
export interface SalvagedTable {
  name: string;
  /** Rows that were read. */
  rows: number;
  /** Pages that could not be read, the first of them, and how many there are; what hung on them is not known. */
  lostPages: number[];
  lostPageCount: number;
  /** Between which rowids rows may be missing: from (or the beginning) to (or the end), both included. The first of them. */
  lostRanges: { from: string | null; to: string | null }[];
  /** Rows on pages that can be read that could not be read themselves. */
  lostRows: number;
}

/** What "Save what can be read" has found, and what is missing. */
export interface SalvageReport {
  tables: SalvagedTable[];
  /** Rows on pages that belong to no table any more: they are in the table of this name. Null when there are none. */
  orphans: { table: string; rows: number } | null;
  /** What else is missing, in words. */
  notes: string[];
}
