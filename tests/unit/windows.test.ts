import { expect, it } from 'vitest';
import { memoryScratch } from '../../workers/host/scratch';
import { Windows } from '../../workers/host/windows';

const column = { name: 'a', type: 'int4', family: 'integer' as const };

it('an id of a worker that was replaced means no rows of the next one', () => {
  const before = new Windows(memoryScratch, 1);
  const old = before.create([column]);
  const after = new Windows(memoryScratch, 2);
  const id = after.create([column]);
  expect(id).not.toBe(old);
  expect(() => after.fetch(old, 0, 1, Infinity)).toThrow(expect.objectContaining({ code: 'refused' }));
  after.release(old);
  expect(after.rows(id)).toBe(0);
});
