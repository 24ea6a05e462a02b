import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { App } from './app';
import { expect, shop, test } from './appTest';

/** Ids of the browser's processes, by their profile's folder. */
function processesOf(profile: string): { pid: number; main: boolean }[] {
  const lines = execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 }).split('\n');
  return lines
    .filter((line) => line.includes(`--user-data-dir=${profile}`))
    .map((line) => ({ pid: Number.parseInt(line, 10), main: !line.includes('--type=') }));
}

/** Ends a browser as a power cut would: nothing of it gets to do anything more. */
async function killBrowser(context: BrowserContext, profile: string): Promise<void> {
  const closed = context.waitForEvent('close');
  for (const { pid, main } of processesOf(profile)) if (main) process.kill(pid, 'SIGKILL');
  await closed;
  await expect.poll(() => processesOf(profile).length, { timeout: 15_000 }).toBe(0);
}

/** Each statement is a commit of its own, and writes two tables. One line: typing thousands of lines takes a browser minutes. */
const commits = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `insert into kept values(${from + i}, hex(randomblob(${(i * 37) % 900})));`).join(' ');

const ROUNDS = 4;

test('the browser is killed while it commits: what returned is there, nothing is half there', async ({ baseURL, launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-kills-'));
  const profile = join(folder, 'profile');
  const channel = launchOptions.executablePath ? undefined : 'chromium';
  const launch = () => chromium.launchPersistentContext(profile, { ...launchOptions, channel });
  let context = await launch();
  try {
    let app = new App(await context.newPage());
    await app.goto(`${baseURL}/`);
    await app.openFiles(await shop());
    await app.newQuery('shop');
    await app.run(`create table kept (n integer primary key, filler text); create table twin (n integer primary key);
      create trigger both after insert on kept begin insert into twin values (new.n); end;`);
    let returned = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await app.run(commits(returned + 1, 20));
      returned += 20;
      await app.start(commits(returned + 1, 3000));
      await expect(app.status).toHaveAttribute('data-state', 'running');
      // Long enough for a few hundred commits, short of all; another moment each round.
      await app.page.waitForTimeout(150 + round * 170);
      await killBrowser(context, profile);

      context = await launch();
      app = new App(await context.newPage());
      await app.goto(`${baseURL}/`);
      if ((await app.project('shop').getAttribute('data-status')) === 'disconnected') await app.project('shop').click();
      await app.connected('shop');
      const [row] = await app.query(
        'shop',
        `select (select count(*) from kept), (select max(n) from kept), (select count(*) from twin),
          (select count(*) from kept join twin using (n)), (select integrity_check from pragma_integrity_check)`
      );
      const rows = Number(row![0]);
      expect(rows).toBeGreaterThanOrEqual(returned);
      expect(row!.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => String(rows)));
      expect(row![4]).toBe('ok');
      returned = rows;
    }
    // The rows of the dropped file are there as well.
    expect(Number((await app.query('shop', 'select count(*) from customer'))[0]![0])).toBeGreaterThan(0);
  } finally {
    await context.close().catch(() => undefined); // killed already
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
