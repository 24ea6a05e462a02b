import { runPackage } from './runCommand.js';

/**
 * Builds the page of tests/durability and kills it so many times.
 * @param {number} kills
 * @param {Record<string, string>} env besides
 * @returns {Promise<number>} 0 when nothing was lost
 */
export async function runDurability(kills, env = {}) {
  const built = await runPackage('vite/bin/vite.js', ['build', '--config', 'tests/durability/vite.config.ts']);
  if (built.code !== 0) throw new Error('The page whose work is cut short could not be built.');
  const { code } = await runPackage(
    '@playwright/test/cli.js',
    ['test', '--config', 'tests/durability/playwright.config.ts', '--reporter=list'],
    { env: { KILLS: String(kills), ...env } }
  );
  return code;
}
