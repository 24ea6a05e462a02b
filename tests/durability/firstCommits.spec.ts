/**
 * Kills with the first commits of a project that was just brought in, a new one for each: an empty database, a small and
 * a large file, a dump, a branch. The first that returned is there, or the project says what it needs.
 */
import { linkSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { buildListener, listen } from '../../scripts/serveBuild.js';
import { App } from '../e2e/app';
import { shopDump } from '../fixtures/makeDump';
import { makeSqlite, shopScript } from '../fixtures/makeSqlite';
import { KilledBrowser, numbersFrom } from './killedBrowser';
import type { Beginning } from './page/firstCommits';
import type { Durability } from './page/work';

declare const durability: Durability;

/** Half of the kills that are asked for, and one of each beginning at least. */
const KILLS = Math.max(8, Math.round(Number(process.env.KILLS || 300) / 2));
const SEED = Number(process.env.SEED || Date.now() % 1e6);
const TRIED: { kind: 'sqlite' | 'postgres'; beginning: Beginning }[] = [
  { kind: 'sqlite', beginning: 'empty' },
  { kind: 'postgres', beginning: 'empty' },
  { kind: 'sqlite', beginning: 'file' },
  { kind: 'postgres', beginning: 'dump' },
  { kind: 'sqlite', beginning: 'large file' },
  { kind: 'postgres', beginning: 'branch' },
  { kind: 'sqlite', beginning: 'dump' },
  { kind: 'sqlite', beginning: 'branch' }
];

test(`${KILLS} kills with the first commits of a project lose none that returned`, async ({ launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  console.log(`seed ${SEED}`);
  const random = numbersFrom(SEED);
  const server = await listen(await buildListener(fileURLToPath(new URL('../../.svelte-kit/durability', import.meta.url))), { port: 47_800 });
  const told = new Map<string, number>();
  let heard = (): void => undefined;
  const browser = new KilledBrowser(launchOptions, (page) =>
    page.exposeFunction('told', (project: string, n: number) => {
      told.set(project, n);
      heard();
    })
  );
  const shown = async () => {
    const page = await browser.page(`http://localhost:${server.port}/`);
    await page.waitForFunction(() => 'durability' in window);
    return page;
  };
  let none = 0;

  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const { kind, beginning } = TRIED[kill % TRIED.length]!;
      const project = `first-${kill}`;
      const first = new Promise<void>((resolve) => (heard = resolve));
      let page = await shown();
      const rests = Array.from({ length: 7 }, () => [0, 0, 1, 5, 30][random(5)]!);
      await page.evaluate(([k, b, p, r]) => durability.firstCommits.begin(k, b, p, r), [kind, beginning, project, rests] as const);
      // Two of three at once with the first commit, or a little later; the others whenever it is.
      if (random(3) > 0) await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 20_000))]);
      if (random(2) === 0) await new Promise((resolve) => setTimeout(resolve, random(400)));
      const how = (['worker', 'page', 'page', 'browser'] as const)[random(4)]!;
      await browser.kill(how, (p) => p.evaluate(() => durability.firstCommits.end()));

      page = await shown();
      const returned = told.get(project) ?? 0;
      if (returned === 0) none++;
      const wrong = await page.evaluate(([k, b, p, n]) => durability.firstCommits.faults(k, b, p, n), [kind, beginning, project, returned] as const);
      expect(wrong, `${kind} from ${beginning}, ${how}, kill ${kill}, seed ${SEED}`).toEqual([]);
    }
    console.log(browser.kills, `${none} before the first commit`);
  } finally {
    await browser.close();
    await server.close();
  }
});

/** A tenth of the kills that are asked for; each way at least. */
const APP_KILLS = Math.max(3, Math.round(Number(process.env.KILLS || 300) / 10));
/** Copied for a second or so after its project is open. */
const LARGE_MB = 100;

test(`${APP_KILLS} kills with the first commit of a project in the app lose none, and no project`, async ({ launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  console.log(`seed ${SEED}`);
  const random = numbersFrom(SEED);
  const server = await listen(await buildListener(fileURLToPath(new URL('../../build', import.meta.url))), { port: 47_900 });
  const browser = new KilledBrowser(launchOptions, async () => undefined);
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-first-'));
  const small = await makeSqlite(shopScript('x'));
  const blobs = Array.from({ length: LARGE_MB }, (_, i) => `insert into filler values (${i}, zeroblob(1000000));`).join('');
  const large = await makeSqlite(`${shopScript('x')}; create table filler(n integer primary key, b blob); ${blobs}`);
  writeFileSync(join(folder, 'large'), large);
  const bring = {
    small: (name: string) => ({ name: `${name}.sqlite`, bytes: small }),
    dump: (name: string) => ({ name: `${name}.sql`, bytes: shopDump('x') }),
    large: (name: string) => {
      const path = join(folder, `${name}.sqlite`);
      linkSync(join(folder, 'large'), path);
      return path;
    }
  };
  const shown = async (): Promise<App> => {
    const app = new App(await browser.page(`http://localhost:${server.port}/`));
    await expect(app.page.getByRole('banner')).toBeVisible();
    return app;
  };
  let asked = 0;

  try {
    for (let kill = 0; kill < APP_KILLS; kill++) {
      const way = (['large', 'small', 'dump'] as const)[kill % 3]!;
      const project = `life${kill}`;
      const file = bring[way](project);
      const how = (['page', 'browser'] as const)[random(2)]!;
      const about = `${project}, ${way}, ${how}, seed ${SEED}`;
      let app = await shown();
      await app.openFiles(file);
      await app.newQuery(project);
      await app.run('create table kept as select 1 as n');
      if (random(2) === 0) await new Promise((resolve) => setTimeout(resolve, random(300)));
      await browser.kill(how, async () => undefined);

      app = await shown();
      await expect(app.project(project), about).toBeVisible();
      if ((await app.project(project).getAttribute('data-status')) === 'disconnected') await app.project(project).click();
      await expect(app.project(project), about).toHaveAttribute('data-status', /^(?:connected|error)$/, { timeout: 30_000 });
      if ((await app.project(project).getAttribute('data-status')) === 'error') {
        // Its copy was cut short: it says so, and takes the file again.
        expect(way, about).toBe('large');
        await expect(app.page.getByRole('tabpanel').getByRole('alert').first(), about).toContainText('had not been copied whole');
        await app.openFiles(file);
        asked++;
      }
      await app.connected(project);
      expect(await app.query(project, 'select n from kept'), about).toEqual([['1']]);
    }
    console.log(browser.kills, `${asked} asked for their file again`);
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  }
});
