/**
 * Kills with the first commits of a project that was just brought in, a new one for each: an empty database, a small and
 * a large file, a dump, a branch. The first that returned is there, or the project says what it needs.
 */
import { expect, test } from '@playwright/test';
import { serveDurability } from './durabilityPage';
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
  const server = await serveDurability(47_800);
  const told = new Map<string, number>();
  let heard = (): void => undefined;
  const browser = new KilledBrowser(launchOptions, (page) =>
    page.exposeFunction('told', (project: string, n: number) => {
      told.set(project, n);
      heard();
    })
  );
  const shown = () => server.shownIn(browser);
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
