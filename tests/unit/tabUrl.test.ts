import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProjectId, TabId } from '$lib/base/id';
import { TAB_TYPES, type Tab } from '$lib/tabs/tab';
import { decodeSegment, encodeSegment, parseTabUrl, tabUrl } from '$lib/tabs/tabUrl';

const name = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }).filter((s) => s.isWellFormed()),
  fc.constantFrom('', '~', '~~', '.', '..', 'a/b', '%2F', '日本', '🏠', '?x#y', 'a.b', '"', ' ')
);

describe('tabUrl', () => {
  it('gives back every tab that it wrote, through the URL parser of the browser', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TAB_TYPES), name, name, (type, schema, table) => {
        const tab: Pick<Tab, 'id' | 'type' | 'projectId' | 'schema' | 'table'> = {
          id: 'tab1' as TabId,
          type,
          projectId: 'p1' as ProjectId,
          schema,
          table
        };
        // The URL parser resolves dot segments and escapes: what it leaves must still mean the same.
        const path = new URL(tabUrl(tab), 'http://localhost').pathname;
        const address = parseTabUrl(path)!;
        expect(address.type).toBe(type);
        expect(address.projectId).toBe('p1');
        if (type === 'query') expect(address.tabId).toBe('tab1');
        if (['table', 'edit-table', 'import-data'].includes(type)) {
          expect([address.schema, address.table]).toEqual([schema, table]);
        }
        if (['create-table', 'diagram'].includes(type)) expect(address.schema).toBe(schema);
      }),
      { numRuns: 2000, seed: 11 }
    );
  });

  it('writes a segment for the empty name', () => {
    expect(encodeSegment('')).toBe('~');
    expect(decodeSegment('~')).toBe('');
    expect(encodeSegment('..')).toBe('~..');
  });

  it.each(['/', '/p/x', '/p/x/table/main', '/p/x/table/main/a/b', '/p/x/nothing', '/q/x/history', '/p/x/query/', '/p/x/history/%E0%A4%A'])(
    'knows that %s is no tab',
    (path) => expect(parseTabUrl(path)).toBeNull()
  );
});
