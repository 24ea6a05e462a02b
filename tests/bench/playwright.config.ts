import { defineConfig } from '@playwright/test';
import { chromiumArgs } from '../../scripts/chromiumArgs.js';

/** The bench as Playwright runs it: one figure after the other, no second try. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../../test-results/bench',
  workers: 1,
  retries: 0,
  timeout: 600_000,
  reporter: [['line']],
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: chromiumArgs
    }
  }
});
