import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { expect, test, vi } from 'vitest';
import TabStripHarness from './TabStripHarness.svelte';

const tabs = () => [...document.querySelectorAll<HTMLElement>('[role=tab]')];
const titles = () => tabs().map((t) => t.dataset.tab);
const selected = () => tabs().find((t) => t.ariaSelected === 'true')?.dataset.tab;

test('a tab is named whole, and its close mark takes no focus', async () => {
  await render(TabStripHarness, { titles: ['Album', 'Track'] });
  await expect.element(page.getByRole('tablist', { name: 'Open tabs' })).toBeInTheDocument();
  await expect.element(page.getByRole('tab', { name: 'Album — shop', exact: true })).toHaveAttribute('data-project', 'shop');
  const close = tabs()[0]!.querySelector('[role=button]')!;
  expect(close.tagName).toBe('SPAN');
  expect(close.getAttribute('aria-label')).toBe('Close Album');
  expect(close.hasAttribute('tabindex')).toBe(false);
});

test('arrows rove without choosing, Enter chooses, Delete closes and keeps the focus in the strip', async () => {
  await render(TabStripHarness, { titles: ['a', 'b', 'c'] });
  tabs()[0]!.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(document.activeElement).toBe(tabs()[1]);
  expect(selected()).toBe('a');
  await userEvent.keyboard('{Enter}');
  expect(selected()).toBe('b');
  await userEvent.keyboard('{Delete}');
  await vi.waitFor(() => expect(titles()).toEqual(['a', 'c']));
  expect(selected()).toBe('c');
  await vi.waitFor(() => expect(document.activeElement).toBe(tabs()[1]));
  expect(tabs().filter((t) => t.tabIndex === 0)).toHaveLength(1);
});

test('the close mark and a middle click close without choosing', async () => {
  const onclose = vi.fn();
  await render(TabStripHarness, { titles: ['a', 'b', 'c'], onclose });
  tabs()[1]!.querySelector<HTMLElement>('[role=button]')!.click();
  await vi.waitFor(() => expect(titles()).toEqual(['a', 'c']));
  tabs()[1]!.dispatchEvent(new MouseEvent('auxclick', { button: 1, bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(titles()).toEqual(['a']));
  expect(onclose.mock.calls).toEqual([['b'], ['c']]);
  expect(selected()).toBe('a');
});

test('tabs move by Alt Shift arrow and by dragging', async () => {
  await render(TabStripHarness, { titles: ['a', 'b', 'c'] });
  tabs()[0]!.focus();
  await userEvent.keyboard('{Alt>}{Shift>}{ArrowRight}{/Shift}{/Alt}');
  await vi.waitFor(() => expect(titles()).toEqual(['b', 'a', 'c']));
  expect((document.activeElement as HTMLElement).dataset.tab).toBe('a');
  const from = tabs()[0]!.getBoundingClientRect();
  const to = tabs()[2]!.getBoundingClientRect();
  const at = (type: string, x: number) =>
    new PointerEvent(type, { clientX: x, clientY: from.top + 10, button: 0, bubbles: true, pointerType: 'mouse' });
  tabs()[0]!.dispatchEvent(at('pointerdown', from.left + 10));
  await vi.waitFor(() => {
    window.dispatchEvent(at('pointermove', to.right - 4));
    expect(titles()).toEqual(['a', 'c', 'b']);
  });
  window.dispatchEvent(at('pointerup', to.right - 4));
});

test('what does not fit is in a list of all tabs', async () => {
  const many = Array.from({ length: 40 }, (_, i) => `tab number ${i}`);
  await render(TabStripHarness, { titles: many });
  await page.getByRole('button', { name: 'All tabs' }).click();
  const items = [...document.querySelectorAll<HTMLElement>('[role=menuitemcheckbox]')];
  expect(items).toHaveLength(40);
  items[39]!.click();
  await vi.waitFor(() => expect(selected()).toBe('tab number 39'));
  const strip = document.querySelector('[role=tablist]')!.getBoundingClientRect();
  await vi.waitFor(() => expect(tabs()[39]!.getBoundingClientRect().right).toBeLessThanOrEqual(strip.right + 1));
});

test('dragging a tab does not scroll the strip under it', async () => {
  const many = Array.from({ length: 30 }, (_, i) => `tab ${i}`);
  await render(TabStripHarness, { titles: many });
  const strip = document.querySelector<HTMLElement>('[role=tablist]')!;
  tabs()[29]!.click();
  await vi.waitFor(() => expect(strip.scrollLeft).toBeGreaterThan(0));
  strip.scrollLeft = 0;
  const from = tabs()[0]!.getBoundingClientRect();
  const to = tabs()[2]!.getBoundingClientRect();
  const at = (type: string, x: number) =>
    new PointerEvent(type, { clientX: x, clientY: from.top + 10, button: 0, bubbles: true, pointerType: 'mouse' });
  tabs()[0]!.dispatchEvent(at('pointerdown', from.left + 10));
  for (let step = 0; step < 12; step++) {
    window.dispatchEvent(at('pointermove', to.right - 4));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
  window.dispatchEvent(at('pointerup', to.right - 4));
  expect(titles().slice(0, 4)).toEqual(['tab 1', 'tab 2', 'tab 0', 'tab 3']);
  expect(strip.scrollLeft).toBe(0);
});
