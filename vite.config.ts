import { existsSync, realpathSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { sveltekit } from '@sveltejs/kit/vite';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumArgs } from './scripts/chromiumArgs.js';
import { previewHeaders } from './scripts/securityHeaders.js';
import { builtWorkers } from './vite.builtworkers.ts';
import { libpgQueryWasm } from './vite.libpg.ts';
import { pgBase } from './vite.pgbase.ts';

/** Test data beside the project, where it is there; a link is followed, for Vite compares real paths. */
const sharedData = existsSync('../shared/data') ? [realpathSync('../shared/data')] : [];

/** Vitest leaves a core for itself, and hardly uses it: two files of tests at once use both cores of a small machine. */
const maxWorkers = Math.max(2, availableParallelism() - 1);

const inChromium = {
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({
    // CHROMIUM_PATH is set by the test set-up, only where Playwright's own download is not there.
    launchOptions: { executablePath: process.env.CHROMIUM_PATH || undefined, args: chromiumArgs }
  }),
  instances: [{ browser: 'chromium' as const }]
};

export default defineConfig({
  plugins: [libpgQueryWasm(), pgBase(), previewHeaders(), sveltekit()],
  worker: { format: 'es', plugins: () => [libpgQueryWasm(), pgBase()] },
  optimizeDeps: {
    include: ['sql.js', 'comlink', 'dexie', 'fflate', 'fast-check', 'hyparquet', 'hyparquet-writer', 'hyparquet-compressors', 'fzstd'],
    exclude: ['@electric-sql/pglite', '@electric-sql/pglite-tools']
  },
  // The same code without what browsers before 2018 need, and without the wrapper that joins two copies of it: we have one.
  resolve: { alias: [{ find: /^dexie$/, replacement: 'dexie/dist/modern/dexie.mjs' }] },
  server: { fs: { allow: ['workers', 'tests', ...sharedData] } },
  // A font inlined as data: would be refused by the policy, which allows 'self' alone.
  build: { target: 'es2022', assetsInlineLimit: 0 },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          // Property tests take their time on a machine that does other work as well.
          testTimeout: 60_000,
          // As in playwright.config.ts: a shared machine may stall for seconds.
          retry: process.env.CI ? 1 : 0,
          maxWorkers,
          include: ['tests/{unit,architecture,data}/**/*.test.ts']
        }
      },
      {
        extends: true,
        plugins: [builtWorkers()],
        test: {
          name: 'browser',
          include: ['tests/{component,contract}/**/*.test.ts'],
          testTimeout: 60_000,
          // As in playwright.config.ts: a shared machine may stall for seconds.
          retry: process.env.CI ? 2 : 0,
          maxWorkers,
          browser: inChromium
        }
      }
    ]
  }
});
