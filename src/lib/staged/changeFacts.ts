import type { Dialect } from '$workers/dialect/dialect';
import { messageOf, type Cell, type NewValue, type RelationInfo } from '$workers/engine';
import { rowChangeOf } from '$lib/changes/rowChange';
import type { ChangeProblem, StagedChange } from '$lib/changes/stagedChange';

/** One column of a change, side by side. `undefined` stands for what is not there. */
export interface ChangedColumn {
  name: string;
  type: string;
  before: Cell | undefined;
  after: NewValue | undefined;
  /** What somebody else made of it meanwhile. */
  theirs: Cell | undefined;
  isChanged: boolean;
}

/** The columns of a change in the order of its table: of an update those that change, of the others all. */
export function changedColumns(change: StagedChange, info: RelationInfo | undefined, problem: ChangeProblem | undefined): ChangedColumn[] {
  const names = info ? info.columns.filter((c) => !c.hidden).map((c) => c.name) : Object.keys({ ...change.originalData, ...change.data });
  const of = <V>(values: Record<string, V> | null | undefined, name: string): V | undefined =>
    values && Object.hasOwn(values, name) ? values[name] : undefined;
  return names
    .map((name): ChangedColumn => {
      const after = of(change.data, name);
      return {
        name,
        type: info?.columns.find((c) => c.name === name)?.type ?? '',
        before: of(change.originalData, name),
        after: change.type === 'insert' ? (after ?? { default: true }) : after,
        theirs: of(problem?.theirs, name),
        isChanged: change.type !== 'update' || after !== undefined
      };
    })
    .filter((column) => column.isChanged);
}

/** What names the changed row, in words: `id 7`, `a 1, b 2`; empty for a new row. */
export function rowName(change: StagedChange, info: RelationInfo | undefined, text: (cell: Cell) => string): string {
  if (change.type === 'insert') return '';
  const keys = info?.columns.filter((c) => c.keyPlace > 0).map((c) => c.name) ?? [];
  const names = keys.length > 0 ? keys : Object.keys(change.originalData).slice(0, 1);
  return names.map((name) => `${name} ${text(change.originalData[name] ?? null)}`).join(', ');
}

/** The statement that will run, or why there is none. */
export function changeStatement(change: StagedChange, info: RelationInfo | undefined, dialect: Dialect): { sql: string } | { problem: string } {
  if (!info) return { problem: `There is no ${change.schema}.${change.table} any more. Discard this change, or bring the table back.` };
  try {
    return { sql: dialect.changeSql(rowChangeOf(change), info).shown };
  } catch (e) {
    return { problem: messageOf(e) };
  }
}
