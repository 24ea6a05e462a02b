import { App } from '../e2e/app';
import { makeSqlite } from '../fixtures/makeSqlite';
import { keep, test } from './benchTest';

/** Tables in groups of ten around one of them, groups in a tree; eight columns each. */
function manyTables(count: number): string {
  const tables = Array.from({ length: count }, (_, i) => {
    const hub = i - (i % 10);
    const parent = i === hub ? (hub === 0 ? null : Math.floor(hub / 30) * 10) : hub;
    const columns = ['id integer primary key', ...'abcdef'.split('').map((c) => `${c} text`)];
    if (parent !== null) columns.push(`parent integer references t${parent}(id)`);
    return `create table t${i} (${columns.join(', ')});`;
  });
  return tables.join('\n');
}

const percentile = (values: number[], part: number): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)]!;

for (const [count, goal] of [
  [50, 1000],
  [300, 1000],
  [2000, 5000]
] as const) {
  test(`a diagram of ${count} tables`, async ({ browser, product }) => {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const app = new App(await context.newPage());
    await app.page.goto(product.origin);
    await app.openFiles({ name: 'warm.sqlite', bytes: await makeSqlite(manyTables(20)) });
    await app.openFiles({ name: 'many.sqlite', bytes: await makeSqlite(manyTables(count)) });
    // The first diagram of a page pays for its code.
    await app.command('Open schema diagram (warm)');
    await app.page.locator('.svelte-flow [role=group]').first().waitFor();
    await app.project('many').click();
    await app.project('many').hover();
    const paint = await app.page.evaluate(async (count) => {
      const button = document.querySelector<HTMLElement>('button[aria-label="Diagram of many"]')!;
      const from = performance.now();
      button.click();
      const { pathname } = location;
      const isDrawn = (): boolean => {
        const nodes = document.querySelectorAll<HTMLElement>('.svelte-flow [role=group][data-id]');
        return location.pathname !== pathname && nodes.length >= count && getComputedStyle(nodes[0]!).visibility === 'visible';
      };
      while (!isDrawn()) await new Promise(requestAnimationFrame);
      await new Promise(requestAnimationFrame);
      return performance.now() - from;
    }, count);
    const layout = await app.page.evaluate(() => performance.getEntriesByName('diagram-layout').at(-1)!.duration);
    const mounted = await app.page.locator('.svelte-flow [role=group][data-id]').count();
    keep({ what: `a diagram of ${count} tables, from the click until it is drawn`, is: paint, unit: 'ms', goal, from: `${Math.round(layout)} ms of it in the worker that lays out, its start included; ${mounted} tables mounted, the whole in sight` });
    const pan = async (words: string): Promise<void> => {
      // From the free room between tables, to the right and down.
      const { x, y } = await app.page.evaluate(() => {
        const { left, top, width, height } = document.querySelector('.svelte-flow')!.getBoundingClientRect();
        for (let y = top + 20; y < top + height / 2; y += 7) {
          for (let x = left + 20; x < left + width / 2; x += 7) if (document.elementFromPoint(x, y)?.matches('.svelte-flow__pane')) return { x, y };
        }
        throw new Error('No room between tables.');
      });
      const frames = app.page.evaluate(async () => {
        const times: number[] = [];
        let last = performance.now();
        while (times.length < 120) {
          const now = await new Promise<number>(requestAnimationFrame);
          times.push(now - last);
          last = now;
        }
        return times;
      });
      await app.page.mouse.move(x, y);
      await app.page.mouse.down();
      for (let i = 1; i <= 60; i++) await app.page.mouse.move(x + i * 8, y + i * 5);
      await app.page.mouse.up();
      const times = (await frames).slice(5);
      const shown = await app.page.locator('.svelte-flow [role=group][data-id]').count();
      keep({ what: `p95 of a frame, panning over ${count} tables, ${words}`, is: percentile(times, 0.95), unit: 'ms', goal: 34, from: `${times.length} frames, ${shown} tables mounted` });
    };
    await pan('the whole in sight');
    // Near a table in the middle of all, at a size that can be read.
    await app.page.getByRole('searchbox', { name: 'Find a table' }).fill(`t${Math.floor(count / 20) * 10}`);
    await app.page.waitForTimeout(500);
    await pan('near');
    await context.close();
  });
}
