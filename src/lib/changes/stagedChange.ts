import type { Cell, EngineErrorData, NewValue } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';

/** An insert, update or delete that waits to be committed. Plain and never mutated: a change of it is another object. */
export interface StagedChange {
  id: string;
  type: 'insert' | 'update' | 'delete';
  connectionId: ConnectionId;
  schema: string;
  table: string;
  /** New values by column; of an insert, what is left out takes its default. */
  data: Record<string, NewValue>;
  /** Values that were seen, by column: the whole row as the database had it; empty for an insert. */
  originalData: Record<string, Cell>;
  /** Where the row lies, for relations whose rows have no key. */
  rowId?: string;
  /** Which row of its table it is, told from the others as long as it is staged; of an insert its own id. */
  rowKey: string;
  /** Order in which rows were first changed. */
  seq: number;
  /** Epoch ms of the last change. */
  at: number;
}

/** Why a change could not be committed. */
export interface ChangeProblem {
  error: EngineErrorData;
  /** The row as the database has it now; null when it is gone; undefined when this is no conflict. */
  theirs?: Record<string, Cell> | null;
}
