/**
 * `npm test`: installs what is missing (a Chromium included), then runs every check in turn: types, lint, unit and
 * architecture tests, engines and components in a browser, the build, the end-to-end tests against it. One failure
 * stops nothing; the last line sums up. `npm test -- unit e2e` runs those parts alone.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensureBuilt.js';
import { ensureChromium } from './ensureChromium.js';
import { ensureInstalled } from './ensureInstalled.js';
import { runDurability } from './runDurability.js';
import { runNpm, runPackage } from './runCommand.js';

const root = fileURLToPath(new URL('../', import.meta.url));
process.chdir(root);

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** What did not run to a report counts as one failure. @type {Counts} */
const broken = { passed: 0, failed: 1, skipped: 0 };

/** @param {boolean} ok @returns {Counts} */
const one = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/** @param {string} file @returns {any} undefined where there is none */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // the runner died before it wrote one; its own output says why
    return undefined;
  }
}

/** @param {string} project @param {string} folder @returns {Promise<Counts>} */
async function vitest(project, folder) {
  const report = join(folder, `${project}.json`);
  const { code } = await runPackage('vitest/vitest.mjs', [
    ...['run', '--project', project, '--passWithNoTests'],
    ...['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
  ]);
  const read = readReport(report);
  if (!read) return code === 0 ? { passed: 0, failed: 0, skipped: 0 } : broken;
  const failed = read.numFailedTests;
  return {
    passed: read.numPassedTests,
    // a file that does not even load has no tests to fail, and neither has an error outside of tests
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: read.numPendingTests + read.numTodoTests
  };
}

/** @param {string} folder @returns {Promise<Counts>} */
async function playwright(folder) {
  const report = join(folder, 'e2e.json');
  const { code } = await runPackage('@playwright/test/cli.js', ['test', '--reporter=list,json', '--pass-with-no-tests'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report, E2E_PORT: String(await freePort()) }
  });
  const stats = readReport(report)?.stats;
  if (!stats) return broken;
  const failed = stats.unexpected;
  return {
    passed: stats.expected + stats.flaky,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: stats.skipped
  };
}

/** @returns {Promise<number>} a port that nobody listens on just now */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, 'localhost', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 4173));
    });
  });
}

/** Lint says nothing before its end, since types are checked beside it. @returns {Promise<Counts>} */
async function lint() {
  const { code, output } = await runPackage('eslint/bin/eslint.js', ['.'], { quiet: true });
  if (output) console.log(`\n── lint\n${output}`);
  return one(code === 0);
}

/**
 * In their order; `beside` names the part that another runs at the same time as, where each keeps one core busy.
 * @type {{ name: string, beside?: string, run: (folder: string) => Promise<Counts> }[]}
 */
const parts = [
  { name: 'check', run: async () => one((await runNpm(['run', 'check', '--silent'])).code === 0) },
  { name: 'lint', beside: 'check', run: lint },
  { name: 'unit', run: (folder) => vitest('unit', folder) },
  {
    name: 'build',
    run: async () => {
      await ensureBuilt();
      return one(true);
    }
  },
  { name: 'browser', run: (folder) => vitest('browser', folder) },
  { name: 'e2e', run: playwright },
  // as many as fit into a few minutes; npm run test:durability does 300
  { name: 'kills', run: async () => one((await runDurability(20)) === 0) }
];

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !parts.some((part) => part.name === name));
const folder = mkdtempSync(join(tmpdir(), 'rowhouse-test-'));
/** @type {Counts} */
const sum = { passed: 0, failed: 0, skipped: 0 };
/** @type {string[]} */
const lines = [];

/** @param {(typeof parts)[number]} part @returns {Promise<string>} its line of the summary; its counts are in `sum` then */
async function runPart({ name, run }) {
  const began = Date.now();
  const counts = await run(folder).catch((/** @type {unknown} */ error) => {
    console.error(error instanceof Error ? error.message : error);
    return broken;
  });
  sum.passed += counts.passed;
  sum.failed += counts.failed;
  sum.skipped += counts.skipped;
  const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
  return `${name.padEnd(8)} ${counts.passed} passed, ${counts.failed} failed${skipped}  (${Math.round((Date.now() - began) / 1000)} s)`;
}

try {
  if (unknown.length > 0) throw new Error(`No part is called ${unknown.join(', ')}: ${parts.map((p) => p.name).join(', ')}.`);
  await ensureInstalled();
  const chosen = parts.filter((part) => asked.length === 0 || asked.includes(part.name));
  if (chosen.some((part) => ['browser', 'e2e', 'kills'].includes(part.name))) {
    const path = await ensureChromium();
    if (path) process.env.CHROMIUM_PATH = path;
    else delete process.env.CHROMIUM_PATH;
  }
  for (const part of chosen) {
    if (chosen.some(({ name }) => name === part.beside)) continue;
    const together = [part, ...chosen.filter(({ beside }) => beside === part.name)];
    console.log(`\n── ${together.map(({ name }) => name).join(', ')}`);
    lines.push(...(await Promise.all(together.map(runPart))));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  sum.failed += 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${lines.join('\n')}\n`);
console.log(`${sum.passed} passed, ${sum.failed} failed${sum.skipped ? `, ${sum.skipped} skipped` : ''}`);
process.exitCode = sum.failed === 0 ? 0 : 1;
