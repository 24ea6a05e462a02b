import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { beforeEach, expect, test, vi } from 'vitest';
import type { GridState } from '../../src/lib/grid/gridState.svelte';
import GridHarness from './GridHarness.svelte';
import { MemorySource, numberColumn, textColumn, wideSource } from './memorySource.svelte';

beforeEach(() => page.viewport(1200, 800));

const grid = () => document.querySelector<HTMLElement>('[role=grid]')!;
const cells = () => [...document.querySelectorAll<HTMLElement>('[role=gridcell]')];
const cellAt = (row: number, column: number) =>
  document.querySelector<HTMLElement>(`[role=gridcell][aria-rowindex="${row + 2}"][aria-colindex="${column + 1}"]`);
const heads = () => [...document.querySelectorAll<HTMLElement>('[role=columnheader]')];
const seen = (row: number, column = 0) => vi.waitFor(() => expect(cellAt(row, column)).not.toBeNull());
const rowIndexes = () => [...document.querySelectorAll('[role=gridcell]')].map((c) => Number(c.getAttribute('aria-rowindex')) - 2);
const scrolled = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

const kinds = () =>
  new MemorySource([numberColumn('id'), textColumn('value')], 8, (r) => [
    r,
    [null, '', 'NULL', 'a\nb\u202ec', { text: 'x\ufffd', bytes: Uint8Array.of(120, 255) }, { real: 2 }, Uint8Array.of(1, 2), 9007199254740993n][r]!
  ]);

test('says how large it is and where each cell lies', async () => {
  await render(GridHarness, { source: wideSource(3503, 6), name: 'Track' });
  await seen(0);
  expect(page.getByRole('grid', { name: 'Track', exact: true }).element()).toBe(grid());
  expect(grid().getAttribute('aria-rowcount')).toBe('3504');
  expect(grid().getAttribute('aria-colcount')).toBe('6');
  expect(cellAt(2, 1)!.textContent).toBe('row 2 column 1');
  expect(cellAt(2, 1)!.closest('[role=row]')!.getAttribute('aria-rowindex')).toBe('4');
  expect(heads().map((h) => h.getAttribute('aria-colindex'))).toEqual(['1', '2', '3', '4', '5', '6']);
});

test('names heads by the column alone', async () => {
  await render(GridHarness, { source: wideSource(10, 3), onsort: vi.fn(), marks: ['key', 'link', null] });
  await seen(0);
  for (const name of ['c0', 'c1', 'c2']) {
    await expect.element(page.getByRole('columnheader', { name, exact: true })).toHaveAttribute('aria-sort', 'none');
  }
});

test('shows every kind of value as itself', async () => {
  await render(GridHarness, { source: kinds() });
  await seen(7, 1);
  expect(cellAt(0, 1)!.hasAttribute('data-null')).toBe(true);
  expect(cellAt(1, 1)!.textContent).toBe('');
  expect(cellAt(1, 1)!.hasAttribute('data-null')).toBe(false);
  expect(getComputedStyle(cellAt(1, 1)!, '::before').content).toContain('empty text');
  expect(cellAt(2, 1)!.hasAttribute('data-null')).toBe(false);
  expect(cellAt(3, 1)!.textContent).toBe('a\nb\u202ec');
  expect(cellAt(3, 1)!.querySelectorAll('[data-mark]')).toHaveLength(2);
  expect(cellAt(5, 1)!.textContent).toBe('2.0');
  expect(cellAt(6, 1)!.textContent).toBe("x'0102'");
  expect(cellAt(7, 1)!.textContent).toBe('9007199254740993');
  await expect.element(page.getByRole('gridcell', { name: '9007199254740993', exact: true })).toBeInTheDocument();
});

test('draws only what is in sight, of 10 million rows and 2,000 columns', async () => {
  await render(GridHarness, { source: wideSource(10_000_000, 2_000) });
  await seen(0);
  expect(cells().length).toBeLessThan(400);
  grid().scrollTop = grid().scrollHeight;
  grid().scrollLeft = grid().scrollWidth;
  await seen(9_999_999, 1_999);
  expect(cells().length).toBeLessThan(400);
  const last = cellAt(9_999_999, 1_999)!.getBoundingClientRect();
  const box = grid().getBoundingClientRect();
  expect(last.bottom).toBeLessThanOrEqual(box.top + grid().clientHeight + 1);
  expect(last.right).toBeLessThanOrEqual(box.left + grid().clientWidth + 1);
});

test('a small scroll among 10 million rows moves by as much', async () => {
  await render(GridHarness, { source: wideSource(10_000_000, 2) });
  await seen(0);
  grid().scrollTop = grid().scrollHeight / 2;
  await scrolled();
  const first = Math.min(...rowIndexes());
  grid().scrollTop += 280;
  await scrolled();
  expect(Math.min(...rowIndexes())).toBe(first + 10);
});

test('fills the view at every step of a long scroll', async () => {
  await render(GridHarness, { source: wideSource(1_000_000, 8) });
  await seen(0);
  for (let i = 1; i <= 20; i++) {
    grid().scrollTop += 3_000;
    await scrolled();
    const rows = new Set(rowIndexes());
    const first = Math.floor(grid().scrollTop / 28);
    const inSight = Math.ceil((grid().clientHeight - 40) / 28);
    for (let r = first; r < first + inSight; r++) expect(rows.has(r), `row ${r}`).toBe(true);
  }
});

test('keeps one place in the tab order, and the focus on the active cell while it is drawn', async () => {
  await render(GridHarness, { source: wideSource(1_000, 30) });
  await seen(0);
  cellAt(0, 0)!.focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}');
  await vi.waitFor(() => expect(document.activeElement).toBe(cellAt(2, 1)));
  expect(grid().querySelectorAll('[tabindex="0"]')).toHaveLength(1);
  await userEvent.keyboard('{Control>}{End}{/Control}');
  await seen(999, 29);
  await vi.waitFor(() => expect(document.activeElement).toBe(cellAt(999, 29)));
  await userEvent.keyboard('{Control>}{Home}{/Control}{ArrowUp}');
  await vi.waitFor(() => expect(document.activeElement).toBe(heads()[0]));
  grid().scrollTop = 0;
  await userEvent.keyboard('{ArrowDown}');
  grid().scrollTop = 9_000;
  await vi.waitFor(() => expect(document.activeElement).toBe(grid()));
  grid().scrollTop = 0;
  await vi.waitFor(() => expect(document.activeElement).toBe(cellAt(0, 0)));
});

test('selects by ⇧, whole rows, whole columns, everything', async () => {
  let state!: GridState;
  await render(GridHarness, { source: wideSource(100, 5), onmade: (g: GridState) => (state = g) });
  await seen(0);
  cellAt(0, 0)!.focus();
  await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowRight}{/Shift}');
  expect(state.selectedCells).toBe(4);
  expect(cellAt(1, 1)!.getAttribute('aria-selected')).toBe('true');
  expect(cellAt(2, 1)!.getAttribute('aria-selected')).toBe('false');
  await userEvent.keyboard('{Shift>} {/Shift}');
  expect(state.selectedCells).toBe(5);
  await userEvent.keyboard('{Control>} {/Control}');
  expect(state.selectedCells).toBe(100);
  await userEvent.keyboard('{Control>}a{/Control}');
  expect(state.selectedCells).toBe(500);
  await userEvent.keyboard('{Escape}');
  expect(state.selectedCells).toBe(1);
});

test('selects by mouse: a click, a drag, a row by its number', async () => {
  let state!: GridState;
  await render(GridHarness, { source: wideSource(100, 5), onmade: (g: GridState) => (state = g) });
  await seen(0);
  await userEvent.click(cellAt(3, 1)!);
  await vi.waitFor(() => expect(document.activeElement).toBe(cellAt(3, 1)));
  await userEvent.dragAndDrop(cellAt(1, 0)!, cellAt(4, 2)!);
  expect(state.selectedCells).toBe(12);
  await userEvent.click(document.querySelectorAll('[role=rowheader]')[2]!);
  expect(state.selectedCells).toBe(5);
  expect(state.active.row).toBe(2);
});

test('copies the selection as TSV', async () => {
  const onnotice = vi.fn();
  await render(GridHarness, { source: kinds(), onnotice });
  await seen(0);
  cellAt(0, 0)!.focus();
  await userEvent.keyboard('{Shift>}{ArrowRight}{ArrowDown}{ArrowDown}{ArrowDown}{/Shift}');
  const copied = new Promise<string>((resolve) =>
    document.addEventListener('copy', (e) => resolve(e.clipboardData!.getData('text/plain')), { once: true })
  );
  await userEvent.keyboard('{Control>}c{/Control}');
  expect(await copied).toBe('0\t\n1\t""\n2\tNULL\n3\t"a\nb\u202ec"');
  expect(onnotice).toHaveBeenCalledWith('Copied 8 cells.');
});

test('sorts by a head: click, ⇧ click, Enter', async () => {
  const onsort = vi.fn();
  await render(GridHarness, { source: wideSource(100, 5), onsort });
  await seen(0);
  await userEvent.click(heads()[1]!);
  expect(onsort).toHaveBeenLastCalledWith([{ column: 'c1', descending: false }]);
  expect(heads()[1]!.getAttribute('aria-sort')).toBe('ascending');
  await userEvent.keyboard('{Shift>}{ArrowRight}{/Shift}{Enter}');
  heads()[2]!.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey: true }));
  expect(onsort).toHaveBeenLastCalledWith(expect.arrayContaining([expect.objectContaining({ column: 'c2' })]));
});

test('changes widths by dragging and by keys', async () => {
  const onresize = vi.fn();
  await render(GridHarness, { source: wideSource(100, 3), options: { onresize } });
  await seen(0);
  const width = heads()[1]!.offsetWidth;
  heads()[1]!.focus();
  cellAt(0, 1)!.focus();
  await userEvent.click(cellAt(0, 1)!);
  await userEvent.keyboard('{ArrowUp}+');
  await vi.waitFor(() => expect(heads()[1]!.offsetWidth).toBe(width + 16));
  expect(onresize).toHaveBeenLastCalledWith({ c1: width + 16 });
  expect(cellAt(0, 1)!.offsetWidth).toBe(width + 16);
});

test('frozen columns stay in sight while the others pass below, and are found by mouse and keyboard', async () => {
  let state!: GridState;
  const options = { places: (all: readonly unknown[]) => [5, ...all.keys()].filter((p, i) => i === 0 || p !== 5), frozen: () => 1 };
  await render(GridHarness, { source: wideSource(1_000, 40), options, onmade: (g: GridState) => (state = g) });
  await seen(0);
  expect(heads()[0]!.textContent).toContain('c5');
  expect(cellAt(0, 0)!.textContent).toBe('row 0 column 5');
  const left = cellAt(0, 0)!.getBoundingClientRect().left;
  grid().scrollLeft = 1_500;
  await scrolled();
  expect(cellAt(0, 0)!.getBoundingClientRect().left).toBe(left);
  expect(heads()[0]!.getBoundingClientRect().left).toBe(left);
  expect(cellAt(0, 1)).toBeNull();
  // What lies below it is not hit.
  const box = cellAt(0, 0)!.getBoundingClientRect();
  expect(document.elementFromPoint(box.left + 5, box.top + 5)).toBe(cellAt(0, 0));
  await userEvent.click(cellAt(2, 0)!);
  expect(state.active).toEqual({ row: 2, column: 0 });
  // The next column comes out from below the frozen one.
  await userEvent.keyboard('{ArrowRight}');
  await seen(2, 1);
  expect(cellAt(2, 1)!.getBoundingClientRect().left).toBeGreaterThanOrEqual(cellAt(2, 0)!.getBoundingClientRect().right - 1);
  await userEvent.keyboard('{End}');
  await seen(2, 39);
  expect(cellAt(2, 39)!.getBoundingClientRect().right).toBeLessThanOrEqual(grid().getBoundingClientRect().left + grid().clientWidth + 1);
  expect(cells().length).toBeLessThan(400);
});

test('no column stays in sight where it would leave no room for the others', async () => {
  await render(GridHarness, { source: wideSource(10, 20), width: 300, options: { frozen: () => 4 } });
  await seen(0);
  grid().scrollLeft = 5_000;
  await scrolled();
  const frozen = cells().filter((c) => Number(c.getAttribute('aria-colindex')) <= 4);
  const width = Math.max(0, ...frozen.map((c) => c.getBoundingClientRect().right)) - grid().getBoundingClientRect().left;
  expect(width).toBeLessThan(250);
  await seen(0, 19);
});

test('heads are moved by dragging and by Alt ⇧ and an arrow, never across the border of the frozen ones', async () => {
  const onmove = vi.fn();
  await render(GridHarness, { source: wideSource(10, 5), options: { onmove, frozen: () => 2 }, onsort: vi.fn() });
  await seen(0);
  const head = (column: number) => heads().find((h) => h.ariaColIndex === String(column + 1))!;
  await userEvent.dragAndDrop(head(2), head(4));
  expect(onmove).toHaveBeenLastCalledWith(2, 4);
  await userEvent.dragAndDrop(head(3), head(0));
  expect(onmove).toHaveBeenLastCalledWith(3, 2);
  await userEvent.click(cellAt(0, 1)!);
  await userEvent.keyboard('{ArrowUp}{Alt>}{Shift>}{ArrowLeft}{/Shift}{/Alt}');
  expect(onmove).toHaveBeenLastCalledWith(1, 0);
  onmove.mockClear();
  await userEvent.keyboard('{ArrowRight}{Alt>}{Shift>}{ArrowRight}{/Shift}{/Alt}');
  expect(onmove).not.toHaveBeenCalled();
});

test('a drag of a head sorts nothing', async () => {
  const onsort = vi.fn();
  await render(GridHarness, { source: wideSource(10, 5), options: { onmove: vi.fn() }, onsort });
  await seen(0);
  await userEvent.dragAndDrop(heads()[1]!, heads()[3]!);
  expect(onsort).not.toHaveBeenCalled();
  await userEvent.click(heads()[1]!);
  expect(onsort).toHaveBeenCalledTimes(1);
});

test('opens a value whole, follows the active cell, closes and gives the focus back', async () => {
  const source = new MemorySource([textColumn('doc')], 3, (r) => [
    ['{"n":12345678901234567890}', { long: 'text' as const, head: 'abc', bytes: 70_000 }, null][r]!
  ]);
  source.wholeCell = () => Promise.resolve('abc' + 'd'.repeat(69_997));
  await render(GridHarness, { source });
  await seen(2);
  await userEvent.dblClick(cellAt(0, 0)!);
  const view = page.getByRole('region', { name: 'Cell doc, row 1' });
  await expect.element(view.getByText('"n": 12345678901234567890')).toBeInTheDocument();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(page.getByRole('region', { name: 'Cell doc, row 2' }).getByText('70,000 characters')).toBeInTheDocument();
  await userEvent.keyboard('{Escape}');
  await expect.element(page.getByRole('region')).not.toBeInTheDocument();
  await vi.waitFor(() => expect(document.activeElement).toBe(cellAt(1, 0)));
});

test('says what went wrong, and tries again', async () => {
  const source = wideSource(10, 2);
  source.failing = new Error('no such column: nme');
  await render(GridHarness, { source });
  await expect.element(page.getByRole('alert')).toHaveTextContent('no such column: nme');
  source.failing = null;
  await userEvent.click(page.getByRole('button', { name: 'Try again' }));
  await seen(9);
  expect(document.querySelector('[role=alert]')).toBeNull();
});

test('keeps the rows that it has until the new are there', async () => {
  const source = wideSource(10, 2);
  await render(GridHarness, { source });
  await seen(9);
  source.failing = new Error('not now');
  source.revision++;
  await expect.element(page.getByRole('alert')).toHaveTextContent('not now');
  expect(cellAt(3, 1)!.textContent).toBe('row 3 column 1');
  expect(grid().getAttribute('aria-busy')).toBe('true');
  source.failing = null;
  source.rowOf = (r) => [r, 'new'];
  source.revision++;
  await vi.waitFor(() => expect(cellAt(3, 1)!.textContent).toBe('new'));
});

test('goes to the end of rows whose number is not known', async () => {
  const source = wideSource(777, 3);
  source.rowCount = null;
  source.isExact = false;
  await render(GridHarness, { source });
  await seen(0);
  expect(grid().getAttribute('aria-rowcount')).toBe('-1');
  await vi.waitFor(() => {
    grid().scrollTop = grid().scrollHeight;
    expect(cellAt(776, 0)).not.toBeNull();
  });
  expect(grid().getAttribute('aria-rowcount')).toBe('778');
});

test('shows rows as they come in', async () => {
  const source = wideSource(5, 2);
  source.isExact = false;
  await render(GridHarness, { source });
  await seen(4);
  source.total = 400;
  source.rowCount = 400;
  await seen(8);
  source.isExact = true;
  await vi.waitFor(() => expect(grid().getAttribute('aria-rowcount')).toBe('401'));
});

test('says that there are no rows', async () => {
  await render(GridHarness, { source: wideSource(0, 3) });
  await expect.element(page.getByText('No rows')).toBeInTheDocument();
  expect(grid().getAttribute('aria-rowcount')).toBe('1');
  expect(heads()).toHaveLength(3);
});
