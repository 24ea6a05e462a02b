import { isWholeReal, type Cell } from '../wire/cells';
import type { ColumnStats } from '../wire/changes';
import type { RowSet } from '../wire/results';
import { RANGES, type StatsSql } from '../dialect/lookups';
import type { Driver } from './driver';
import { readRows } from './readRows';


const numberOf = (cell: Cell | undefined): number =>
  cell === null || cell === undefined ? NaN : typeof cell === 'object' ? (isWholeReal(cell) ? cell.real : NaN) : Number(cell);

/** See Engine.columnStats. */
export async function columnStats(driver: Driver, request: RowSet, column: string): Promise<ColumnStats> {
  const started = performance.now();
  const relation = await driver.relation(request);
  const info = relation?.columns.find((c) => c.name === column);
  if (!relation || !info) throw { code: 'refused', message: `${request.relation} has no column "${column}".` };
  const sql = driver.dialect.stats(request, relation, info);
  const [numbers = []] = (await readRows(driver, sql.numbers)).rows;
  const [rows, held, distinct, sum = null, mean = null] = numbers;
  const one = async (question: StatsSql['min']): Promise<Cell> => (await readRows(driver, question)).rows[0]?.[0] ?? null;
  const top = (await readRows(driver, sql.top)).rows.map(([value, count]) => ({ value: value!, count: Number(count) }));
  return {
    rows: Number(rows),
    nulls: Number(rows) - Number(held),
    distinct: Number(distinct),
    min: await one(sql.min),
    max: await one(sql.max),
    sum,
    mean,
    top,
    histogram: await histogram(driver, sql),
    ms: performance.now() - started
  };
}

/** Empty for what is no number, and where all numbers are the same. */
async function histogram(driver: Driver, sql: StatsSql): Promise<ColumnStats['histogram']> {
  if (!sql.bounds || !sql.histogram) return [];
  const [bounds = []] = (await readRows(driver, sql.bounds)).rows;
  const [from, to] = bounds.map(numberOf);
  if (from === undefined || to === undefined || !(to > from) || !Number.isFinite(to - from)) return [];
  const counts = new Map((await readRows(driver, sql.histogram(from, to))).rows.map(([range, count]) => [Number(range), Number(count)]));
  const width = (to - from) / RANGES;
  return Array.from({ length: RANGES }, (_, i) => ({
    from: from + i * width,
    to: i === RANGES - 1 ? to : from + (i + 1) * width,
    count: counts.get(i + 1) ?? 0
  }));
}
