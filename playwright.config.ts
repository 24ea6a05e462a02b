import { availableParallelism } from 'node:os';
import { defineConfig } from '@playwright/test';
import { chromiumArgs } from './scripts/chromiumArgs.js';

const port = Number(process.env.E2E_PORT || 4173);

export default defineConfig({
  testDir: 'tests/e2e',
  fullyParallel: false,
  // two browsers keep two cores busy; each test has a context, and so a storage, of its own
  workers: Math.min(2, availableParallelism()),
  // A shared machine may stall for seconds: there a test may run again, and is then listed as flaky.
  retries: process.env.CI ? 2 : 0,
  timeout: 120_000,
  // a machine that does other work as well is slow, not wrong
  expect: { timeout: 15_000 },
  use: {
    baseURL: `http://localhost:${port}`,
    browserName: 'chromium',
    headless: true,
    launchOptions: {
      // CHROMIUM_PATH is set by the test set-up, only where Playwright's own download is not there.
      executablePath: process.env.CHROMIUM_PATH || undefined,
      // Walks are short: WebAssembly that is compiled a second time, to run faster, costs more than it saves.
      args: [...chromiumArgs, '--js-flags=--liftoff-only']
    }
  },
  webServer: {
    // as `npm start` does, and with a quarter of the work of `vite preview`
    command: `node scripts/serve.js --port ${port}`,
    port,
    reuseExistingServer: false,
    timeout: 60_000
  }
});
