import type { ColumnInfo } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import type { CommittedRow, NewValue, RowChange } from '../wire/changes';
import type { EngineErrorData } from '../wire/errors';
import { plainChange } from '../wire/packedCommit';
import type { Ordered } from './orderChanges';
import type { ParkedChange } from './parkedChange';

/** What the steps need of the commit around them. All of it throws what ends the commit. */
interface Making {
  freeValue(change: RowChange, column: ColumnInfo): Promise<Cell>;
  /** Makes a first step; the row as it then is, undefined where somebody has changed it since. */
  first(change: RowChange): Promise<CommittedRow | undefined>;
  second(change: RowChange): Promise<void>;
}

const withValues = (data: Record<string, NewValue>, values: readonly (readonly [string, NewValue])[]): Record<string, NewValue> =>
  Object.fromEntries([...Object.entries(data), ...values]);

/**
 * Changes that wait for each other in a circle, in two steps: rows that are there already step out of the way before
 * all else, and each takes its values at its turn, or at the end where it waits for what comes after it.
 */
export class ChangesInSteps {
  readonly #making: Making;
  readonly #columns = new Map<RowChange, ColumnInfo[]>();
  readonly #late = new Set<RowChange>();
  readonly #rows = new Map<RowChange, CommittedRow>();

  constructor(parked: readonly ParkedChange[], making: Making) {
    this.#making = making;
    for (const { change, column, isLate } of parked) {
      const known = this.#columns.get(change) ?? [];
      if (!known.includes(column)) this.#columns.set(change, [...known, column]);
      if (isLate) this.#late.add(change);
    }
  }

  has(change: RowChange): boolean {
    return this.#columns.has(change);
  }

  /** Before all else. */
  async begin(): Promise<void> {
    for (const change of this.#columns.keys()) if (change.type !== 'insert') await this.#first(change);
  }

  /** At the turn of one of them. */
  async turn(change: RowChange): Promise<void> {
    if (change.type === 'insert') await this.#first(change);
    else if (!this.#late.has(change)) await this.#second(change);
  }

  /** After all else. */
  async end(): Promise<void> {
    for (const change of this.#columns.keys()) if (change.type === 'insert' || this.#late.has(change)) await this.#second(change);
  }

  async #first(change: RowChange): Promise<void> {
    const free: [string, Cell][] = [];
    for (const column of this.#columns.get(change)!) free.push([column.name, await this.#making.freeValue(change, column)]);
    const isInsert = change.type === 'insert';
    const step = plainChange(change, { type: isInsert ? 'insert' : 'update', data: withValues(isInsert ? change.data : {}, free) });
    const row = await this.#making.first(step);
    if (row) this.#rows.set(change, row);
  }

  async #second(change: RowChange): Promise<void> {
    const row = this.#rows.get(change);
    if (!row?.now) return; // the conflict is told
    const isInsert = change.type === 'insert';
    const names = this.#columns.get(change)!.map((column) => column.name);
    const data = isInsert ? withValues({}, names.map((name) => [name, change.data[name]!])) : change.data;
    const place = row.rowId === undefined ? {} : { rowId: row.rowId };
    await this.#making.second(plainChange(change, { type: isInsert ? 'update' : change.type, data, before: row.now, ...place }));
  }
}

const EXCHANGE =
  'These changes exchange values among rows that may each be there only once, and each row is checked by itself. Give one of them a value of its own, commit, then give it the one that it shall have.';
const CIRCLE =
  'These rows point to each other in a circle, and each is checked by itself. Leave one of their foreign keys empty, commit, then set it; or make the foreign key DEFERRABLE.';

/**
 * What to do about a commit that failed because its changes wait for each other in a circle, in words; undefined where
 * that is not why.
 */
export function circleHint({ code }: EngineErrorData, { isCircle, parked }: Pick<Ordered, 'isCircle' | 'parked'>): string | undefined {
  if (!isCircle) return undefined;
  if (/^23505$|UNIQUE|PRIMARYKEY|ROWID/.test(code)) return EXCHANGE;
  if (/^23503$|FOREIGNKEY/.test(code)) return parked.some((p) => p.by === 'unique') ? EXCHANGE : CIRCLE;
  return undefined;
}
