import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type LaunchOptions, type Page } from '@playwright/test';

/** Numbers below a bound that follow from a seed. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

export type Kill = 'worker' | 'page' | 'browser';

/** A browser with a profile on disk that is killed, whole or one page of it, and comes up again. */
export class KilledBrowser {
  readonly kills: Record<Kill, number> = { worker: 0, page: 0, browser: 0 };
  readonly #options: LaunchOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'rowhouse-durability-'));
  /** Called for each new page before it goes anywhere. */
  readonly #prepare: (page: Page) => Promise<unknown>;
  #context: BrowserContext | null = null;
  #page: Page | null = null;

  constructor(options: LaunchOptions, prepare: (page: Page) => Promise<unknown>) {
    this.#options = options;
    this.#prepare = prepare;
  }

  get #profile(): string {
    return join(this.#folder, 'profile');
  }

  /** The page that lives, or a new one, at an address. */
  async page(url: string): Promise<Page> {
    if (this.#page) return this.#page;
    const channel = this.#options.executablePath ? undefined : 'chromium';
    this.#context ??= await chromium.launchPersistentContext(this.#profile, { ...this.#options, channel });
    this.#page = await this.#context.newPage();
    await this.#prepare(this.#page);
    await this.#page.goto(url);
    return this.#page;
  }

  /** @param endWorkers what ends the workers of the page */
  async kill(how: Kill, endWorkers: (page: Page) => Promise<unknown>): Promise<void> {
    this.kills[how]++;
    const page = this.#page!;
    if (how === 'worker') return void (await endWorkers(page));
    this.#page = null;
    if (how === 'page') return page.close({ runBeforeUnload: false });
    const closed = this.#context!.waitForEvent('close');
    for (const { pid, main } of this.#processes()) if (main) process.kill(pid, 'SIGKILL');
    await closed;
    this.#context = null;
    await expect.poll(() => this.#processes().length, { timeout: 30_000 }).toBe(0);
  }

  async close(): Promise<void> {
    await this.#context?.close().catch(() => undefined); // killed already
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Ids of the browser's processes, by their profile's folder. */
  #processes(): { pid: number; main: boolean }[] {
    return execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8', maxBuffer: 1 << 26 })
      .split('\n')
      .filter((line) => line.includes(`--user-data-dir=${this.#profile}`))
      .map((line) => ({ pid: Number.parseInt(line, 10), main: !line.includes('--type=') }));
  }
}
