/**
 * Kills of workers, pages and whole browsers at random moments while Postgres and both builds of SQLite commit single
 * rows, large transactions and DDL, fold and branch. After each: every commit that returned is there, none is half there.
 */
import { expect, test } from '@playwright/test';
import { serveDurability } from './durabilityPage';
import { KilledBrowser, numbersFrom } from './killedBrowser';
import type { Durability } from './page/work';

declare const durability: Durability;

const KILLS = Number(process.env.KILLS || 300);
const SEED = Number(process.env.SEED || Date.now() % 1e6);
const ENGINES = ['sqlite', 'postgres', 'official'] as const;
type Engine = (typeof ENGINES)[number];

interface Life {
  engine: Engine;
  project: string;
  /** The last number whose commit is known to have returned. */
  told: number;
  branches: { id: string; n: number }[];
  begun: boolean;
}

test(`${KILLS} kills lose nothing that returned`, async ({ launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  console.log(`seed ${SEED}`);
  const random = numbersFrom(SEED);
  const server = await serveDurability(47_500);
  const lives: Life[] = ENGINES.map((engine) => ({ engine, project: `kills-${engine}`, told: 0, branches: [], begun: false }));
  const browser = new KilledBrowser(launchOptions, (page) =>
    // What a worker has said just before its end may come when another project is at work.
    page.exposeFunction('told', (project: string, n: number, branch?: string) => {
      const life = lives.find((one) => one.project === project)!;
      life.told = Math.max(life.told, n);
      if (branch) life.branches.push({ id: branch, n });
    })
  );
  const shown = () => server.shownIn(browser);

  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const now = lives[kill % lives.length]!;
      const { engine, project } = now;
      const page = await shown();
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
      await browser.kill(how, (p) => p.evaluate(() => durability.endWorker()));
    }
    const page = await shown();
    for (const life of lives) {
      if (!life.begun) continue;
      await page.evaluate(([e, p]) => durability.open(e, p, { kind: 'stored' }), [life.engine, life.project] as const);
      expect(await page.evaluate(([e, n]) => durability.check(e, n), [life.engine, life.told] as const)).toEqual([]);
      console.log(`${life.engine}: ${life.told} commits returned`);
      await page.evaluate(() => durability.close());
    }
    console.log(browser.kills);
  } finally {
    await browser.close();
    await server.close();
  }
});
