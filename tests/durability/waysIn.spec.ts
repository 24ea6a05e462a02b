/**
 * Kills of workers, pages and whole browsers while databases are on their way in and out: an archive is restored, a CSV
 * imported, a damaged file salvaged into a new project, a copy saved, a file written over by what is saved back. After each, what was there is there, and what was
 * on its way is whole or, where its return was not told, may be left away.
 */
import { expect, test } from '@playwright/test';
import { makeArchive } from '../fixtures/makeArchive';
import { serveDurability } from './durabilityPage';
import { KilledBrowser, numbersFrom } from './killedBrowser';
import type { Durability } from './page/work';
import type { Way } from './page/waysIn';

declare const durability: Durability;

/** One of five kills that are asked for, and one of each way at least. */
const KILLS = Math.max(7, Math.round(Number(process.env.KILLS || 300) / 5));
const SEED = Number(process.env.SEED || Date.now() % 1e6);
const TRIED: { way: Way; kind: 'sqlite' | 'postgres' }[] = [
  { way: 'archive', kind: 'postgres' },
  { way: 'import', kind: 'sqlite' },
  { way: 'import', kind: 'postgres' },
  { way: 'salvage', kind: 'sqlite' },
  { way: 'copy', kind: 'sqlite' },
  { way: 'copy', kind: 'postgres' },
  { way: 'back', kind: 'sqlite' }
];

/** Two tables of many rows, with keys behind them. */
function archive(): { bytes: number[]; tables: Record<string, number> } {
  const tables = { first: 8000, second: 30_000 };
  const entries = Object.entries(tables).flatMap(([name, count]) => [
    { kind: 'TABLE', tag: name, schema: 'public', definition: `CREATE TABLE public.${name} (id integer, b text);\n` },
    {
      ...{ kind: 'TABLE DATA', tag: name, schema: 'public', copy: `COPY public.${name} (id, b) FROM stdin;\n` },
      data: `${Array.from({ length: count }, (_, i) => `${i}\ta row of ${name}, ${'and more '.repeat(6)}\n`).join('')}\\.\n\n\n`
    },
    { kind: 'CONSTRAINT', tag: `${name}_pkey`, schema: 'public', definition: `ALTER TABLE ONLY public.${name} ADD CONSTRAINT ${name}_pkey PRIMARY KEY (id);\n` }
  ]);
  return { bytes: [...makeArchive({ entries })], tables };
}

test(`${KILLS} kills leave what was there, and what came in whole or not at all`, async ({ launchOptions }) => {
  test.skip(process.platform === 'win32', 'processes are found with ps');
  console.log(`seed ${SEED}`);
  const random = numbersFrom(SEED);
  const server = await serveDurability(47_600);
  const returned = new Set<string>();
  const browser = new KilledBrowser(launchOptions, (page) => page.exposeFunction('returned', (what: string) => returned.add(what)));
  const shown = () => server.shownIn(browser);
  const made = archive();
  const imports = { sqlite: [0], postgres: [0] };
  const outcomes: Record<string, number> = {};

  try {
    let page = await shown();
    for (const kind of ['sqlite', 'postgres'] as const) await page.evaluate((k) => durability.waysIn.prepare(k, `ways-${k}`), kind);
    const readable = await page.evaluate(() => durability.waysIn.prepareDamaged('ways-damaged'));
    for (let kill = 0; kill < KILLS; kill++) {
      const { way, kind } = TRIED[kill % TRIED.length]!;
      const project = way === 'salvage' ? 'ways-damaged' : `ways-${kind}`;
      const making = `ways-made-${kill}`;
      page = await shown();
      const n = kill + 1;
      await page.evaluate(
        ([w, k, p, m, at, bytes]) => durability.waysIn.go(w, k, p, m, at, bytes),
        [way, kind, project, making, n, way === 'archive' ? made.bytes : null] as const
      );
      await new Promise((resolve) => setTimeout(resolve, 20 + random(random(3) === 0 ? 4000 : 1200)));
      const how = (['worker', 'worker', 'page', 'browser'] as const)[random(4)]!;
      await browser.kill(how, (p) => p.evaluate(() => durability.waysIn.end()));

      page = await shown();
      const isWhole = returned.has(making);
      const about = `${way} (${kind}), ${how}, kill ${kill}, seed ${SEED}`;
      if (way === 'archive' || way === 'salvage') {
        const tables = way === 'archive' ? made.tables : { hurt: readable };
        expect(await page.evaluate(([k, m, w, t]) => durability.waysIn.faultsOfMade(k, m, w, t), [kind, making, isWhole, tables] as const), about).toEqual([]);
      } else {
        const known = isWhole ? [...imports[kind], n] : imports[kind];
        const wrong = await page.evaluate(
          ([k, p, all, tried]) => durability.waysIn.faultsOfImports(k, p, all, tried),
          [kind, project, known, way === 'import' ? n : null] as const
        );
        expect(wrong, about).toEqual([]);
        imports[kind] = await page.evaluate(([k, p]) => durability.waysIn.importsOf(k, p), [kind, project] as const);
      }
      if (way === 'back') {
        const told = Math.max(0, ...[...returned].filter((what) => what.startsWith('back ')).map((what) => Number(what.slice(5))));
        expect(await page.evaluate((last) => durability.waysIn.faultsOfDisk(last), told), about).toEqual([]);
        outcomes['rounds saved back'] = told;
      }
      if (way === 'salvage') expect(await page.evaluate(() => durability.waysIn.readableOf('ways-damaged')), about).toBe(readable);
      const end = `${way}: ${isWhole ? 'returned' : 'cut short'}`;
      outcomes[end] = (outcomes[end] ?? 0) + 1;
    }
    console.log(browser.kills, outcomes);
  } finally {
    await browser.close();
    await server.close();
  }
});
