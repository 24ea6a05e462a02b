import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, test as base, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { buildListener, listen } from '../../scripts/serveBuild.js';
import type {} from './page/measure';

/** One line of the table. */
export interface Figure {
  what: string;
  /** What it came to, as it is printed: a ratio, or a number with its unit. */
  is: number;
  unit: 'times' | 'ms' | 'MB' | 'KB' | 'rows' | 'files';
  /** At most this; with `atLeast`, at least. */
  goal: number;
  atLeast?: boolean;
  /** What the ratio was made of. */
  from: string;
}

interface Fixtures {
  /** A page that measures engines, with files given to it. */
  measuring: (files?: string[]) => Promise<Page>;
  /** The built product, on a server of its own. */
  product: { origin: string; stop: () => Promise<void> };
}

export const test = base.extend<Fixtures>({
  measuring: async ({ launchOptions }, use) => {
    const folder = fileURLToPath(new URL('../../.svelte-kit/bench', import.meta.url));
    const server = await listen(await buildListener(folder), { port: 27_300 });
    const profiles = mkdtempSync(join(tmpdir(), 'rowhouse-profiles-'));
    const contexts: BrowserContext[] = [];
    await use(async (files = []) => {
      // An ordinary headless context is a private window, whose storage lies in the memory of another process:
      // each read of it is a message. What people use has a profile on disk.
      const context = await chromium.launchPersistentContext(join(profiles, String(contexts.length)), {
        ...launchOptions,
        channel: launchOptions.executablePath ? undefined : 'chromium'
      });
      contexts.push(context);
      const page = context.pages()[0] ?? (await context.newPage());
      await page.goto(`http://localhost:${server.port}/`);
      await page.waitForFunction(() => 'bench' in window);
      if (files.length > 0) await page.getByLabel('Files').setInputFiles(files);
      return page;
    });
    for (const context of contexts) await context.close();
    rmSync(profiles, { recursive: true, force: true });
    await server.close();
  },
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs from this pattern
  product: async ({}, use) => {
    const folder = fileURLToPath(new URL('../../build', import.meta.url));
    const server = await listen(await buildListener(folder), { port: 27_400 });
    await use({ origin: `http://localhost:${server.port}`, stop: server.close });
    await server.close();
  }
});

/** Keeps a figure for the table that scripts/bench.js prints. */
export function keep(figure: Figure): void {
  const file = process.env.BENCH_FIGURES;
  if (file) appendFileSync(file, `${JSON.stringify(figure)}\n`);
  else console.log(figure);
}

/** A ratio of two times. */
export function keepRatio(what: string, ours: number, theirs: number, goal: number): void {
  keep({ what, is: ours / theirs, unit: 'times', goal, from: `${ours.toFixed(1)} ms to ${theirs.toFixed(1)} ms` });
}

export interface RendererMemory {
  /** Resident, in MB. */
  now: number;
  /** Resident at its highest since `reset`. */
  peak: number;
  /** Of `now`, the largest piece: the memory of an engine, where one runs. V8 gives each WebAssembly memory a mapping of its own. */
  largest: number;
}

/** Resident MB of the largest piece of writable memory of a process. */
function largestPiece(processId: number): number {
  let most = 0;
  for (const piece of readFileSync(`/proc/${processId}/smaps`, 'utf8').split(/\n(?=[\da-f]+-[\da-f]+ )/)) {
    if (!/^\S+ rw/.test(piece)) continue;
    most = Math.max(most, Number(/\nRss:\s+(\d+)/.exec(piece)?.[1] ?? 0));
  }
  return most / 1024;
}

/**
 * Memory of all renderer processes of the browser in MB, now and at its highest since `reset`; undefined where the
 * system does not tell (only Linux does). Dedicated workers live in their page's process.
 */
export async function rendererMemory(browser: Browser | null, reset = false): Promise<RendererMemory | undefined> {
  if (process.platform !== 'linux' || !browser) return undefined;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  let now = 0;
  let peak = 0;
  let largest = 0;
  for (const { type, id } of processInfo) {
    if (type !== 'renderer') continue;
    const status = readFileSync(`/proc/${id}/status`, 'utf8');
    const kB = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
    now = Math.max(now, kB('VmRSS') / 1024);
    peak = Math.max(peak, kB('VmHWM') / 1024);
    largest = Math.max(largest, largestPiece(id));
    if (reset) appendFileSync(`/proc/${id}/clear_refs`, '5');
  }
  return { now, peak, largest };
}
