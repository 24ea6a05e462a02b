import type { Cell } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';

/** An insert, update or delete that waits to be committed. */
export interface StagedChange {
  id: string;
  type: 'insert' | 'update' | 'delete';
  connectionId: ConnectionId;
  schema: string;
  table: string;
  /** New values by column. */
  data: Record<string, Cell>;
  /** Values that were seen, by column; empty for an insert. */
  originalData: Record<string, Cell>;
  /** What will run. */
  sql: string;
}
