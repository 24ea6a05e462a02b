import type { Locator } from '@playwright/test';
import { shopDump } from '../fixtures/makeDump';
import { makeSqlite } from '../fixtures/makeSqlite';
import { cell, type App } from './app';
import { expect, test } from './appTest';

const sqliteKinds = `create table thing (id integer primary key, day date, at datetime, doc json, raw blob, ok boolean);
  insert into thing values (1, '2026-01-31', '2026-01-31 23:59:59.5', '{"n": 1}', x'4869', 1), (2, null, null, null, null, null);`;
const postgresKinds = `${shopDump('postgres customer', 3)}
  CREATE TYPE public.mood AS ENUM ('sad', 'ok', 'happy');
  CREATE TABLE public.thing (id integer PRIMARY KEY, day date, at timestamp, doc jsonb, raw bytea, ok boolean, tags text[], mood public.mood);
  INSERT INTO public.thing VALUES (1, '2026-01-31', '2026-01-31 23:59:59.5', '{"n": 1}', '\\x4869', true, '{a,NULL}', 'sad'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL);\n`;

const kinds = [
  {
    name: 'kinds',
    schema: 'main',
    file: async () => ({ name: 'kinds.sqlite', bytes: await makeSqlite(sqliteKinds) }),
    read: "select day, at, doc, hex(raw), ok from thing order by id",
    made: [
      ['2026-03-01', '2026-01-31 22:58:59.5', '{\n  "n": 12345678901234567890\n}', '00FF10', '0'],
      [null, null, null, '66726F6D206469736B', '1']
    ],
    hex: "x'00ff10'"
  },
  {
    name: 'sorts',
    schema: 'public',
    file: () => ({ name: 'sorts.sql', bytes: postgresKinds }),
    read: "select day::text, at::text, doc::text, upper(encode(raw, 'hex')), ok::text, tags::text, mood::text from thing order by id",
    made: [
      ['2026-03-01', '2026-01-31 22:58:59.5', '{"n": 12345678901234567890}', '00FF10', 'false', '{"b, \\"c\\"",new,NULL}', 'happy'],
      [null, null, null, '66726F6D206469736B', 'true', '{x}', null]
    ],
    hex: '\\x00ff10'
  }
];

/** Opens the editor of a cell by keyboard, and gives its text box. */
async function edit(app: App, grid: Locator, row: number, column: number, name: string): Promise<Locator> {
  await cell(grid, row, column).click();
  await app.page.keyboard.press('F2');
  const box = app.page.getByRole('textbox', { name: `Edit ${name}`, exact: true });
  await expect(box).toBeFocused();
  return box;
}

for (const { name, schema, file, read, made, hex } of kinds) {
  test(`${name}: every editor is used by keyboard, and what it made is committed; a database alike is as it was`, async ({ app }) => {
    const { page } = app;
    const { keyboard } = page;
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await keyboard.press(key);
    };
    page.on('filechooser', (chooser) => void chooser.setFiles({ name: 'bytes.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('from disk') }));
    const twin = Buffer.from(await makeSqlite(sqliteKinds));
    await app.goto();
    await app.openFiles({ name: 'twin.sqlite', bytes: twin });
    await app.openFiles(await file());
    const grid = await app.openRelation(name, `${schema}.thing`);

    // A date by its calendar: a month on, to its last day, and a day more.
    await edit(app, grid, 1, 2, 'day');
    await press('ArrowDown', 'PageDown');
    await expect(page.getByRole('gridcell', { name: '28 February 2026' })).toBeFocused();
    await press('ArrowRight', 'Enter');
    await expect(cell(grid, 1, 2)).toHaveText('2026-03-01');

    // A time by its boxes.
    const at = await edit(app, grid, 1, 3, 'at');
    await press('F6', 'F6', 'F6', 'F6');
    await expect(page.getByRole('spinbutton', { name: 'Hour' })).toBeFocused();
    await press('ArrowDown', 'Tab', 'ArrowDown');
    await expect(at).toHaveValue('2026-01-31 22:58:59.5');
    await press('Enter');
    await expect(cell(grid, 1, 3)).toHaveAttribute('data-staged', 'update');

    // JSON is checked while it is typed, and indented by its button.
    const doc = await edit(app, grid, 1, 4, 'doc');
    await doc.fill('{"n": 12345678901234567890');
    await press('Enter');
    await expect(doc).toBeFocused();
    await keyboard.type('}');
    await press('F6');
    await expect(page.getByRole('button', { name: 'Indent', exact: true })).toBeFocused();
    await press('Enter', 'Shift+F6', 'Enter');
    await expect(page.getByRole('textbox', { name: 'Edit doc', exact: true })).toHaveCount(0);

    // Bytes as digits, and out of a file.
    const raw = await edit(app, grid, 1, 5, 'raw');
    await raw.fill(hex);
    await expect(page.getByRole('status', { name: 'Size' })).toHaveText('3 bytes');
    await press('Enter');
    await edit(app, grid, 2, 5, 'raw');
    await press('F6');
    await expect(page.getByRole('button', { name: 'Load a file…' })).toBeFocused();
    await press('Enter');
    await expect(cell(grid, 2, 5)).toHaveAttribute('data-staged', 'update');

    // A boolean from its list, or by its first letter.
    const ok = await edit(app, grid, 1, 6, 'ok');
    await ok.press('ArrowDown');
    await keyboard.type('f');
    await press('ArrowDown', 'Enter');
    await expect(cell(grid, 1, 6)).toHaveAttribute('data-staged', 'update');
    await cell(grid, 2, 6).click();
    await keyboard.type('t');
    await press('ArrowDown', 'Enter');
    await expect(cell(grid, 2, 6)).toHaveAttribute('data-staged', 'update');

    if (schema === 'public') {
      await edit(app, grid, 1, 7, 'tags');
      await press('ArrowDown');
      await expect(page.getByRole('textbox', { name: 'Item 1' })).toBeFocused();
      await page.getByRole('textbox', { name: 'Item 1' }).fill('b, "c"');
      await press('Enter');
      await keyboard.type('new');
      await press('ControlOrMeta+Enter');
      await edit(app, grid, 2, 7, 'tags');
      await press('F6');
      await expect(page.getByRole('button', { name: 'Add item' })).toBeFocused();
      await press('Enter');
      await keyboard.type('x');
      await press('ControlOrMeta+Enter');
      await edit(app, grid, 1, 8, 'mood');
      await keyboard.type('hap');
      await press('ArrowDown', 'Enter');
      await expect(cell(grid, 1, 8)).toHaveText('happy');
    }

    await expect(page.getByRole('button', { name: 'Commit 2 changes', exact: true })).toBeVisible();
    await press('ControlOrMeta+s');
    await expect(page.getByRole('button', { name: /^Commit \d/ })).toHaveCount(0);
    await expect(grid.locator('[data-staged]')).toHaveCount(0);
    expect(await app.query(name, read)).toEqual(made);
    expect((await app.copyOf('twin')).equals(twin)).toBe(true);
  });
}
