import { userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { expect, test, vi } from 'vitest';
import type { TreeRow } from '../../src/lib/ui/treeRow';
import TreeHarness from './TreeHarness.svelte';

const row = (id: string, level: number, more: Partial<TreeRow> = {}): TreeRow => ({
  id,
  level,
  label: id,
  setSize: 1,
  place: 1,
  height: 24,
  ...more
});

const branch = (name: string, leaves: string[], expanded = true): TreeRow[] => [
  row(name, 1, { expanded, pinned: true, setSize: 2 }),
  ...leaves.map((leaf, i) => row(leaf, 2, { setSize: leaves.length, place: i + 1 }))
];

const items = () => [...document.querySelectorAll<HTMLElement>('[role=treeitem]')];
const focused = () => (document.activeElement as HTMLElement).dataset.row;

test('rows are flat siblings that carry their place in the tree', async () => {
  await render(TreeHarness, { rows: branch('north', ['a', 'b']) });
  expect(items().map((e) => e.dataset.row)).toEqual(['north', 'a', 'b']);
  expect(new Set(items().map((e) => e.parentElement)).size).toBe(1);
  const b = items()[2]!;
  expect([b.ariaLevel, b.ariaSetSize, b.ariaPosInSet, b.ariaExpanded]).toEqual(['2', '2', '2', null]);
  expect(items()[0]!.ariaExpanded).toBe('true');
});

test('arrow keys walk, open and close; only one row is in the tab order', async () => {
  await render(TreeHarness, { rows: [...branch('north', ['a', 'b']), ...branch('south', ['c'], false)] });
  items()[0]!.focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(focused()).toBe('south');
  await userEvent.keyboard('{ArrowRight}');
  expect(items().map((e) => e.dataset.row)).toEqual(['north', 'a', 'b', 'south', 'c']);
  await userEvent.keyboard('{ArrowRight}');
  expect(focused()).toBe('c');
  await userEvent.keyboard('{ArrowLeft}');
  expect(focused()).toBe('south');
  await userEvent.keyboard('{Home}{ArrowLeft}');
  expect(items().map((e) => e.dataset.row)).toEqual(['north', 'south', 'c']);
  expect(items().filter((e) => e.tabIndex === 0)).toHaveLength(1);
  await userEvent.keyboard('{End}');
  expect(focused()).toBe('c');
});

test('typing goes to the next row that begins so', async () => {
  await render(TreeHarness, { rows: branch('north', ['album', 'artist', 'customer']) });
  items()[0]!.focus();
  await userEvent.keyboard('a');
  await vi.waitFor(() => expect(focused()).toBe('album'));
  await userEvent.keyboard('r');
  await vi.waitFor(() => expect(focused()).toBe('artist'));
});

test('Enter and click activate; the chevron only opens; the menu key asks for the menu', async () => {
  const onactivate = vi.fn();
  const onmenu = vi.fn();
  await render(TreeHarness, { rows: branch('north', ['a']), onactivate, onmenu });
  items()[1]!.focus();
  await userEvent.keyboard('{Enter}');
  items()[1]!.click();
  expect(onactivate.mock.calls).toEqual([['a'], ['a']]);
  items()[0]!.querySelector<HTMLElement>('.chevron')!.click();
  await vi.waitFor(() => expect(items()).toHaveLength(1));
  expect(onactivate).toHaveBeenCalledTimes(2);
  items()[0]!.focus();
  await userEvent.keyboard('{Shift>}{F10}{/Shift}');
  expect(onmenu).toHaveBeenCalledExactlyOnceWith('north');
});

test('a large tree draws what is in sight, and every pinned row', async () => {
  const leaves = Array.from({ length: 2000 }, (_, i) => `t${i}`);
  await render(TreeHarness, { rows: [...branch('north', leaves), ...branch('south', ['c'])] });
  expect(items().length).toBeLessThan(100);
  expect(items().at(-1)!.dataset.row).toBe('south');
  items()[0]!.focus();
  await userEvent.keyboard('{End}');
  await vi.waitFor(() => expect(focused()).toBe('c'));
  expect(items()[0]!.dataset.row).toBe('north');
  expect(document.querySelector('[data-row=t1000]')).toBeNull();
});

test('a pinned row moves by Alt and an arrow', async () => {
  const onreorder = vi.fn();
  await render(TreeHarness, { rows: [...branch('north', []), ...branch('south', [])], onreorder });
  items()[1]!.focus();
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
  items()[0]!.focus();
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  expect(onreorder.mock.calls).toEqual([
    ['south', 'north'],
    ['north', null]
  ]);
});
