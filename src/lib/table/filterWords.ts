import type { Filter } from '$workers/engine';
import type { FilterOperator } from '$workers/dialect/dialect';

/**
 * A filter from what was typed. Two values and a list are separated by commas; a value in quotes may hold one: `a, "b, c"`.
 */
export function filterOf(column: string, operator: string, takes: FilterOperator['takes'], typed: string): Filter {
  return { column, operator, values: takes === 'none' ? [] : takes === 'one' ? [typed] : listOf(typed), enabled: true };
}

function listOf(typed: string): string[] {
  if (typed.trim() === '') return [];
  return [...typed.matchAll(/\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|$)/g)]
    .filter((m) => m[0] !== '')
    .map((m) => (m[1] !== undefined ? m[1].replaceAll('""', '"') : m[2]!.trim()));
}

/** What was typed for the values of a filter: what {@link filterOf} makes them of. */
export function filterText(filter: Filter, operators: readonly FilterOperator[]): string {
  const takes = operators.find((o) => o.id === filter.operator)?.takes ?? 'one';
  if (takes === 'one') return filter.values[0] ?? '';
  return filter.values.map((v) => (v === '' || /[,"]|^\s|\s$/.test(v) ? `"${v.replaceAll('"', '""')}"` : v)).join(', ');
}

const SIGNS: Record<string, string> = { equals: '=', 'not-equals': '≠' };

/** A filter in words: `GenreId = 1`, `Composer is null`, `Name is one of a, b`. */
export function filterWords(filter: Filter, operators: readonly FilterOperator[]): string {
  const operator = SIGNS[filter.operator] ?? operators.find((o) => o.id === filter.operator)?.label ?? filter.operator;
  const values = filter.values.map((v) => (v === '' ? '""' : v)).join(', ');
  return [filter.column, operator, values].filter((part) => part !== '').join(' ');
}
