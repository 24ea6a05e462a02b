import { cellsEqual } from '$workers/dialect/cellsEqual';
import { isDefaultValue, type NewValue, type RowChange } from '$workers/engine';
import type { StagedChange } from './stagedChange';

/*
 * The algebra of staged changes, pure: what two changes of one row make together, and which belong to which table.
 * The store keeps and saves them and decides nothing. What takes a commit back is dialect/reverseChanges.
 */

/** True for the very same new value: a default is a default. */
export const sameValue = (a: NewValue, b: NewValue): boolean =>
  isDefaultValue(a) || isDefaultValue(b) ? isDefaultValue(a) && isDefaultValue(b) : cellsEqual(a, b);

const isUnchanged = (change: StagedChange, name: string, value: NewValue): boolean =>
  Object.hasOwn(change.originalData, name) && sameValue(value, change.originalData[name]!);

/** True when a change changes nothing: an update whose values are those that were seen. */
export const isEmpty = (change: StagedChange): boolean =>
  change.type === 'update' && Object.entries(change.data).every(([name, value]) => isUnchanged(change, name, value));

/** An update without the columns that have their old value again; null when nothing is left of it. */
function trimmed(change: StagedChange): StagedChange | null {
  const kept = Object.entries(change.data).filter(([name, value]) => !isUnchanged(change, name, value));
  if (kept.length === 0) return null;
  return kept.length === Object.keys(change.data).length ? change : { ...change, data: Object.fromEntries(kept) };
}

/** What is given of an inserted row: its defaults are left out. */
const given = (data: Record<string, NewValue>): Record<string, NewValue> =>
  Object.fromEntries(Object.entries(data).filter(([, value]) => !isDefaultValue(value)));

/**
 * What a staged change of a row and the next one of the same row make together: an update of an inserted row is the
 * insert, two updates are one, an update that takes everything back and a deleted row that was only staged are nothing
 * (null). The first one's id, place and seen values stay.
 */
export function merge(before: StagedChange | undefined, next: StagedChange): StagedChange | null {
  if (!before) return next.type === 'update' ? trimmed(next) : next;
  const { id, seq, rowKey } = before;
  if (before.type === 'insert') return next.type === 'delete' ? null : { ...before, at: next.at, data: given({ ...before.data, ...next.data }) };
  const originalData = { ...next.originalData, ...before.originalData };
  if (next.type === 'delete') return { ...next, id, seq, rowKey, originalData };
  const data = before.type === 'delete' ? next.data : { ...before.data, ...next.data };
  return trimmed({ ...before, type: 'update', at: next.at, data, originalData });
}

/**
 * What is left to commit of a row that was changed further while its change was being committed: from what the commit
 * made of it to what is wanted now. Null where that is the same.
 * @param now the row as the commit made it
 */
export function rebase(sent: StagedChange, current: StagedChange, now: StagedChange['originalData']): StagedChange | null {
  const next = { ...current, id: crypto.randomUUID(), originalData: { ...current.originalData, ...now } };
  if (current.type === 'delete') return next;
  const before = sent.type === 'insert' ? {} : current.originalData;
  const names = new Set([...Object.keys(sent.data), ...Object.keys(current.data)]);
  // A value that was given and is no longer is the old one again; of a new row its default.
  const wanted = (name: string): NewValue => (Object.hasOwn(current.data, name) ? current.data[name]! : Object.hasOwn(before, name) ? before[name]! : { default: true });
  const isAsSent = (name: string): boolean => Object.hasOwn(sent.data, name) && sameValue(sent.data[name]!, wanted(name));
  // What a trigger made of a value that was sent is not taken back.
  const data = Object.fromEntries([...names].filter((name) => !isAsSent(name)).map((name) => [name, wanted(name)]));
  return trimmed({ ...next, type: 'update', data });
}

/** A staged change as the engine takes it. */
export const rowChangeOf = ({ id, type, schema, table, data, originalData, rowId }: StagedChange): RowChange => ({
  id,
  type,
  schema,
  relation: table,
  data,
  before: originalData,
  ...(rowId === undefined ? {} : { rowId })
});

/** The changes of one table. */
export interface TableChanges {
  schema: string;
  table: string;
  changes: StagedChange[];
}

/** Changes by table, tables in the order of their first change. */
export function byTable(changes: readonly StagedChange[]): TableChanges[] {
  const tables = new Map<string, TableChanges>();
  for (const change of changes) {
    const key = JSON.stringify([change.schema, change.table]);
    const known = tables.get(key);
    if (known) known.changes.push(change);
    else tables.set(key, { schema: change.schema, table: change.table, changes: [change] });
  }
  return [...tables.values()];
}

/** How many inserts, updates and deletes there are. */
export function countByType(changes: readonly StagedChange[]): Record<StagedChange['type'], number> {
  const counts = { insert: 0, update: 0, delete: 0 };
  for (const { type } of changes) counts[type]++;
  return counts;
}
