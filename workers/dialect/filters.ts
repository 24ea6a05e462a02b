import type { TypeFamily } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { EngineError } from '../wire/errors';
import type { Filter } from '../wire/results';
import type { FilterOperator } from './dialect';

/** What a filter can ask of a column, the same in every dialect. Text is searched without regard to case. */
export const filterOperators: readonly FilterOperator[] = [
  { id: 'equals', label: 'equals', takes: 'one' },
  { id: 'not-equals', label: 'does not equal', takes: 'one' },
  { id: 'contains', label: 'contains', takes: 'one' },
  { id: 'not-contains', label: 'does not contain', takes: 'one' },
  { id: 'starts-with', label: 'starts with', takes: 'one' },
  { id: 'ends-with', label: 'ends with', takes: 'one' },
  { id: 'less', label: '<', takes: 'one' },
  { id: 'at-most', label: '<=', takes: 'one' },
  { id: 'greater', label: '>', takes: 'one' },
  { id: 'at-least', label: '>=', takes: 'one' },
  { id: 'is-null', label: 'is null', takes: 'none' },
  { id: 'is-not-null', label: 'is not null', takes: 'none' },
  { id: 'in', label: 'is one of', takes: 'list' }
];

const ofText = new Set(['contains', 'not-contains', 'starts-with', 'ends-with']);
const ofOrder = new Set(['less', 'at-most', 'greater', 'at-least']);
/** Families whose values have no order that means something. */
const unordered: ReadonlySet<TypeFamily> = new Set(['json', 'binary', 'boolean']);

/** What can be asked of a column of a family. */
export const operatorsFor = (family: TypeFamily): readonly FilterOperator[] =>
  filterOperators.filter(({ id }) => !(unordered.has(family) && ofOrder.has(id)) && !(family === 'boolean' && ofText.has(id)));

const comparisons: Record<string, string> = {
  equals: '=',
  'not-equals': '<>',
  less: '<',
  'at-most': '<=',
  greater: '>',
  'at-least': '>='
};

/** Binds a value and gives its placeholder. */
export type Bind = (value: Cell) => string;

/** Makes the condition of a filter on a column that is quoted already. */
export type MakeCondition = (column: string, filter: Filter, bind: Bind, type?: string) => string;

function refuse(filter: Filter): never {
  throw new EngineError({
    code: 'refused',
    message: `There is no filter "${filter.operator}" for the column "${filter.column}".`,
    hint: 'Remove the filter and add it again.'
  });
}

/** The pattern of LIKE for a search, with its own signs escaped; undefined for other operators. */
function patternOf(filter: Filter): string | undefined {
  const text = (filter.values[0] ?? '').replace(/[\\%_]/g, '\\$&');
  switch (filter.operator) {
    case 'contains':
    case 'not-contains':
      return `%${text}%`;
    case 'starts-with':
      return `${text}%`;
    case 'ends-with':
      return `%${text}`;
    default:
      return undefined;
  }
}

/** The number that a text is to SQLite, where it is one. */
function numberIn(text: string): number | bigint | undefined {
  const digits = text.trim();
  if (/^[+-]?\d+$/.test(digits)) {
    const whole = BigInt(digits.replace('+', ''));
    const exact = Number.isSafeInteger(Number(whole)) ? Number(whole) : whole;
    if (whole >= -(2n ** 63n) && whole < 2n ** 63n) return exact;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : undefined;
}

/**
 * SQLite compares by the value's storage class, and a column may hold any: where the value is a number, numbers
 * are compared as numbers and all else as text. The column's own affinity then changes nothing for the worse.
 */
export const sqliteCondition: MakeCondition = (column, filter, bind) => {
  const { operator, values } = filter;
  if (operator === 'is-null') return `${column} IS NULL`;
  if (operator === 'is-not-null') return `${column} IS NOT NULL`;
  const pattern = patternOf(filter);
  if (pattern !== undefined) {
    return `${column} ${operator === 'not-contains' ? 'NOT LIKE' : 'LIKE'} ${bind(pattern)} ESCAPE '\\'`;
  }
  const isNumber = `typeof(${column}) IN ('integer', 'real')`;
  if (operator === 'in') {
    const numbers = values.map(numberIn).filter((n) => n !== undefined);
    const texts = `${column} IN (${values.map(bind).join(', ')})`;
    return numbers.length === 0 ? texts : `(${texts} OR ${isNumber} AND ${column} IN (${numbers.map(bind).join(', ')}))`;
  }
  const sign = comparisons[operator];
  if (!sign) return refuse(filter);
  const text = values[0] ?? '';
  const number = numberIn(text);
  if (number === undefined) return `${column} ${sign} ${bind(text)}`;
  // Both halves of = can use an index.
  if (sign === '=') return `(${column} = ${bind(text)} OR ${isNumber} AND ${column} = ${bind(number)})`;
  return `CASE WHEN ${isNumber} THEN ${column} ${sign} ${bind(number)} ELSE ${column} ${sign} ${bind(text)} END`;
};

/** Types that Postgres cannot compare for equality or order as they are: they are compared as text. */
const withoutOrder = /^(json|xml|point|line|lseg|box|path|polygon|circle|xid|cid|aclitem|pg_snapshot|txid_snapshot)\b/;

/** What to compare a column by: its text where its type has no order (or one by area, as boxes do). */
export const comparable = (column: string, type: string | undefined): string =>
  type !== undefined && withoutOrder.test(type) ? `${column}::text` : column;

/** Postgres takes the type of an untyped parameter from what it is compared with. */
export const postgresCondition: MakeCondition = (column, filter, bind, type) => {
  const { operator, values } = filter;
  if (operator === 'is-null') return `${column} IS NULL`;
  if (operator === 'is-not-null') return `${column} IS NOT NULL`;
  const pattern = patternOf(filter);
  if (pattern !== undefined) return `${column}::text ${operator === 'not-contains' ? 'NOT ILIKE' : 'ILIKE'} ${bind(pattern)}`;
  if (operator === 'in') {
    return values.length === 0 ? 'false' : `${comparable(column, type)} IN (${values.map(bind).join(', ')})`;
  }
  const sign = comparisons[operator];
  if (!sign) return refuse(filter);
  return `${comparable(column, type)} ${sign} ${bind(values[0] ?? '')}`;
};
