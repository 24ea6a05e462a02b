import type { Page } from '@playwright/test';
import { keep, test } from './benchTest';
import type {} from './page/scroll';

/** One frame at 60 Hz, with what the clock's grain adds. */
const ONE_FRAME = 17;
const FRAMES = 300;

const percentile = (values: number[], part: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * part)]!;

/** Bytes that live on the page's heap after a collection. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

for (const [rows, columns, words] of [
  [1_000_000, 50, '1 million rows x 50 columns'],
  [10_000_000, 50, '10 million rows x 50 columns']
] as const) {
  test(`scrolling ${words}`, async ({ measuring }) => {
    const page = await measuring();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(new URL(`/scroll.html?rows=${rows}&columns=${columns}&wait=4`, page.url()).href);
    await page.waitForFunction(() => 'scrolling' in window);
    const before = await heap(page);
    // The first mount pays for the fonts and the compiler, once a page.
    await page.evaluate(() => window.scrolling.firstPaint());
    const paints: number[] = [];
    for (let i = 0; i < 5; i++) paints.push(await page.evaluate(() => window.scrolling.firstPaint()));
    const from = `${rows} x ${columns}, a page of rows takes 4 ms in its worker`;
    keep({ what: `first paint of ${words}`, is: percentile(paints, 0.5), unit: 'ms', goal: 80, from });
    for (const [axis, step, kind] of [
      ['top', 120, 'a wheel'],
      ['top', 600, 'a flick'],
      ['left', 300, 'across']
    ] as const) {
      const { frames, blank } = await page.evaluate(
        ([n, px, way]) => window.scrolling.scroll(n, px, way),
        [FRAMES, step, axis] as const
      );
      const moved = `${FRAMES} frames of ${step} px`;
      keep({ what: `p95 of a frame, ${kind}, ${words}`, is: percentile(frames, 0.95), unit: 'ms', goal: ONE_FRAME, from: moved });
      keep({ what: `blank rows, ${kind}, ${words}`, is: blank, unit: 'rows', goal: 0, from: moved });
    }
    const more = ((await heap(page)) - before) / 1e6;
    keep({ what: `page heap, ${words}`, is: more, unit: 'MB', goal: 10, from: 'after the scrolling, collected' });
  });
}
