/**
 * `npm run test:durability`: 300 kills of workers, pages and browsers over both engines (see
 * tests/durability/durability.spec.ts). `npm run test:durability -- 50` does as many; SEED=… repeats a run.
 */
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './ensureChromium.js';
import { ensureInstalled } from './ensureInstalled.js';
import { runDurability } from './runDurability.js';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));

try {
  await ensureInstalled();
  const path = await ensureChromium();
  process.exitCode = await runDurability(Number(process.argv[2] ?? 300), { CHROMIUM_PATH: path ?? '' });
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
