import { defineConfig } from '@playwright/test';
import { chromiumArgs } from '../../scripts/chromiumArgs.js';

/** One browser at a time, for it is killed; no second try. */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/durability',
  workers: 1,
  retries: 0,
  timeout: 3_600_000,
  use: {
    browserName: 'chromium',
    headless: true,
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: chromiumArgs
    }
  }
});
