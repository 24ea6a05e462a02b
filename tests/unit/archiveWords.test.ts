import { expect, it } from 'vitest';
import { archiveWords } from '../../src/lib/home/archiveWords';

it('names what else is in an archive as people do', () => {
  const others = [['FK CONSTRAINT', 36], ['INDEX', 1], ['POLICY', 2], ['SEQUENCE SET', 13], ['TYPE', 1], ['DOMAIN', 2], ['INDEX ATTACH', 7], ['OPERATOR CLASS', 2], ['STATISTICS', 3]] as const;
  expect(archiveWords(others.map(([kind, count]) => ({ kind, count })))).toBe('36 foreign keys, 1 index, 2 policies, 1 type, 2 domains, 2 operator classes, 3 statistics objects');
});
