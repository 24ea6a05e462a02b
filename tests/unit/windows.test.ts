import { expect, it } from 'vitest';
import { memoryScratch } from '../../workers/host/scratch';
import { Windows } from '../../workers/host/windows';

it('an id of a worker that was replaced means no rows of the next one', () => {
  const before = new Windows(memoryScratch, 1);
  const old = before.create(1);
  const after = new Windows(memoryScratch, 2);
  const id = after.create(1);
  expect(id).not.toBe(old);
  expect(() => after.fetch(old, 0, 1, Infinity)).toThrow(expect.objectContaining({ code: 'refused' }));
  after.release(old);
  expect(after.rows(id)).toBe(0);
});
