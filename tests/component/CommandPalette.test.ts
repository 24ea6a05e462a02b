import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import CommandPalette from '../../src/lib/find/CommandPalette.svelte';
import { writeSetting } from '../../src/lib/persistence/settings';
import { registerCommands, type Command } from '../../src/lib/workspace/commands.svelte';

const ran: string[] = [];
const command = (title: string, more: Partial<Command> = {}): Command => ({
  id: title,
  title,
  run: () => void ran.push(title),
  ...more
});

let undo = () => undefined as unknown;
const register = (list: Command[]) => (undo = registerCommands(() => list));

beforeEach(async () => {
  ran.length = 0;
  await writeSetting('palette.recent', []);
});
afterEach(() => undo());

const options = () => [...document.querySelectorAll<HTMLElement>('[role=option]')];
const input = () => page.getByRole('combobox', { name: 'Commands' });

test('the input has the focus, and Enter runs the first option', async () => {
  register([command('New query (shop)'), command('Open main.customer (shop)'), command('Open main.orders (shop)')]);
  const onclose = vi.fn();
  await render(CommandPalette, { onclose });
  await expect.element(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
  expect(document.activeElement).toBe(input().element());
  await userEvent.keyboard('cust{Enter}');
  await vi.waitFor(() => expect(ran).toEqual(['Open main.customer (shop)']));
  expect(onclose).toHaveBeenCalledOnce();
});

test('arrows choose, and the input says which option is chosen', async () => {
  register([command('Alpha'), command('Beta'), command('Gamma', { hidden: true })]);
  await render(CommandPalette, { onclose: vi.fn() });
  expect(options().map((o) => o.ariaLabel)).toEqual(['Alpha', 'Beta']);
  await userEvent.keyboard('{ArrowDown}');
  const chosen = options()[1]!;
  expect(chosen.ariaSelected).toBe('true');
  expect(input().element().getAttribute('aria-activedescendant')).toBe(chosen.id);
  await userEvent.keyboard('{ArrowDown}{Enter}');
  await vi.waitFor(() => expect(ran).toEqual(['Alpha']));
});

test('what was run last comes first the next time', async () => {
  register([command('Alpha'), command('Beta')]);
  const first = await render(CommandPalette, { onclose: vi.fn() });
  await userEvent.keyboard('beta{Enter}');
  await vi.waitFor(() => expect(ran).toEqual(['Beta']));
  await first.unmount();
  await render(CommandPalette, { onclose: vi.fn() });
  await vi.waitFor(() => expect(options()[0]!.ariaLabel).toBe('Beta'));
});

test('of many it draws some and counts all', async () => {
  register(Array.from({ length: 10_000 }, (_, i) => command(`Open main.t${i} (big)`)));
  await render(CommandPalette, { onclose: vi.fn() });
  await input().fill('t9999');
  await vi.waitFor(() => expect(options()[0]!.ariaLabel).toBe('Open main.t9999 (big)'));
  expect(options().length).toBeLessThanOrEqual(80);
  expect(document.body.textContent).toMatch(/of 10,000/);
});

test('what is done beside opening is found by its own letters, and by having been used', async () => {
  const asides = [command('Export main.t1 (big)'), command('Edit table main.t1 (big)')];
  const named = vi.fn((ids: ReadonlySet<string>) => asides.filter(({ id }) => ids.has(id)));
  undo = registerCommands(() => [command('Open main.t1 (big)')], { asides: { beginning: (letter) => [letter === 'e' ? asides : []], named } });
  const first = await render(CommandPalette, { onclose: vi.fn() });
  await input().fill('t1');
  await vi.waitFor(() => expect(options().map((o) => o.ariaLabel)).toEqual(['Open main.t1 (big)']));
  await input().fill('t1 exp');
  await vi.waitFor(() => expect(options().map((o) => o.ariaLabel)).toEqual(['Export main.t1 (big)']));
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(ran).toEqual(['Export main.t1 (big)']));
  await first.unmount();
  await render(CommandPalette, { onclose: vi.fn() });
  await vi.waitFor(() => expect(options()[0]!.ariaLabel).toBe('Export main.t1 (big)'));
  await input().fill('t1');
  await vi.waitFor(() => expect(options().map((o) => o.ariaLabel)).toContain('Export main.t1 (big)'));
  // all relations are not walked again for another first letter
  const walks = named.mock.calls.length;
  await input().fill('main');
  await vi.waitFor(() => expect(options().map((o) => o.ariaLabel)).toContain('Export main.t1 (big)'));
  expect(named).toHaveBeenCalledTimes(walks);
});

test('Escape closes, and what is not there is said', async () => {
  register([command('Alpha')]);
  const onclose = vi.fn();
  await render(CommandPalette, { onclose });
  await input().fill('zzzz');
  await expect.element(page.getByText('Nothing is called “zzzz”.', { exact: false })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  expect(onclose).toHaveBeenCalledOnce();
});
