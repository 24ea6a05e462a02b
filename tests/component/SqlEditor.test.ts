import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { expect, test, vi } from 'vitest';
import '../../src/app.css';
import { sqlite } from '../../workers/dialect/sqlite';
import SqlEditor from '../../src/lib/editor/SqlEditor.svelte';
import { SqlDocument } from '../../src/lib/editor/sqlDocument';
import { rentalCatalog } from '../unit/catalogFixture';

const catalog = rentalCatalog('main');

async function open(text = '', isField = false, label?: string) {
  const actions = { run: vi.fn(), runAll: vi.fn(), format: vi.fn(), explain: vi.fn() };
  const onCursor = vi.fn();
  const sql = new SqlDocument({ text, dialect: sqlite, catalog: () => catalog, actions, isField, label, onText: () => undefined, onCursor });
  const shown = await render(SqlEditor, { document: sql, autofocus: true });
  return { sql, actions, onCursor, shown };
}

const box = () => page.getByRole('textbox', { name: 'SQL', exact: true });
const options = () => [...document.querySelectorAll<HTMLElement>('.cm-tooltip-autocomplete [role=option]')];
const barred = () => [...document.querySelectorAll('.cm-line.cm-runs')].map((line) => line.textContent);

/** Presses a key as the window's shortcuts would see it after the editor; true when the editor took it. */
function takes(init: KeyboardEventInit): boolean {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  document.activeElement!.dispatchEvent(event);
  return event.defaultPrevented;
}

test('is a textbox named SQL that takes text of several lines', async () => {
  const { sql } = await open();
  await expect.element(box()).toHaveAttribute('aria-description', 'Press Escape, then Tab, to leave the editor.');
  await userEvent.fill(box(), "select 'a'\nfrom film -- it's\nwhere (1)");
  expect(sql.text).toBe("select 'a'\nfrom film -- it's\nwhere (1)");
});

test('leaves the keys of the window alone', async () => {
  await open('select 1');
  const ctrl = { ctrlKey: true };
  expect(takes({ key: 'k', code: 'KeyK', keyCode: 75, ...ctrl })).toBe(false);
  expect(takes({ key: 'p', code: 'KeyP', keyCode: 80, ...ctrl })).toBe(false);
  expect(takes({ key: 's', code: 'KeyS', keyCode: 83, ...ctrl })).toBe(false);
  expect(takes({ key: '/', code: 'Slash', keyCode: 191, ...ctrl })).toBe(true);
});

test('Mod+Enter runs, with Shift all; Mod+Shift+E explains, Shift+Alt+F formats', async () => {
  const { actions, sql } = await open('select 1');
  await userEvent.keyboard('{Control>}{Enter}{/Control}');
  expect(actions.run).toHaveBeenCalledTimes(1);
  await userEvent.keyboard('{Control>}{Shift>}{Enter}{/Shift}{/Control}');
  expect(actions.runAll).toHaveBeenCalledTimes(1);
  await userEvent.keyboard('{Control>}{Shift>}e{/Shift}{/Control}');
  expect(actions.explain).toHaveBeenCalledTimes(1);
  await userEvent.keyboard('{Shift>}{Alt>}f{/Alt}{/Shift}');
  expect(actions.format).toHaveBeenCalledTimes(1);
  expect(sql.text).toBe('select 1');
});

test('Tab indents; Escape, then Tab, leaves', async () => {
  const { sql } = await open('select 1');
  await userEvent.keyboard('{Tab}');
  expect(sql.text).not.toBe('select 1');
  const indented = sql.text;
  await userEvent.keyboard('{Escape}{Tab}');
  expect(document.activeElement?.getAttribute('aria-label')).not.toBe('SQL');
  expect(sql.text).toBe(indented);
});

test('a field of a form is left by Tab alone', async () => {
  const { sql } = await open('select 1', true);
  await userEvent.keyboard('{Tab}');
  expect(document.activeElement?.getAttribute('aria-label')).not.toBe('SQL');
  expect(sql.text).toBe('select 1');
});

test('a field has its own name, and Tab takes of its list what the arrows chose', async () => {
  const { sql } = await open('select r. from rental r', true, 'Query');
  const field = page.getByRole('textbox', { name: 'Query', exact: true });
  sql.goTo(9);
  await userEvent.keyboard('ret');
  await vi.waitFor(() => expect(options().length).toBeGreaterThan(0));
  await new Promise((resolve) => setTimeout(resolve, 120)); // the list takes no key right after it opened
  await userEvent.keyboard('{Tab}');
  expect(sql.text).toBe('select r.ret from rental r');
  await expect.element(field).not.toHaveFocus();
  sql.goTo(12);
  await userEvent.keyboard('u');
  await vi.waitFor(() => expect(options().length).toBeGreaterThan(0));
  await new Promise((resolve) => setTimeout(resolve, 120));
  await userEvent.keyboard('{ArrowDown}{ArrowUp}{Tab}');
  expect(sql.text).toBe('select r.return_date from rental r');
  await expect.element(field).toHaveFocus();
});

test('a bar stands beside the statement that would run', async () => {
  const { sql } = await open('select 1;\n\n-- name: two\nselect 2\nfrom film;\n');
  sql.goTo(27);
  await vi.waitFor(() => expect(barred()).toEqual(['-- name: two', 'select 2', 'from film;']));
  expect(await sql.runRange()).toEqual({ from: 11, to: 42 });
  sql.goTo(0);
  await vi.waitFor(() => expect(barred()).toEqual(['select 1;']));
});

test('completes the columns of an alias, and Enter takes one', async () => {
  const { sql } = await open('select r. from rental r');
  sql.goTo(9);
  await userEvent.keyboard('ret');
  await vi.waitFor(() => expect(options()[0]?.textContent).toBe('return_datetext'));
  const footer = getComputedStyle(document.querySelector('.cm-tooltip-autocomplete')!, '::before').content;
  expect(footer).toBe('"Columns of rental"');
  await new Promise((resolve) => setTimeout(resolve, 120)); // the list takes no key right after it opened
  await userEvent.keyboard('{Enter}');
  expect(sql.text).toBe('select r.return_date from rental r');
});

test('Enter breaks the line when the word is already written out', async () => {
  const { sql } = await open('select r. from rental r');
  sql.goTo(9);
  await userEvent.keyboard('return_dat');
  await vi.waitFor(() => expect(options().length).toBe(1));
  await userEvent.keyboard('e');
  await new Promise((resolve) => setTimeout(resolve, 120));
  await userEvent.keyboard('{Enter}');
  expect(sql.text).toBe('select r.return_date\nfrom rental r');
});

test('a quoted name is completed with its quotes', async () => {
  const { sql } = await open('select * from ');
  sql.goTo(14);
  await userEvent.keyboard('"Order');
  await vi.waitFor(() => expect(options().length).toBe(1));
  await new Promise((resolve) => setTimeout(resolve, 120));
  await userEvent.keyboard('{Enter}');
  expect(sql.text).toBe('select * from "Order Details"');
});

test('an error is underlined until it is cleared', async () => {
  const { sql } = await open('select custmer_id from rental');
  sql.markError(7, 17, 'no such column');
  await vi.waitFor(() => expect(document.querySelector('.cm-lintRange-error')?.textContent).toBe('custmer_id'));
  sql.clearErrors();
  await vi.waitFor(() => expect(document.querySelector('.cm-lintRange-error')).toBeNull());
});

test('Mod+F opens the search of the editor, whose fields have names', async () => {
  await open('select film from film');
  await userEvent.keyboard('{Control>}f{/Control}');
  await expect.element(page.getByRole('textbox', { name: 'Find' })).toHaveFocus();
  await userEvent.keyboard('film');
  await vi.waitFor(() => expect(document.querySelectorAll('.cm-searchMatch').length).toBe(2));
});

test('text, selection and undo outlive the component', async () => {
  const { sql, shown } = await open('select 1');
  sql.goTo(8);
  await userEvent.keyboard('23');
  await shown.unmount();
  expect(sql.text).toBe('select 123');
  await render(SqlEditor, { document: sql, autofocus: true });
  expect(sql.selection).toEqual({ from: 10, to: 10, empty: true });
  await userEvent.keyboard('{Control>}z{/Control}');
  expect(sql.text).toBe('select 1');
});
