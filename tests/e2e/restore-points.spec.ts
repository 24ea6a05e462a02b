import { expect, shop, store, test } from './appTest';

for (const [engine, make] of [['sqlite', shop], ['postgres', store]] as const) {
  test(`go back, label, look at and branch from a commit (${engine})`, async ({ app, page, decoy }) => {
    test.setTimeout(120_000);
    const file = await make();
    const name = file.name.replace(/\..*$/, '');
    await app.goto();
    await app.openFiles(file);
    await decoy.open();
    const run = async (project: string, sql: string): Promise<void> => {
      await app.newQuery(project);
      await app.editor.fill(sql);
      await page.keyboard.press('ControlOrMeta+Enter');
      await expect(app.status).toHaveAttribute('data-state', 'done');
    };
    const count = async (project: string): Promise<string | null> => {
      await run(project, 'SELECT count(*) FROM t');
      return (await app.cells(app.grid('Result')))[0]![0]!;
    };
    const open = async (): Promise<void> => {
      await page.keyboard.press('ControlOrMeta+k');
      await page.keyboard.type(`Restore points (${name})`);
      await page.keyboard.press('Enter');
      await expect(page.getByRole('dialog', { name: 'Restore points' })).toBeVisible();
    };
    const dialog = page.getByRole('dialog', { name: 'Restore points' });
    const point = (statement: string) => dialog.getByRole('listitem').filter({ hasText: statement });

    await run(name, 'CREATE TABLE t (a integer)');
    await run(name, 'INSERT INTO t VALUES (1), (2)');
    await run(name, 'DELETE FROM t WHERE a > 0');
    await open();
    const inserted = point('INSERT INTO t');
    await expect(inserted).toContainText('2 rows');
    await inserted.getByRole('button', { name: /^Label/ }).click();
    await page.keyboard.type('before the accident');
    await page.keyboard.press('Enter');
    await expect(inserted).toContainText('before the accident');
    const number = await inserted.getAttribute('data-commit');

    await inserted.getByRole('button', { name: /^Go back/ }).click();
    await page.getByRole('button', { name: 'Go back', exact: true }).click();
    await expect(point('Went back to commit')).toBeVisible();
    // Compared with the present: rows that are here by now, in a connection that goes with the dialog.
    await point('DELETE FROM t').getByRole('button', { name: /^Compare/ }).click();
    const compared = page.getByRole('dialog', { name: 'Compare connections' });
    await expect(compared.getByRole('status')).toContainText('2 rows added, 0 removed, 0 changed');
    await compared.getByRole('button', { name: 'Close' }).click();
    await expect(page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(2);
    for (const rows of ['0', '2']) {
      await open();
      await page.getByRole('button', { name: 'Undo going back' }).click();
      await page.getByRole('button', { name: 'Go back', exact: true }).click();
      await expect(dialog.getByRole('listitem').first()).toContainText('Went back to commit');
      await page.keyboard.press('Escape');
      expect(await count(name)).toBe(rows);
    }

    await open();
    await point('DELETE FROM t').getByRole('button', { name: /read-only$/ }).click();
    const then = `${name} at ${Number(number) + 1}`;
    await app.connected(then);
    expect(await count(then)).toBe('0');

    // what there was first is a point as well: the file as it was opened, the dump once it was restored
    await open();
    const beginning = engine === 'sqlite' ? `${name} at its beginning` : `${name} at 1`;
    await point(engine === 'sqlite' ? 'How it began' : 'Restored from a dump').getByRole('button', { name: /read-only$/ }).click();
    await app.connected(beginning);
    await expect(app.relation(beginning, engine === 'sqlite' ? 'main.customer' : 'public.customer')).toBeVisible();
    await expect(app.relation(beginning, engine === 'sqlite' ? 'main.t' : 'public.t')).toHaveCount(0);

    await page.keyboard.press('ControlOrMeta+k');
    await page.keyboard.type(`Branch (${name})`);
    await page.keyboard.press('Enter');
    await app.connected(`${name} branch`);
    await run(`${name} branch`, 'INSERT INTO t VALUES (3)');
    expect([await count(`${name} branch`), await count(name)]).toEqual(['3', '2']);

    await page.reload();
    await app.project(`${name} branch`).click();
    await app.connected(`${name} branch`);
    expect(await count(`${name} branch`)).toBe('3');
    await app.project('decoy').click();
    await app.connected('decoy');
    await decoy.unchanged();
  });
}

test('restore points by the keyboard alone, on a phone as well', async ({ app, page, decoy }) => {
  await app.goto();
  await app.openFiles(await shop());
  await decoy.open();
  await app.newQuery('shop');
  await app.run('CREATE TABLE t (a integer)');
  await app.run('INSERT INTO t VALUES (1)');
  await page.setViewportSize({ width: 390, height: 844 });
  await app.editor.focus();
  await app.command('Restore points (shop)');
  const dialog = page.getByRole('dialog', { name: 'Restore points' });
  const first = dialog.getByRole('listitem').nth(0);
  const second = dialog.getByRole('listitem').nth(1);
  await expect(second).toContainText('CREATE TABLE t');
  const label = second.getByRole('button', { name: /^Label/ });
  await label.focus();
  await page.keyboard.press('Enter');
  await expect(second.getByRole('textbox')).toBeFocused();
  await page.keyboard.type('the beginning');
  await page.keyboard.press('Enter');
  await expect(label).toBeFocused();
  await expect(second).toContainText('the beginning');
  // Escape leaves the input alone, and the label as it was.
  await page.keyboard.press('Enter');
  await page.keyboard.type(' again');
  await page.keyboard.press('Escape');
  await expect(label).toBeFocused();
  await expect(dialog).toBeVisible();
  await expect(second).toContainText('the beginning');
  await expect(second).not.toContainText('again');
  await page.keyboard.press('Tab');
  await expect(second.getByRole('button', { name: /^Go back/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stay here' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await expect(first).toContainText('INSERT INTO t');
  // Nothing is wider than the phone, and what is touched is large enough.
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  for (const button of await dialog.getByRole('button').all()) expect((await button.boundingBox())!.height).toBeGreaterThanOrEqual(40);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(app.editor).toBeFocused();
  await page.setViewportSize({ width: 1440, height: 900 });
  await decoy.unchanged();
});
