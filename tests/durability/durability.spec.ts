/**
 * Kills of workers, pages and whole browsers at random moments while both engines commit single rows, large
 * transactions and DDL, fold and branch. After each: every commit that returned is there, none is half there.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test';
import { buildListener, listen } from '../../scripts/serveBuild.js';
import type { Durability } from './page/work';

declare const durability: Durability;

const KILLS = Number(process.env.KILLS || 300);
const SEED = Number(process.env.SEED || Date.now() % 1e6);
const ENGINES = ['sqlite', 'postgres'] as const;
type Engine = (typeof ENGINES)[number];

/** Numbers below a bound that follow from a seed. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Life {
  engine: Engine;
  project: string;
  /** The last number whose commit is known to have returned. */
  told: number;
  branches: { id: string; n: number }[];
  begun: boolean;
}

/** Ids of the browser's processes, by their profile's folder. */
function processesOf(profile: string): { pid: number; main: boolean }[] {
  return execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 })
    .split('\n')
    .filter((line) => line.includes(`--user-data-dir=${profile}`))
    .map((line) => ({ pid: Number.parseInt(line, 10), main: !line.includes('--type=') }));
}

test(`${KILLS} kills lose nothing that returned`, async ({ launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  console.log(`seed ${SEED}`);
  const random = numbersFrom(SEED);
  const server = await listen(await buildListener(fileURLToPath(new URL('../../.svelte-kit/durability', import.meta.url))), { port: 47_500 });
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-durability-'));
  const profile = join(folder, 'profile');
  const launch = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(profile, { ...launchOptions, channel: launchOptions.executablePath ? undefined : 'chromium' });
  const lives: Life[] = ENGINES.map((engine) => ({ engine, project: `kills-${engine}`, told: 0, branches: [], begun: false }));
  const kills = { worker: 0, page: 0, browser: 0 };
  let now: Life = lives[0]!;
  let context = await launch();
  let page: Page | null = null;

  const fresh = async (): Promise<Page> => {
    const next = await context.newPage();
    await next.exposeFunction('told', (n: number, branch?: string) => {
      now.told = Math.max(now.told, n);
      if (branch) now.branches.push({ id: branch, n });
    });
    await next.goto(`http://localhost:${server.port}/`);
    await next.waitForFunction(() => 'durability' in window);
    return next;
  };

  try {
    for (let kill = 0; kill < KILLS; kill++) {
      now = lives[kill % lives.length]!;
      const { engine, project } = now;
      page ??= await fresh();
      const source = now.begun ? ('stored' as const) : ('empty' as const);
      const from = await page.evaluate(([e, p, s]) => durability.open(e, p, { kind: s }), [engine, project, source] as const);
      expect(from, `kill ${kill}, seed ${SEED}`).toBeGreaterThanOrEqual(now.told);
      const wrong = await page.evaluate(([e, n]) => durability.check(e, n), [engine, now.told] as const);
      expect(wrong, `${engine} before kill ${kill}, seed ${SEED}`).toEqual([]);
      now.begun = true;
      now.told = from;
      const branch = now.branches.at(-1);
      now.branches = [];
      if (branch) {
        const broken = await page.evaluate(([e, id, n]) => durability.checkBranch(e, id, n), [engine, branch.id, branch.n] as const);
        expect(broken, `${branch.id}, seed ${SEED}`).toEqual([]);
      }
      const dice = Array.from({ length: 97 }, () => random(100));
      await page.evaluate(([e, p, n, d]) => durability.work(e, p, n, d), [engine, project, from, dice] as const);
      await new Promise((resolve) => setTimeout(resolve, random(5) === 0 ? 1500 + random(2500) : 20 + random(700)));
      const how = (['worker', 'worker', 'worker', 'page', 'page', 'browser'] as const)[random(6)]!;
      kills[how]++;
      if (how === 'worker') {
        await page.evaluate(() => durability.endWorker());
      } else if (how === 'page') {
        await page.close({ runBeforeUnload: false });
        page = null;
      } else {
        const closed = context.waitForEvent('close');
        for (const { pid, main } of processesOf(profile)) if (main) process.kill(pid, 'SIGKILL');
        await closed;
        await expect.poll(() => processesOf(profile).length, { timeout: 30_000 }).toBe(0);
        context = await launch();
        page = null;
      }
    }
    page ??= await fresh();
    for (const life of lives) {
      now = life;
      await page.evaluate(([e, p]) => durability.open(e, p, { kind: 'stored' }), [life.engine, life.project] as const);
      expect(await page.evaluate(([e, n]) => durability.check(e, n), [life.engine, life.told] as const)).toEqual([]);
      console.log(`${life.engine}: ${life.told} commits returned`);
      await page.evaluate(() => durability.close());
    }
    console.log(kills);
  } finally {
    await context.close().catch(() => undefined); // killed already
    await server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
