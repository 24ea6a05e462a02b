import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { expect, test, vi } from 'vitest';
import '../../src/app.css';
import { CellEdit, type EditedColumn } from '../../src/lib/grid/cellEdit.svelte';
import ValueEditor from '../../src/lib/grid/ValueEditor.svelte';
import { postgres } from '../../workers/dialect/postgres';
import { sqlite } from '../../workers/dialect/sqlite';
import type { Cell, NewValue } from '../../workers/engine';

let shown: { unmount: () => unknown } | undefined;

/** Shows the editor of a column over a value; gives what it keeps. */
async function open(column: Partial<EditedColumn>, value: NewValue, typed?: string) {
  const onkeep = vi.fn();
  const onleave = vi.fn();
  const whole: EditedColumn = { name: 'c', oid: 25, type: 'text', family: 'text', nullable: true, default: null, ...column };
  const dialect = whole.oid === undefined ? sqlite : postgres;
  const edit = new CellEdit({
    column: whole,
    value,
    typed,
    parse: (text) => dialect.cellOf(text, { type: whole.type, family: whole.family }, value as Cell),
    onkeep,
    onleave
  });
  await shown?.unmount();
  shown = await render(ValueEditor, { edit });
  const box = page.getByRole('textbox', { name: 'Edit c', exact: true });
  return { edit, box, onkeep, onleave };
}

const stamp = { type: 'timestamp with time zone', family: 'temporal' as const, oid: 1184 };

test('text is kept by Enter, left by Escape, and untouched text is no change', async () => {
  const { box, onkeep, onleave } = await open({}, 'before');
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(onleave).toHaveBeenCalledWith('stay');
  expect(onkeep).not.toHaveBeenCalled();
  const again = await open({}, 'before', 'x');
  await expect.element(again.box).toHaveValue('x');
  await userEvent.keyboard('yz{Tab}');
  expect(again.onkeep).toHaveBeenCalledWith('xyz', 'next');
});

test('NULL, the default and empty text are told apart', async () => {
  const { onkeep } = await open({ default: "'x'" }, 'a');
  await page.getByRole('button', { name: 'NULL', exact: true }).click();
  expect(onkeep).toHaveBeenLastCalledWith(null, 'stay');
  const second = await open({ default: "'x'" }, 'a');
  await page.getByRole('button', { name: 'Default', exact: true }).click();
  expect(second.onkeep).toHaveBeenLastCalledWith({ default: true }, 'stay');
  const third = await open({}, 'a');
  await page.getByRole('button', { name: 'Empty', exact: true }).click();
  expect(third.onkeep).toHaveBeenLastCalledWith('', 'stay');
});

test('a day of the calendar takes the place of the date alone: microseconds and zone stay as they are written', async () => {
  const { edit, box, onkeep } = await open(stamp, '2026-01-31 23:59:59.123456+05:30');
  await expect.element(page.getByText('January 2026')).toBeInTheDocument();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(page.getByRole('gridcell', { name: '31 January 2026' })).toHaveFocus();
  await userEvent.keyboard('{PageDown}');
  await expect.element(page.getByRole('gridcell', { name: '28 February 2026' })).toHaveFocus();
  await userEvent.keyboard('{ArrowRight} ');
  expect(edit.text).toBe('2026-03-01 23:59:59.123456+05:30');
  await expect.element(box).toHaveValue('2026-03-01 23:59:59.123456+05:30');
  await userEvent.keyboard('{ArrowUp}{Enter}');
  expect(onkeep).toHaveBeenCalledWith('2026-02-22 23:59:59.123456+05:30', 'stay');
});

test('years before Christ keep their era, and infinity is offered and left alone', async () => {
  const bc = await open(stamp, '0044-03-15 12:00:00+00 BC');
  await expect.element(page.getByText('March 44 BC')).toBeInTheDocument();
  await page.getByRole('gridcell', { name: '16 March 44 BC' }).click();
  expect(bc.edit.text).toBe('0044-03-16 12:00:00+00 BC');
  bc.edit.leave();
  const endless = await open(stamp, 'infinity');
  await userEvent.keyboard('{Enter}');
  expect(endless.onleave).toHaveBeenCalled();
  const next = await open({ type: 'date', family: 'temporal', oid: 1082 }, null);
  await page.getByRole('button', { name: '−∞', exact: true }).click();
  expect(next.edit.text).toBe('-infinity');
});

test('the time is changed by its own boxes, the fraction stays', async () => {
  const { edit } = await open(stamp, '2026-01-31 23:59:59.123456+05:30');
  await page.getByRole('spinbutton', { name: 'Minute' }).fill('7');
  expect(edit.text).toBe('2026-01-31 23:07:59.123456+05:30');
});

test('the items of an array are edited, added, made NULL and moved; the text is what Postgres writes', async () => {
  const { edit, box, onkeep } = await open({ type: 'text[]', family: 'array', oid: 1009 }, '{a,"b, \\"c\\"",NULL,""}');
  await expect.element(page.getByRole('textbox', { name: 'Item 2' })).toHaveValue('b, "c"');
  await page.getByRole('textbox', { name: 'Item 1' }).fill('x\\y');
  expect(edit.text).toBe('{"x\\\\y","b, \\"c\\"",NULL,""}');
  await userEvent.keyboard('{Alt>}{ArrowDown}{/Alt}');
  expect(edit.text).toBe('{"b, \\"c\\"","x\\\\y",NULL,""}');
  await expect.element(page.getByRole('textbox', { name: 'Item 2' })).toHaveFocus();
  await userEvent.keyboard('{Enter}new');
  expect(edit.text).toBe('{"b, \\"c\\"","x\\\\y",new,NULL,""}');
  await page.getByRole('button', { name: 'Remove item 5' }).click();
  await page.getByRole('button', { name: 'Remove item 1' }).click();
  expect(edit.text).toBe('{"x\\\\y",new,NULL}');
  await box.click();
  await userEvent.keyboard('{Enter}');
  expect(onkeep).toHaveBeenCalledWith('{"x\\\\y",new,NULL}', 'stay');
});

test('an array of more dimensions is edited as its text', async () => {
  await open({ type: 'integer[]', family: 'array', oid: 1007 }, '{{1,2},{3,4}}');
  await expect.element(page.getByRole('button', { name: 'Add item' })).not.toBeInTheDocument();
});

test('JSON says where it is wrong while it is typed, and is not kept until it is right; numbers keep their digits', async () => {
  const { edit, box, onkeep } = await open({ type: 'json', family: 'json', oid: 114 }, '{"n": 12345678901234567890}');
  const check = page.getByRole('status', { name: 'JSON' });
  await expect.element(check).toHaveTextContent('Valid JSON');
  await page.getByRole('button', { name: 'Indent' }).click();
  expect(edit.text).toBe('{\n  "n": 12345678901234567890\n}');
  await box.fill('{\n  "a" 1\n}');
  await expect.element(check).toHaveTextContent(/^Line 2, column 7: /);
  await userEvent.keyboard('{Enter}');
  expect(onkeep).not.toHaveBeenCalled();
  await expect.element(box).toHaveAttribute('aria-invalid', 'true');
  await box.fill('{"a": 1.10}');
  await page.getByRole('button', { name: 'Compact' }).click();
  await box.click();
  await userEvent.keyboard('{Enter}');
  expect(onkeep).toHaveBeenCalledWith('{"a":1.10}', 'stay');
});

test('bytes are edited as digits, counted, and shown as characters', async () => {
  const { box, onkeep } = await open({ type: 'BLOB', family: 'binary', oid: undefined }, Uint8Array.of(72, 105, 0));
  await expect.element(box).toHaveValue("x'486900'");
  await expect.element(page.getByLabelText('Bytes of c')).toHaveTextContent('Hi·');
  await box.fill("x'4869f'");
  await expect.element(page.getByRole('status', { name: 'Size' })).toHaveTextContent('two digits each');
  await userEvent.keyboard('{Enter}');
  expect(onkeep).not.toHaveBeenCalled();
  await box.fill("x'4869ff'");
  await expect.element(page.getByRole('status', { name: 'Size' })).toHaveTextContent('3 bytes');
  await userEvent.keyboard('{Enter}');
  expect(onkeep).toHaveBeenCalledWith(Uint8Array.of(72, 105, 255), 'stay');
});

test('many bytes are not spelled out, and untouched they stay', async () => {
  const { box, onkeep, onleave } = await open({ type: 'bytea', family: 'binary', oid: 17 }, new Uint8Array(1_000_000));
  await expect.element(box).toHaveValue('');
  await expect.element(box).toHaveAttribute('placeholder', '1 MB of bytes');
  await userEvent.keyboard('{Enter}');
  expect(onleave).toHaveBeenCalled();
  expect(onkeep).not.toHaveBeenCalled();
});

test('an enum is chosen from its list by the arrow keys', async () => {
  const choices = ['sad', 'ok', 'happy'].map((label) => ({ value: label, label }));
  const { onkeep } = await open({ type: 'mood', family: 'enum', choices }, 'ok');
  await userEvent.keyboard('hap');
  await expect.element(page.getByRole('option')).toHaveTextContent('happy');
  await userEvent.keyboard('{ArrowDown}{Enter}');
  expect(onkeep).toHaveBeenCalledWith('happy', 'stay');
});

test('a boolean is chosen from its list, or typed', async () => {
  const choices = ['true', 'false'].map((label) => ({ value: label[0]!, label }));
  const column = { type: 'boolean', family: 'boolean' as const, oid: 16, choices };
  const { onkeep } = await open(column, 't');
  await expect.element(page.getByRole('option')).toHaveLength(2);
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  expect(onkeep).toHaveBeenLastCalledWith('f', 'stay');
  const typed = await open(column, 'f');
  await userEvent.keyboard('tr{ArrowDown}{Enter}');
  expect(typed.onkeep).toHaveBeenLastCalledWith('t', 'stay');
});

test('F6 leads from the text to what stands below it, Tab among that, Enter presses a button', async () => {
  const { edit, box, onkeep } = await open(stamp, '2026-01-31 23:59:59.5+00');
  await userEvent.keyboard('{F6}');
  await expect.element(page.getByRole('button', { name: 'Month before' })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText('December 2025')).toBeInTheDocument();
  await userEvent.keyboard('{Tab}{Tab}{Tab}');
  await expect.element(page.getByRole('spinbutton', { name: 'Hour' })).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}{Tab}{ArrowDown}');
  expect(edit.text).toBe('2026-01-31 22:58:59.5+00');
  await userEvent.keyboard('{Shift>}{F6}{F6}{F6}{F6}{F6}{/Shift}');
  await expect.element(box).toHaveFocus();
  await userEvent.keyboard('{Shift>}{F6}{/Shift}');
  await expect.element(page.getByRole('button', { name: 'NULL', exact: true })).toHaveFocus();
  await userEvent.keyboard('{Enter}');
  expect(onkeep).toHaveBeenCalledWith(null, 'stay');
});
