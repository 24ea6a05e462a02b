/**
 * Draws the app's icons from static/favicon.svg: static/icon-192.png, icon-512.png, icon-maskable-512.png. Run by
 * hand when the drawing changes (`node scripts/icons.js`); the pictures are committed.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { findChromium } from './ensureChromium.js';

const statics = new URL('../static/', import.meta.url);
const drawing = readFileSync(new URL('favicon.svg', statics), 'utf8');

/** `inset`: the share of each side that is left free; a mask may cut away a tenth. */
const pictures = [
  { name: 'icon-192.png', size: 192, inset: 0.12, radius: 0.2 },
  { name: 'icon-512.png', size: 512, inset: 0.12, radius: 0.2 },
  { name: 'icon-maskable-512.png', size: 512, inset: 0.22, radius: 0 }
];

const browser = await chromium.launch({ executablePath: await findChromium(), args: ['--no-sandbox', '--disable-gpu'] });
try {
  const page = await browser.newPage({ colorScheme: 'light' });
  for (const { name, size, inset, radius } of pictures) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<body style="margin:0;width:${size}px;height:${size}px;box-sizing:border-box;
      padding:${size * inset}px;background:#fbfaf8;border-radius:${size * radius}px">${drawing}</body>`);
    await page.evaluate(() => (document.documentElement.style.background = 'transparent'));
    await page.screenshot({ path: fileURLToPath(new URL(name, statics)), omitBackground: true });
  }
} finally {
  await browser.close();
}
