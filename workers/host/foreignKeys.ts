import type { ColumnInfo, RelationInfo, RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { MOST_REFERENCING, type ChoicePage, type ChoiceRequest, type ReferencingRows } from '../wire/changes';
import { isErrorData } from '../wire/errors';
import { packRows } from '../wire/pageWriter';
import type { Driver } from './driver';
import { readRows } from './readRows';

/** Columns beside the key that are shown of a row. */
const MOST_OTHERS = 3;
/** What people tell rows apart by. */
const TELLING = /name|title|label|mail|code|descr|subject/i;

/** Columns that tell rows apart best: those called like it, other texts, then what there is. */
function tellingColumns(target: RelationInfo, keys: readonly string[]): string[] {
  const points = (c: ColumnInfo): number =>
    (c.family === 'text' ? 2 : 0) + (TELLING.test(c.name) ? 3 : 0) - (['json', 'binary', 'array', 'other'].includes(c.family) ? 9 : 0);
  return target.columns
    .filter((c) => !keys.includes(c.name) && !c.hidden && points(c) >= 0)
    .map((c, place) => ({ name: c.name, place, points: points(c) }))
    .sort((a, b) => b.points - a.points || a.place - b.place)
    .slice(0, MOST_OTHERS)
    .sort((a, b) => a.place - b.place)
    .map((c) => c.name);
}

/** See Engine.foreignKeyChoices. */
export async function foreignKeyChoices(driver: Driver, request: ChoiceRequest): Promise<ChoicePage> {
  const relation = await driver.relation(request);
  const key = relation?.foreignKeys.find((k) => k.columns.length === request.columns.length && k.columns.every((c, i) => c === request.columns[i]));
  if (!key) throw { code: 'refused', message: `${request.columns.join(', ')} of ${request.relation} is no foreign key.` };
  const target = await driver.relation(key.target);
  if (!target || target.unavailable) {
    throw { code: 'refused', message: `The rows of ${key.target.relation}, which ${request.relation} points to, cannot be read.`, hint: target?.unavailable };
  }
  const keys = key.targetColumns;
  const others = tellingColumns(target, keys);
  const { search, value, limit } = request;
  const { columns, rows } = await readRows(driver, driver.dialect.choices({ target, keys, others, search, value, limit: limit + 1 }));
  return {
    target: { schema: target.schema, relation: target.relation },
    columns,
    keys: keys.length,
    page: packRows(rows.slice(0, limit), columns.length),
    more: rows.length > limit
  };
}

/** See Engine.referencingRows. */
export async function referencingRows(driver: Driver, ref: RelationRef, row: Record<string, Cell>): Promise<ReferencingRows[]> {
  const { referencedBy } = await driver.structure(ref);
  const found: ReferencingRows[] = [];
  for (const { from, columns, targetColumns } of referencedBy) {
    const values = targetColumns.map((name) => row[name] ?? null);
    const count = values.includes(null) ? 0 : await countPointing(driver, from, columns, values);
    found.push({ from, columns, targetColumns, count: Math.min(count, MOST_REFERENCING), more: count > MOST_REFERENCING });
  }
  return found;
}

async function countPointing(driver: Driver, from: RelationRef, columns: readonly string[], values: readonly Cell[]): Promise<number> {
  try {
    const { rows } = await readRows(driver, driver.dialect.pointing(from, columns, values, MOST_REFERENCING + 1));
    return Number(rows[0]?.[0] ?? 0);
  } catch (e) {
    // A value that the pointing column's type cannot hold is in none of its rows.
    if (isErrorData(e) && /^22/.test(e.code)) return 0;
    throw e;
  }
}
