import type { Page } from '@playwright/test';

/** From the page's next document on its long tasks are kept. */
export async function watchTasks(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const tasks: number[] = ((window as { longTasks?: number[] }).longTasks = []);
    new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: 'longtask' });
  });
}

/** The longest task of over 50 ms on the main thread while something is done, in ms; 0 without one. */
export async function longestTask(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.waitForTimeout(500);
  await page.evaluate(() => ((window as { longTasks?: number[] }).longTasks!.length = 0));
  await act();
  await page.waitForTimeout(500);
  return page.evaluate(() => Math.max(0, ...(window as { longTasks?: number[] }).longTasks!));
}
