import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What a theme can change is colours: all else is looked at once. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * What axe finds against WCAG 2.2 AA on a page as it stands, in the light theme and in the dark one; empty where
 * nothing is wrong. @param state what is shown, for the words of a finding @param within a selector: of that part alone
 */
export async function axeFindings(page: Page, state: string, within?: string): Promise<string[]> {
  const found: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.waitForTimeout(150); // what appears fades in for 120 ms
    // no frame stands in our pages: the way of axe that needs no page of its own beside them is the faster one
    // What passes is not described either: that took a third of its time.
    const axe = new AxeBuilder({ page }).setLegacyMode(true).options({
      runOnly: colorScheme === 'dark' ? { type: 'tag', values: TAGS } : { type: 'rule', values: COLOURS },
      resultTypes: ['violations']
    });
    const { violations } = await (within === undefined ? axe : axe.include(within)).analyze();
    for (const { id, nodes } of violations) {
      const shown = nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.any[0]?.message ?? ''}`);
      found.push(`${state}, ${colorScheme}: ${id}: ${shown.join(' | ')}`);
    }
  }
  return found;
}
