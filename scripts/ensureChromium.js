import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromiumArgs } from './chromiumArgs.js';
import { runCommand, runPackage } from './runCommand.js';

/** Names and places of a Chromium that somebody has installed. */
const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge'];
const places = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe'
];

/** How a system's package manager installs a Chromium; the first that is there is used. */
const packageManagers = [
  { command: 'apt-get', steps: [['update'], ['install', '-y', '--no-install-recommends', 'chromium']] },
  { command: 'dnf', steps: [['install', '-y', 'chromium']] },
  { command: 'apk', steps: [['add', 'chromium']] },
  { command: 'pacman', steps: [['-Sy', '--noconfirm', 'chromium']] },
  { command: 'zypper', steps: [['--non-interactive', 'install', 'chromium']] }
];

/** @param {string} name @returns {string | undefined} its path, looked up as a shell does */
function onPath(name) {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, name + ending)).find((path) => existsSync(path));
}

/**
 * Whether a browser starts: one that lies there may still miss a library of the system.
 * @param {string | undefined} executablePath undefined for Playwright's own
 */
async function starts(executablePath) {
  const { chromium } = await import('@playwright/test');
  try {
    const browser = await chromium.launch({ executablePath, args: chromiumArgs, timeout: 30_000 });
    await browser.close();
    return true;
  } catch {
    // not this one: the next is tried, and when none is left that is said
    return false;
  }
}

/** @returns {Promise<{ path: string | undefined } | undefined>} one that starts, `path` undefined for Playwright's own */
async function lookForChromium() {
  const given = process.env.CHROMIUM_PATH;
  if (given) {
    if (await starts(given)) return { path: given };
    console.warn(`CHROMIUM_PATH names ${given}, which does not start; looking for another.`);
  }
  if (await starts(undefined)) return { path: undefined };
  const installed = [...names.map(onPath), ...places].filter((path) => path !== undefined && existsSync(path));
  for (const path of installed) if (await starts(path)) return { path };
  return undefined;
}

/**
 * An installed Chromium, without installing one.
 * @returns {Promise<string | undefined>} its path; undefined for Playwright's own. Throws when there is none.
 */
export async function findChromium() {
  const found = await lookForChromium();
  if (!found) throw new Error('No Chromium was found. `npm test` installs one.');
  return found.path;
}

/**
 * A Chromium that starts; one is installed where there is none: Playwright's own download, else by the system's
 * package manager.
 * @returns {Promise<string | undefined>} its path; undefined for Playwright's own. Throws with what to do.
 */
export async function ensureChromium() {
  const found = (await lookForChromium()) ?? (await download()) ?? (await installBySystem());
  if (found) return found.path;
  throw new Error(
    'The browser tests need a Chromium, and none could be installed: Playwright’s download was out of reach and the ' +
      'system’s package manager did not have one (or needs an administrator). Install Chromium or Google Chrome, or ' +
      'set CHROMIUM_PATH to one, and run this again.'
  );
}

async function download() {
  console.log('Fetching a Chromium for the browser tests (playwright install chromium)…');
  const { code } = await runPackage('@playwright/test/cli.js', ['install', 'chromium'], {
    quiet: true,
    // a network that swallows everything is given up on
    quietLimit: 60_000,
    timeLimit: 300_000,
    env: { PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '15000', PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: undefined }
  });
  if (code !== 0) {
    console.log('Playwright’s download is out of reach.');
    return undefined;
  }
  if (await starts(undefined)) return { path: undefined };
  // downloaded, yet it misses libraries
  await runPackage('@playwright/test/cli.js', ['install-deps', 'chromium'], { quietLimit: 120_000, timeLimit: 300_000 });
  return (await starts(undefined)) ? { path: undefined } : undefined;
}

async function installBySystem() {
  const manager = packageManagers.find(({ command }) => onPath(command));
  if (!manager) return undefined;
  const isRoot = process.getuid?.() === 0;
  // sudo only where it asks for nothing
  if (!isRoot && (await runCommand('sudo', ['-n', 'true'], { quiet: true })).code !== 0) return undefined;
  for (const step of manager.steps) {
    console.log(`Installing a Chromium by the system’s package manager (${manager.command} ${step.join(' ')})…`);
    const [command, args] = isRoot ? [manager.command, step] : ['sudo', ['-n', manager.command, ...step]];
    await runCommand(command, args, {
      quietLimit: 180_000,
      timeLimit: 600_000,
      env: { DEBIAN_FRONTEND: 'noninteractive' }
    });
  }
  return lookForChromium();
}
