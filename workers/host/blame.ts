import type { RelationInfo } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { isDefaultValue } from '../wire/changes';
import type { EngineErrorData } from '../wire/errors';
import { cellsEqual } from '../dialect/cellsEqual';
import type { PreparedChange } from './changeStatements';
import type { Driver } from './driver';

/**
 * Which change is to blame for a COMMIT that failed, as far as it can be told: by the rows that the engine finds
 * dangling, or by the key that its error names. The id of the change, or null.
 */
export async function blamed(
  driver: Driver,
  prepared: readonly PreparedChange[],
  rowOf: (one: PreparedChange) => Record<string, Cell> | null,
  error: EngineErrorData
): Promise<string | null> {
  const named = byDetail(prepared, error);
  if (named !== null || !driver.danglingRows || !/FOREIGN|23503/.test(error.code)) return named;
  for (const relation of new Set(prepared.map((p) => p.of.info))) {
    for (const dangling of await driver.danglingRows(relation)) {
      const own = prepared.find((p) => p.of.info === relation && isSame(rowOf(p), dangling));
      if (own) return own.change.id;
      const parent = prepared.find((p) => isParentOf(p, relation, dangling));
      if (parent) return parent.change.id;
    }
  }
  return null;
}

const isSame = (a: Record<string, Cell> | null | undefined, b: Record<string, Cell>): boolean =>
  !!a && Object.entries(b).every(([name, value]) => cellsEqual(a[name] ?? null, value));

/** True when the change took away what a dangling row points to. */
function isParentOf({ change, of }: PreparedChange, child: RelationInfo, dangling: Record<string, Cell>): boolean {
  if (change.type === 'insert') return false;
  return child.foreignKeys.some(
    (key) =>
      key.target.relation === of.info.relation &&
      key.target.schema === of.info.schema &&
      key.columns.every((column, i) => cellsEqual(dangling[column] ?? null, change.before[key.targetColumns[i]!] ?? null))
  );
}

/** Postgres names the key: `Key (a, b)=(1, 2) is not present in table "p".` */
function byDetail(prepared: readonly PreparedChange[], error: EngineErrorData): string | null {
  const key = /^Key \((.*?)\)=\((.*?)\) /s.exec(error.detail ?? '');
  if (!key) return null;
  const columns = key[1]!.split(', ').map((name) => name.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"'));
  const isNamed = (values: Record<string, unknown>): boolean =>
    columns.every((name) => Object.hasOwn(values, name)) && columns.map((name) => textOf(values[name])).join(', ') === key[2];
  return prepared.findLast(({ change }) => isNamed({ ...change.before, ...change.data }) || isNamed(change.before))?.change.id ?? null;
}

const textOf = (value: unknown): string =>
  value === null || value === undefined || isDefaultValue(value as Cell) ? '' : typeof value === 'object' ? '' : String(value as string);
