import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { afterEach, expect, test, vi } from 'vitest';
import '../../src/app.css';
import ComboBox from '../../src/lib/ui/ComboBox.svelte';

const field = () => page.getByRole('combobox', { name: 'Type' });
const list = () => page.getByRole('listbox', { name: 'Types' });
let frame: HTMLElement | undefined;
afterEach(() => frame?.remove());

/** In a form that is scrolled, with keys that nobody else took told. */
async function open() {
  frame = document.createElement('div');
  frame.style.cssText = 'height: 300px; overflow: auto';
  frame.innerHTML = '<form><div style="height: 120px"></div><div id="place"></div><button>Import</button><div style="height: 2000px"></div></form>';
  document.body.append(frame);
  const onsubmit = vi.fn((event: Event) => event.preventDefault());
  frame.querySelector('form')!.addEventListener('submit', onsubmit);
  const escaped = vi.fn();
  frame.addEventListener('keydown', (event) => event.key === 'Escape' && escaped());
  const onchange = vi.fn();
  const fitting = (typed: string) => ['integer', 'text'].filter((text) => text.includes(typed)).map((text) => ({ text }));
  await render(ComboBox, { target: frame.querySelector<HTMLElement>('#place')!, props: { label: 'Type', listLabel: 'Types', value: '', fitting, onchange } });
  return { onsubmit, escaped, onchange };
}

test('Enter takes what the arrows chose, and never sends the form around it', async () => {
  const { onsubmit, onchange } = await open();
  await userEvent.click(field());
  await userEvent.keyboard('te');
  await expect.element(list()).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect.element(list()).not.toBeInTheDocument();
  await userEvent.keyboard('{Enter}');
  expect(onchange).toHaveBeenLastCalledWith('te');
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  expect(onchange).toHaveBeenLastCalledWith('integer');
  expect(onsubmit).not.toHaveBeenCalled();
});

test('Escape closes its list, and is left to the dialog where none is shown', async () => {
  const { escaped } = await open();
  await userEvent.click(field());
  await expect.element(list()).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(list()).not.toBeInTheDocument();
  expect(escaped).not.toHaveBeenCalled();
  await userEvent.keyboard('zz{Escape}');
  expect(escaped).toHaveBeenCalledTimes(1);
});

test('its list goes with the field when that is scrolled, and is closed with it out of sight', async () => {
  await open();
  await userEvent.click(field());
  await expect.element(list()).toBeVisible();
  const gap = () => list().element().getBoundingClientRect().top - field().element().getBoundingClientRect().bottom;
  const before = gap();
  frame!.scrollTop = 40;
  const top = field().element().getBoundingClientRect().bottom + before;
  await vi.waitFor(() => expect(list().element().getBoundingClientRect().top).toBeCloseTo(top, 0));
  frame!.scrollTop = 600;
  await expect.element(list()).not.toBeInTheDocument();
});
