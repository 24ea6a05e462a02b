import { describe, expect, it } from 'vitest';
import { filterOperators } from '../../workers/dialect/filters';
import { filterOf, filterWords } from '../../src/lib/table/filterWords';
import { countWords, farRowsCost, headMarks } from '../../src/lib/table/tableFacts';
import type { RelationInfo } from '../../workers/engine';

describe('filterOf', () => {
  it('takes a value as it was typed', () => {
    expect(filterOf('a', 'equals', 'one', ' x, y ').values).toEqual([' x, y ']);
    expect(filterOf('a', 'equals', 'one', '').values).toEqual(['']);
    expect(filterOf('a', 'is-null', 'none', 'left over').values).toEqual([]);
  });
  it('splits a list at its commas, but not within quotes', () => {
    expect(filterOf('a', 'in', 'list', 'x, y,z').values).toEqual(['x', 'y', 'z']);
    expect(filterOf('a', 'in', 'list', 'x, "y, ""z""", w').values).toEqual(['x', 'y, "z"', 'w']);
    expect(filterOf('a', 'in', 'list', '').values).toEqual([]);
  });
});

describe('filterWords', () => {
  it('says what is asked', () => {
    expect(filterWords(filterOf('GenreId', 'equals', 'one', '1'), filterOperators)).toBe('GenreId = 1');
    expect(filterWords(filterOf('Composer', 'is-null', 'none', ''), filterOperators)).toBe('Composer is null');
    expect(filterWords(filterOf('Name', 'in', 'list', 'a, b'), filterOperators)).toBe('Name is one of a, b');
    expect(filterWords(filterOf('Name', 'equals', 'one', ''), filterOperators)).toBe('Name = ""');
  });
});

describe('countWords', () => {
  it('marks a guess, and names all rows under filters', () => {
    expect(countWords(3503, true, null, false)).toBe('3,503 rows');
    expect(countWords(1, true, null, false)).toBe('1 row');
    expect(countWords(3500, false, null, false)).toBe('~3,500 rows');
    expect(countWords(1297, true, { count: 3503, exact: true }, true)).toBe('1,297 of 3,503 rows');
    expect(countWords(null, false, null, true)).toBeNull();
  });
});

describe('headMarks', () => {
  it('marks keys before links', () => {
    const info = {
      columns: [{ name: 'a', keyPlace: 1 }, { name: 'b', keyPlace: 0 }, { name: 'c', keyPlace: 0 }],
      foreignKeys: [{ columns: ['a', 'b'] }]
    } as unknown as RelationInfo;
    const columns = ['a', 'b', 'c'].map((name) => ({ name, type: '', family: 'text' as const }));
    expect(headMarks(columns, info)).toEqual(['key', 'link', null]);
    expect(headMarks(columns, undefined)).toEqual([null, null, null]);
  });
});

it('says what far rows of a view cost, where there are any', () => {
  const of = (kind: RelationInfo['kind']): RelationInfo => ({ kind }) as RelationInfo;
  expect(farRowsCost(of('view'), 200_000)).toMatch(/^Its rows have no key/);
  expect(farRowsCost(of('view'), null)).not.toBeNull();
  expect(farRowsCost(of('view'), 200)).toBeNull();
  expect(farRowsCost(of('table'), 200_000)).toBeNull();
});
