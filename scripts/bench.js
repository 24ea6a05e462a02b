/**
 * `npm run bench`: measures the product against goals, mostly as ratios of two times taken in one run, and prints
 * each beside its goal. `npm run bench -- sqlite` runs the files that hold that word. The figures that we keep, with
 * the machine that they come from, are in docs/performance.md.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './ensureBuilt.js';
import { ensureChromium } from './ensureChromium.js';
import { ensureInstalled } from './ensureInstalled.js';
import { runPackage } from './runCommand.js';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), 'rowhouse-figures-'));
const file = join(folder, 'figures.jsonl');

/** @param {{ is: number, unit: string }} figure */
const shown = ({ is, unit }) => `${is < 10 ? is.toFixed(2) : Math.round(is)} ${unit}`;

// what else the machine does while it measures: figures of a busy one say little
const busy = [loadavg()[0] ?? 0];

try {
  await ensureInstalled();
  const path = await ensureChromium();
  await ensureBuilt();
  const built = await runPackage('vite/bin/vite.js', ['build', '--config', 'tests/bench/vite.config.ts']);
  if (built.code !== 0) throw new Error('The page that measures could not be built.');
  const { code } = await runPackage(
    '@playwright/test/cli.js',
    ['test', '--config', 'tests/bench/playwright.config.ts', ...process.argv.slice(2)],
    { env: { BENCH_FIGURES: file, CHROMIUM_PATH: path ?? '' } }
  );
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  const figures = lines.map((line) => JSON.parse(line));
  busy.push(loadavg()[0] ?? 0);
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GB`;
  console.log(`\n${machine}, ${process.platform}, Node ${process.version}`);
  console.log(`Load before and after: ${busy.map((load) => load.toFixed(1)).join(' and ')} on ${cpus().length} processors\n`);
  console.log('| figure | is | goal | from |\n|---|---|---|---|');
  for (const figure of figures) {
    const { what, is, unit, goal, atLeast, from } = figure;
    const met = atLeast ? is >= goal : is <= goal;
    console.log(`| ${what} | ${shown(figure)}${met ? '' : ' (missed)'} | ${atLeast ? 'at least' : 'at most'} ${goal} ${unit} | ${from} |`);
  }
  process.exitCode = code;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
