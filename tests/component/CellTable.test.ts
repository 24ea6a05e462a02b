import { render } from 'vitest-browser-svelte';
import { expect, test } from 'vitest';
import CellTable from '../../src/lib/grid/CellTable.svelte';

const texts = (selector: string) => [...document.querySelectorAll(selector)].map((e) => e.textContent);

test('rows of several answers may be wider than the first, and write bytes as their own engine does', async () => {
  const bytes = new Uint8Array([0, 255]);
  const sqlite = [{ name: 'a\u202eb' }];
  const postgres = [{ name: 'a', oid: 17 }, { name: 'b', oid: 17 }];
  const of = [sqlite, postgres];
  await render(CellTable, { label: 'Rows', columns: sqlite, rows: [[bytes], [bytes, bytes]], columnsAt: (row: number) => of[row]!, height: 100 });
  expect(texts('td')).toEqual(["x'00ff'", '\\x00ff', '\\x00ff']);
  // a mark that turns text is drawn
  expect(texts('th')).toEqual(['a\ufffdb']);
});

test('a cell beyond the columns is drawn', async () => {
  await render(CellTable, { label: 'Rows', columns: [{ name: 'a' }], rows: [[1n, new Uint8Array([1])]], height: 100 });
  expect(texts('td').at(-1)).toBe("x'01'");
});
