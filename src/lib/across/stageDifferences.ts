import { EngineError, type Cell, type ColumnInfo, type RelationInfo, type RowDifference } from '$workers/engine';
import type { Dialect } from '$workers/dialect/dialect';
import { rowKeyOf } from '$lib/changes/rowKey';
import { changesStore } from '$lib/changes/changesStore.svelte';
import type { StagedChange } from '$lib/changes/stagedChange';
import type { Owner } from '$lib/workspace/navigate';

/** Changes that are staged before the page takes a breath. */
const SLICE = 500;

/** Why rows of a table cannot be staged by what was compared, in words; null when they can. */
export function stagingRefusal(dialect: Dialect, info: RelationInfo, compared: readonly string[]): string | null {
  const identity = dialect.rowIdentity(info);
  if (identity.by === 'none') return identity.reason;
  if (identity.by === 'place') return `${info.relation} has no key, by which its rows could be told apart.`;
  const missing = identity.columns.find((c) => !compared.includes(c));
  return missing === undefined ? null : `The key of ${info.relation} has the column ${missing}, which the other side has not.`;
}

/** A record of names that are data: `__proto__` is one of them. */
function record(entries: readonly (readonly [string, Cell])[]): Record<string, Cell> {
  return Object.fromEntries(entries);
}

/**
 * Stages what makes the rows of a table like those of the other side: rows of the other alone are inserted, rows of this
 * one alone deleted, others changed in what differs. Rejects EngineError `refused` where that cannot be, or where one of
 * these rows is staged already; then nothing is staged.
 * @param columns of the differences' rows, of this table
 */
export async function stageDifferences(
  owner: Owner,
  dialect: Dialect,
  info: RelationInfo,
  columns: readonly ColumnInfo[],
  differences: readonly RowDifference[]
): Promise<void> {
  const refusal = stagingRefusal(dialect, info, columns.map((c) => c.name));
  if (refusal !== null) throw new EngineError({ code: 'refused', message: refusal });
  const identity = dialect.rowIdentity(info);
  const { connectionId } = owner;
  const change = (type: StagedChange['type'], rest: Partial<StagedChange>): StagedChange => {
    const id = crypto.randomUUID();
    return {
      id, type, connectionId, schema: info.schema, table: info.relation, data: {}, originalData: {}, rowKey: id, seq: changesStore.nextSeq(), at: Date.now(), ...rest
    };
  };
  const of = (row: readonly Cell[]): Pick<StagedChange, 'rowKey' | 'originalData'> => {
    const valueOf = (name: string): Cell => row[columns.findIndex((c) => c.name === name)] ?? null;
    return { rowKey: rowKeyOf(identity, { values: row, valueOf }), originalData: record(columns.map((c, i) => [c.name, row[i] ?? null])) };
  };
  const given = (row: readonly Cell[], places: readonly number[]): Record<string, Cell> =>
    record(places.filter((at) => columns[at]!.generated === null).map((at) => [columns[at]!.name, row[at] ?? null]));
  const all = [...columns.keys()];
  const changes = differences.flatMap(({ left, right, columns: places }): StagedChange[] => {
    if (left === null) return [change('insert', { data: given(right!, all) })];
    if (right === null) return [change('delete', of(left))];
    const data = given(right, places);
    return Object.keys(data).length === 0 ? [] : [change('update', { ...of(left), data })];
  });
  const busy = changes.find((c) => c.type !== 'insert' && changesStore.ofRow(connectionId, info.schema, info.relation, c.rowKey));
  if (busy) throw new EngineError({ code: 'refused', message: `Rows of ${info.relation} that differ are staged already.`, hint: 'Commit or discard them first.' });
  const slices = Array.from({ length: Math.ceil(changes.length / SLICE) }, (_, i) => changes.slice(i * SLICE, (i + 1) * SLICE));
  await changesStore.stageInSlices(slices, `Differences of ${info.relation}`);
}
