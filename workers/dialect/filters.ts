import type { TypeFamily } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { EngineError } from '../wire/errors';
import type { Filter } from '../wire/results';
import type { FilterOperator } from './dialect';

/** What a filter can ask of a column in every dialect. Text is searched without regard to case. */
export const filterOperators: readonly FilterOperator[] = [
  { id: 'equals', label: 'equals', takes: 'one' },
  { id: 'not-equals', label: 'does not equal', takes: 'one' },
  { id: 'contains', label: 'contains', takes: 'one' },
  { id: 'not-contains', label: 'does not contain', takes: 'one' },
  { id: 'like', label: 'is like', takes: 'one' },
  { id: 'not-like', label: 'is not like', takes: 'one' },
  { id: 'starts-with', label: 'starts with', takes: 'one' },
  { id: 'ends-with', label: 'ends with', takes: 'one' },
  { id: 'less', label: '<', takes: 'one' },
  { id: 'at-most', label: '<=', takes: 'one' },
  { id: 'greater', label: '>', takes: 'one' },
  { id: 'at-least', label: '>=', takes: 'one' },
  { id: 'between', label: 'is between', takes: 'two' },
  { id: 'is-null', label: 'is null', takes: 'none' },
  { id: 'is-not-null', label: 'is not null', takes: 'none' },
  { id: 'is-empty', label: 'is empty', takes: 'none' },
  { id: 'is-not-empty', label: 'is not empty', takes: 'none' },
  { id: 'is-true', label: 'is true', takes: 'none' },
  { id: 'is-false', label: 'is false', takes: 'none' },
  { id: 'in', label: 'is one of', takes: 'list' },
  { id: 'not-in', label: 'is none of', takes: 'list' }
];

/** Of engines that know regular expressions. */
export const regexOperators: readonly FilterOperator[] = [
  { id: 'matches', label: 'matches regex', takes: 'one' },
  { id: 'not-matches', label: 'does not match regex', takes: 'one' }
];

const ofText = new Set(['contains', 'not-contains', 'starts-with', 'ends-with', 'like', 'not-like', 'matches', 'not-matches']);
const ofOrder = new Set(['less', 'at-most', 'greater', 'at-least', 'between']);
const ofTruth = new Set(['is-true', 'is-false']);
const ofEmptiness = new Set(['is-empty', 'is-not-empty']);
/** Families whose values have no order that means something. */
const unordered: ReadonlySet<TypeFamily> = new Set(['json', 'binary', 'boolean']);
/** Families that have a value without anything in it, beside NULL. */
const emptiable: ReadonlySet<TypeFamily> = new Set(['text', 'binary', 'array', 'other']);
/** What is earlier and later says so. */
const inTime: Record<string, string> = { less: 'is before', greater: 'is after' };

/** What can be asked of a column of a family. */
export const operatorsFor = (family: TypeFamily, operators: readonly FilterOperator[]): readonly FilterOperator[] =>
  operators
    .filter(({ id }) => {
      if (ofOrder.has(id)) return !unordered.has(family);
      if (ofText.has(id)) return family !== 'boolean';
      if (ofTruth.has(id)) return family === 'boolean';
      return !ofEmptiness.has(id) || emptiable.has(family);
    })
    .map((o) => (family === 'temporal' && inTime[o.id] ? { ...o, label: inTime[o.id]! } : o));

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

/** The values of a filter that takes exactly two. Throws EngineError. */
function twoOf(filter: Filter): [string, string] {
  const [from, to, ...more] = filter.values;
  if (from === undefined || to === undefined || more.length > 0) {
    throw new EngineError({
      code: 'refused',
      message: `"${filter.column}" needs two values to lie between, not ${filter.values.length}.`,
      hint: 'Write both, with a comma between them.'
    });
  }
  return [from, to];
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
  if (operator === 'like' || operator === 'not-like') {
    return `${column} ${operator === 'like' ? 'LIKE' : 'NOT LIKE'} ${bind(values[0] ?? '')}`;
  }
  if (operator === 'is-empty') return `length(${column}) = 0`;
  if (operator === 'is-not-empty') return `length(${column}) > 0`;
  if (operator === 'is-true' || operator === 'is-false') {
    const [word, texts] = operator === 'is-true' ? ['TRUE', "'true', 't', 'yes'"] : ['FALSE', "'false', 'f', 'no'"];
    return `(typeof(${column}) <> 'text' AND ${column} IS ${word} OR lower(${column}) IN (${texts}))`;
  }
  if (operator === 'in') return isOneOf(column, values, bind);
  if (operator === 'not-in') return `NOT ${isOneOf(column, values, bind)}`;
  if (operator === 'between') {
    const [from, to] = twoOf(filter);
    return `(${compared(column, '>=', from, bind)} AND ${compared(column, '<=', to, bind)})`;
  }
  const sign = comparisons[operator];
  return sign ? compared(column, sign, values[0] ?? '', bind) : refuse(filter);
};

const isNumber = (column: string): string => `typeof(${column}) IN ('integer', 'real')`;

/** A blob, where a text is written as one: `x'00ff'`. */
function bytesIn(text: string): Uint8Array | undefined {
  const hex = /^x'((?:[0-9a-f]{2})*)'$/i.exec(text.trim())?.[1];
  return hex === undefined ? undefined : Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

function isOneOf(column: string, values: readonly string[], bind: Bind): string {
  const numbers = values.map(numberIn).filter((n) => n !== undefined);
  const others: Cell[] = [...values, ...values.map(bytesIn).filter((b) => b !== undefined)];
  const texts = `${column} IN (${others.map(bind).join(', ')})`;
  return numbers.length === 0 ? `(${texts})` : `(${texts} OR ${isNumber(column)} AND ${column} IN (${numbers.map(bind).join(', ')}))`;
}

function compared(column: string, sign: string, text: string, bind: Bind): string {
  const bytes = bytesIn(text);
  if (bytes && sign === '=') return `(${column} = ${bind(text)} OR ${column} = ${bind(bytes)})`;
  if (bytes && sign === '<>') return `(${column} <> ${bind(text)} AND ${column} <> ${bind(bytes)})`;
  const number = numberIn(text);
  if (number === undefined) return `${column} ${sign} ${bind(text)}`;
  // Both halves of = can use an index.
  if (sign === '=') return `(${column} = ${bind(text)} OR ${isNumber(column)} AND ${column} = ${bind(number)})`;
  return `CASE WHEN ${isNumber(column)} THEN ${column} ${sign} ${bind(number)} ELSE ${column} ${sign} ${bind(text)} END`;
}

/** Types that Postgres cannot compare for equality or order as they are: they are compared as text. */
const withoutOrder = /^(json|xml|point|line|lseg|box|path|polygon|circle|xid|cid|aclitem|pg_snapshot|txid_snapshot)\b/;

/** What to compare a column by: its text where its type has no order (or one by area, as boxes do). */
export const comparable = (column: string, type: string | undefined): string =>
  type !== undefined && withoutOrder.test(type) ? `${column}::text` : column;

const texts: Record<string, string> = { like: 'LIKE', 'not-like': 'NOT LIKE', matches: '~', 'not-matches': '!~' };

/** That a value has nothing in it: no elements, bytes or characters. */
function isEmpty(column: string, sign: '=' | '<>', type: string | undefined): string {
  if (type === 'bytea') return `octet_length(${column}) ${sign} 0`;
  return `${column}::text ${sign} ${type?.endsWith('[]') ? "'{}'" : "''"}`;
}

/** Postgres takes the type of an untyped parameter from what it is compared with. */
export const postgresCondition: MakeCondition = (column, filter, bind, type) => {
  const { operator, values } = filter;
  if (operator === 'is-null') return `${column} IS NULL`;
  if (operator === 'is-not-null') return `${column} IS NOT NULL`;
  const pattern = patternOf(filter);
  if (pattern !== undefined) return `${column}::text ${operator === 'not-contains' ? 'NOT ILIKE' : 'ILIKE'} ${bind(pattern)}`;
  if (operator in texts) return `${column}::text ${texts[operator]!} ${bind(values[0] ?? '')}`;
  if (operator === 'is-empty') return isEmpty(column, '=', type);
  if (operator === 'is-not-empty') return isEmpty(column, '<>', type);
  if (operator === 'is-true') return `${column} IS TRUE`;
  if (operator === 'is-false') return `${column} IS FALSE`;
  if (operator === 'in' || operator === 'not-in') {
    const is = operator === 'in';
    if (values.length === 0) return is ? 'false' : `${column} IS NOT NULL`;
    return `${comparable(column, type)} ${is ? 'IN' : 'NOT IN'} (${values.map(bind).join(', ')})`;
  }
  if (operator === 'between') {
    const [from, to] = twoOf(filter);
    return `${comparable(column, type)} BETWEEN ${bind(from)} AND ${bind(to)}`;
  }
  const sign = comparisons[operator];
  if (!sign) return refuse(filter);
  return `${comparable(column, type)} ${sign} ${bind(values[0] ?? '')}`;
};
