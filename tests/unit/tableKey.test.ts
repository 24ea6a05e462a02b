import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ConnectionId } from '$lib/base/id';
import { tableKey } from '$lib/base/tableKey';

const cid = 'c1' as ConnectionId;

it('reads as connectionId::schema.table for plain names', () => {
  expect(tableKey(cid, 'main', 'Track')).toBe('c1::main.Track');
});

it('never gives one key to two relations', () => {
  expect(tableKey(cid, 'a.b', 'c')).not.toBe(tableKey(cid, 'a', 'b.c'));
  const part = fc.string({ unit: fc.constantFrom('a', '.', '"', ':', '::'), maxLength: 5 });
  fc.assert(
    fc.property(part, part, part, part, (s1, t1, s2, t2) => {
      fc.pre(s1 !== s2 || t1 !== t2);
      expect(tableKey(cid, s1, t1)).not.toBe(tableKey(cid, s2, t2));
    }),
    { numRuns: 5000, seed: 5 }
  );
});
