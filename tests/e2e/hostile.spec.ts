import { makeSqlite } from '../fixtures/makeSqlite';
import { cell } from './app';
import { expect, test } from './appTest';

/** What would run if any of it were taken for a page. */
const markup = (name: string): string => `<img src=x onerror="window.pwned='${name}'"><script>window.pwned='${name}'</script>`;
const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

test('names, values, errors and comments that look like a page, a terminal or another direction are shown as they are', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  const [table, column] = [markup('table'), markup('column')];
  const value = `${markup('cell')}\u001b[31mred\u202egpj.exe`;
  const bytes = await makeSqlite(
    `CREATE TABLE ${sqlName(table)} (${sqlName(column)} TEXT DEFAULT ${sqlText(markup('default'))}, huge);
     INSERT INTO ${sqlName(table)} VALUES (${sqlText(value)}, printf('%.*c', 3000000, 'x')), (${sqlText(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)}, NULL);
     CREATE VIEW ${sqlName(markup('view'))} AS SELECT 1 AS ${sqlName(markup('alias'))};
     CREATE TRIGGER ${sqlName(markup('trigger'))} AFTER DELETE ON ${sqlName(table)} BEGIN SELECT 1; END;`
  );
  const file = `${markup('file').replaceAll('/', '_')}.sqlite`;
  const project = file.slice(0, -'.sqlite'.length);
  await app.giveFiles({ name: file, bytes });
  await app.connected(project);
  await app.openRelation(project, `main.${table}`);
  const grid = app.page.getByRole('grid', { name: table, exact: true });
  await expect(cell(grid, 1, 1)).toHaveText(value);
  await expect(cell(grid, 1, 1).locator('[data-mark], .mark').first()).toBeVisible();
  // The cell view of the one that is nested deep, and of the long one.
  for (const [row, at, words] of [[2, 1, '100,000 characters'], [1, 2, '3,000,000 characters']] as const) {
    await cell(grid, row, at).click();
    await app.page.keyboard.press('Space');
    await expect(app.page.getByText(words).first()).toBeVisible();
    await app.page.keyboard.press('Escape');
  }
  // A page dies of a text box with a hundred million characters: one that long is replaced, not edited.
  await cell(grid, 1, 2).dblclick();
  const box = app.page.getByRole('textbox', { name: 'Edit huge' });
  await expect(box).toHaveAttribute('placeholder', /3,000,000 characters, too many to edit/);
  await expect(box).toHaveValue('');
  await app.page.keyboard.press('Escape');
  await expect(box).toBeHidden();
  await expect(app.page.getByRole('button', { name: /^Commit/ })).toHaveCount(0);
  await app.newQuery(project);
  await app.run(`select ${sqlName(markup('missing'))}.x`, 'failed');
  await expect(app.alert.filter({ hasText: 'onerror' }).first()).toBeVisible();
  await app.run("select printf('%.*c', 100000000, 'x') as huge");
  // A dump whose comments, names and refused statements are no better.
  await app.giveFiles({
    name: 'dump.sql',
    bytes: `-- PostgreSQL database dump ${markup('comment')}\nCREATE TABLE public.t (a text);\nCOMMENT ON TABLE public.t IS ${sqlText(markup('table comment'))};\nSELECT ${sqlName(markup('nothing'))}(1);\nINSERT INTO public.t VALUES (${sqlText(value)});\n`
  });
  await app.connected('dump');
  await expect(app.page.getByText('onerror').first()).toBeVisible();
  expect(await app.query('dump', 'select a from t')).toEqual([[value]]);
  await app.giveFiles({ name: `${markup('not a database').replaceAll('/', '_')}.db`, bytes: 'Milk, bread.\n' });
  await expect(app.alert.filter({ hasText: 'text file' })).toContainText('<img src=x');
  const made = await app.page.evaluate(() => ({
    pwned: (window as { pwned?: string }).pwned ?? null,
    elements: document.querySelectorAll('img[src="x"], [onerror]').length + [...document.scripts].filter((script) => script.text.includes('pwned')).length
  }));
  expect(made).toEqual({ pwned: null, elements: 0 });
  await decoy.unchanged();
});
