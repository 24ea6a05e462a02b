import type { App } from './app';
import { expect, shop, store, test } from './appTest';

const count = (app: App, project: string, relation: string) => app.relation(project, relation).locator('.right');

test('the tree says how many rows tables have, of each engine, and follows what is written', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop(), store());
  for (const [project, schema] of [['shop', 'main'], ['store', 'public']] as const) {
    await expect(count(app, project, `${schema}.customer`)).toHaveText('50');
    await app.newQuery(project);
    await app.run('delete from orders where customer_id <> 3; delete from customer where id <> 3');
    const ask = app.page.getByRole('dialog', { name: /^Confirm/ });
    if (await ask.isVisible()) await ask.getByRole('button').last().click();
    await expect(count(app, project, `${schema}.customer`)).toHaveText('1');
    await app.run('create table fresh (a integer); insert into fresh values (1), (2)');
    await expect(count(app, project, `${schema}.fresh`)).toHaveText('2');
  }
  await expect(count(app, 'decoy', 'main.customer')).toHaveText('30');
  await decoy.unchanged();
});

test('a disconnect asks when something runs or a transaction is open, naming the database', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  const ask = app.page.getByRole('dialog', { name: 'Confirm: Disconnect shop?' });
  await app.newQuery('shop');
  await app.start('with recursive g(i) as (select 1 union all select i + 1 from g) select count(*) from g');
  await expect(app.status).toHaveAttribute('data-state', 'running');
  await app.command('Disconnect shop');
  await expect(ask).toContainText('A query is still running and will be stopped.');
  await ask.getByRole('button', { name: 'Keep it open' }).click();
  await expect(app.status).toHaveAttribute('data-state', 'running');
  await app.page.getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(app.status).toHaveAttribute('data-state', 'cancelled');

  await app.run("begin; insert into product values (500, 'never', 1)");
  await app.command('Disconnect shop');
  await expect(ask).toContainText('A transaction is open and will be rolled back.');
  await ask.getByRole('button', { name: 'Disconnect' }).click();
  await app.connected('shop', 'disconnected');
  await app.project('shop').click();
  await app.connected('shop');
  expect(await app.query('shop', 'select count(*) from product where id = 500')).toEqual([['0']]);
  await decoy.unchanged();
});

test('a connect that fails says why on its project alone, and can be tried again', async ({ app, decoy }) => {
  await app.goto();
  await decoy.open();
  await app.openFiles(await shop());
  await app.openRelation('shop', 'main.customer');
  await app.openRelation('decoy', 'main.customer');
  const id = /\/p\/([^/]+)\//.exec(new URL((await app.page.evaluate(() => location.href)) as string).pathname)![1]!;
  await app.page.waitForTimeout(1000);
  await app.page.reload();
  await app.connected('decoy');
  // The bytes of the other one are not what they were.
  await app.page.evaluate(async (decoyId) => {
    const projects = await (await navigator.storage.getDirectory()).getDirectoryHandle('projects');
    for await (const [name, folder] of projects as unknown as AsyncIterable<[string, FileSystemDirectoryHandle]>) {
      if (name === decoyId) continue;
      for await (const file of (folder as unknown as { values(): AsyncIterable<FileSystemFileHandle> }).values()) {
        if (!file.name.endsWith('.seg')) continue;
        const writable = await file.createWritable();
        await writable.write(new Uint8Array(64));
        await writable.close();
      }
    }
  }, id);
  await app.page.getByRole('tab', { name: 'customer — shop', exact: true }).click();
  await app.connected('shop', 'error');
  const alert = app.page.getByRole('tabpanel').getByRole('alert').first();
  await expect(alert).toContainText('shop is not connected');
  expect((await alert.innerText()).length).toBeGreaterThan(60); // a reason, in words
  await alert.getByRole('button', { name: 'Reconnect' }).click();
  await app.connected('shop', 'error');
  await expect(app.project('decoy')).toHaveAttribute('data-status', 'connected');
  await app.page.getByRole('banner').getByRole('link', { name: 'Rowhouse' }).click();
  const card = app.page.getByRole('article', { name: 'shop', exact: true });
  await expect(card.getByRole('button', { name: 'Retry' })).toBeVisible();
  await expect(app.page.getByRole('article', { name: 'decoy', exact: true })).toContainText('Connected');
  await decoy.unchanged();
});

/** Where a text, or an id, is found in what this origin keeps: files, databases, caches. */
async function placesOf(app: App, ...texts: string[]): Promise<string[]> {
  return app.page.evaluate(async (wanted) => {
    const found: string[] = [];
    const holds = (text: string): boolean => wanted.some((w) => text.includes(w));
    const latin = new TextDecoder('latin1');
    async function walk(folder: FileSystemDirectoryHandle, path: string): Promise<void> {
      for await (const [name, handle] of folder as unknown as AsyncIterable<[string, FileSystemHandle]>) {
        const at = `${path}/${name}`;
        if (holds(name)) found.push(`name ${at}`);
        try {
          if (handle.kind === 'directory') await walk(handle as FileSystemDirectoryHandle, at);
          else if (holds(latin.decode(await (await (handle as FileSystemFileHandle).getFile()).arrayBuffer()))) found.push(`file ${at}`);
        } catch (e) {
          // Deleted meanwhile: that is what is waited for.
          if (!(e instanceof DOMException && e.name === 'NotFoundError')) throw e;
        }
      }
    }
    await walk(await navigator.storage.getDirectory(), '');
    for (const { name } of await indexedDB.databases()) {
      if (holds(name!)) found.push(`database ${name!}`);
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name!);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error!);
      });
      for (const table of database.objectStoreNames) {
        const rows = await new Promise<unknown[]>((resolve, reject) => {
          const request = database.transaction(table).objectStore(table).getAll();
          request.onsuccess = () => resolve(request.result as unknown[]);
          request.onerror = () => reject(request.error!);
        });
        for (const row of rows) if (holds(JSON.stringify(row, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)))) found.push(`row in ${name!}.${table}`);
      }
      database.close();
    }
    for (const key of await caches.keys()) {
      for (const request of await (await caches.open(key)).keys()) if (holds(request.url)) found.push(`cache ${request.url}`);
    }
    for (const store of [localStorage, sessionStorage]) if (holds(JSON.stringify(store))) found.push('web storage');
    return found;
  }, texts);
}

for (const [project, schema, open] of [
  ['shop', 'main', shop],
  ['store', 'public', store]
] as const) {
  test(`${project}: a removed project leaves nothing in this browser, but what its branch needs`, async ({ app, decoy }) => {
    test.setTimeout(180_000);
    await app.goto();
    await decoy.open();
    await app.openFiles(await open());
    // Something of each kind that is kept.
    await app.newQuery(project);
    await app.run("insert into customer values (3000, 'marked row', null, null)");
    await app.write('select 1 as marked_draft');
    await app.command('Save query');
    await app.page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('marked query');
    await app.page.keyboard.press('Enter');
    await app.relation(project, `${schema}.customer`).press('ArrowRight');
    const rows = await app.openRelation(project, `${schema}.customer`);
    await rows.getByRole('columnheader', { name: 'name' }).click();
    await rows.getByRole('gridcell').nth(2).dblclick();
    await app.page.getByRole('textbox', { name: /^Edit / }).fill('marked change');
    await app.page.keyboard.press('Enter');
    await app.command(`Open schema diagram (${project})`);
    await app.command(`History (${project})`);
    const id = /\/p\/([^/]+)\//.exec(new URL(app.page.url()).pathname)![1]!;
    const marks = [id, 'marked row', 'marked_draft', 'marked query', 'marked change'];
    await app.page.waitForTimeout(1000);
    const before = await placesOf(app, ...marks);
    expect(before.length).toBeGreaterThan(4);
    await app.command(`Branch (${project})`);
    await expect(app.page.locator('[role=treeitem][aria-level="1"]')).toHaveCount(3);
    const branch = (await app.page.locator('[role=treeitem][aria-level="1"]').evaluateAll((rows) => rows.map((r) => r.getAttribute('data-project')!)))
      .find((name) => name !== project && name !== 'decoy')!;
    await app.connected(branch);

    const remove = async (name: string) => {
      await app.project(name).click({ button: 'right' });
      await app.page.getByRole('menuitem', { name: 'Remove…' }).click();
      const confirm = app.page.getByRole('dialog', { name: /^Confirm/ });
      await expect(confirm).toContainText(name);
      await expect(confirm.getByRole('button', { name: 'Save a copy first' })).toBeVisible();
      await confirm.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(app.project(name)).toHaveCount(0);
    };
    await remove(project);
    // Its branch still has what it stands on, and only that.
    expect(await app.query(branch, 'select name from customer where id = 3000')).toEqual([['marked row']]);
    const left = await placesOf(app, id, 'marked_draft', 'marked query', 'marked change');
    expect(left.filter((place) => !/^(?:name|file) /.test(place) && !place.includes('history'))).toEqual([]);
    await remove(branch);
    await expect.poll(() => placesOf(app, ...marks)).toEqual([]);
    await decoy.unchanged();
  });
}

test('the list of all tabs reaches each of 200', async ({ app }) => {
  await app.goto();
  await app.openFiles(await shop(), store());
  for (const project of ['shop', 'store']) {
    await app.newQuery(project);
    for (let i = 0; i < 99; i++) await app.page.keyboard.press('ControlOrMeta+e');
  }
  await expect(app.page.getByRole('tablist', { name: 'Open tabs' }).getByRole('tab')).toHaveCount(200);
  await app.page.getByRole('button', { name: 'All tabs' }).click();
  const items = app.page.getByRole('menu', { name: 'All tabs' }).locator('[role=menuitem], [role=menuitemcheckbox], [role=menuitemradio]');
  await expect(items).toHaveCount(200);
  await items.filter({ hasText: /^\s*Query 57\s*shop/ }).click();
  await expect(app.page.getByRole('tab', { name: 'Query 57 — shop', exact: true })).toHaveAttribute('aria-selected', 'true');
  await expect(app.page.getByRole('tab', { name: 'Query 57 — shop', exact: true })).toBeInViewport();
  expect(await app.page.title()).toBe('Query 57 — shop — Rowhouse');
  await app.write('select count(*) from customer');
  await app.page.keyboard.press('ControlOrMeta+Enter');
  await expect(app.grid('Result')).toContainText('50');
});

test('projects are put in order by dragging and by keyboard, the connected first; the order is kept', async ({ app }) => {
  await app.goto();
  await app.openFiles({ ...(await shop()), name: 'first.sqlite' }, { ...(await shop()), name: 'second.sqlite' }, { ...(await shop()), name: 'third.sqlite' });
  const rows = app.page.locator('[role=treeitem][aria-level="1"]');
  const order = () => rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-project')));
  for (const name of await order()) await app.project(name!).press('ArrowLeft'); // closed, side by side
  const [a, b, c] = (await order()) as [string, string, string];
  await app.project(c).dragTo(app.project(a), { targetPosition: { x: 60, y: 3 } });
  await expect.poll(order).toEqual([c, a, b]);
  await app.project(b).focus();
  await app.page.keyboard.press('Alt+ArrowUp');
  await expect.poll(order).toEqual([c, b, a]);
  await app.command(`Disconnect ${c}`);
  await expect.poll(order).toEqual([b, a, c]);
  await app.page.waitForTimeout(1000);
  await app.goto('/');
  await expect.poll(order).toEqual([c, b, a]); // none is connected: as they were put
});
