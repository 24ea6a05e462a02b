import fuzzysort from 'fuzzysort';
import { expect, test } from 'vitest';
import { haystack, initialsOf, pieces, rank, RECENT_KEPT, used } from '../../src/lib/find/rank';

const titles = (query: string, list: string[], recent: string[] = [], limit = 10) =>
  rank(query, [haystack(list.map((title) => ({ id: title, title })), fuzzysort)], recent, limit).found.map((f) => f.item.title);

const commands = ['New query (shop)', 'Open main.Customer (shop)', 'Open main.CustomerNote (shop)', 'Disconnect shop'];

test('letters in order find, the closest first', () => {
  expect(titles('customer', commands)).toEqual(['Open main.Customer (shop)', 'Open main.CustomerNote (shop)']);
  expect(titles('nq', commands)[0]).toBe('New query (shop)');
  expect(titles('zzz', commands)).toEqual([]);
});

test('without a query what was used lately comes first, then all in their order', () => {
  expect(titles('', commands, ['Disconnect shop', 'gone'])).toEqual([
    'Disconnect shop',
    'New query (shop)',
    'Open main.Customer (shop)',
    'Open main.CustomerNote (shop)'
  ]);
});

test('what was used lately wins over what matches as well', () => {
  const twins = ['Open main.Track (north)', 'Open main.Track (south)'];
  expect(titles('open track', twins)[0]).toBe('Open main.Track (north)');
  expect(titles('open track', twins, ['Open main.Track (south)'])[0]).toBe('Open main.Track (south)');
});

test('a title typed out is first, whatever was used lately', () => {
  expect(titles('Disconnect shop', ['Disconnect shop 2', 'Disconnect shop'], ['Disconnect shop 2'])[0]).toBe('Disconnect shop');
});

test('more than the limit is counted, not listed', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => ({ id: `${i}`, title: `Open main.table_${i} (big)` }));
  const { found, total } = rank('table', [haystack(many, fuzzysort)], [], 50);
  expect(found).toHaveLength(50);
  expect(total).toBe(10_000);
});

test('the title in print is the title, with what matched set apart', () => {
  const [hit] = rank('cust', [haystack([{ id: 'a', title: 'Open main.Customer' }], fuzzysort)], [], 1).found;
  const parts = pieces(hit!.item.title, hit!.matched);
  expect(parts.map((p) => p.text).join('')).toBe('Open main.Customer');
  expect(parts.filter((p) => p.hit).map((p) => p.text)).toEqual(['Cust']);
});

test('used ids are kept once, the last first, and not without end', () => {
  expect(used(['a', 'b'], 'b')).toEqual(['b', 'a']);
  const many = Array.from({ length: RECENT_KEPT }, (_, i) => `${i}`);
  expect(used(many, 'new')).toHaveLength(RECENT_KEPT);
  expect(used(many, 'new')[0]).toBe('new');
});

test('until the library is there, letters side by side find', () => {
  const list = [haystack(commands.map((title) => ({ id: title, title })), null)];
  expect(rank('CUSTOMERN', list, [], 10).found.map((f) => f.item.title)).toEqual(['Open main.CustomerNote (shop)']);
  expect(rank('open', list, [], 1)).toMatchObject({ total: 2, found: [{ item: { id: commands[1] } }] });
});

test('the letters that words begin with do not depend on their order', () => {
  expect([initialsOf(''), initialsOf('  '), initialsOf('Edit table main.Customer (shop)'), initialsOf('customer edit'), initialsOf('éa Ea')]).toEqual(['', '', 'cemst', 'ce', 'eé']);
});

test('of several haystacks the best come first, and all are counted', () => {
  const stack = (...list: string[]) => haystack(list.map((title) => ({ id: title, title })), fuzzysort);
  const stacks = [stack('Open main.orders_of_last_year (shop)', 'Open main.users (shop)'), stack('Export main.orders (shop)'), stack()];
  const { found, total } = rank('orders', stacks, [], 10);
  expect(found.map((f) => f.item.title)).toEqual(['Export main.orders (shop)', 'Open main.orders_of_last_year (shop)']);
  expect(total).toBe(2);
  expect(rank('', stacks, ['Export main.orders (shop)'], 2)).toMatchObject({
    total: 3,
    found: [{ item: { id: 'Export main.orders (shop)' } }, { item: { id: 'Open main.orders_of_last_year (shop)' } }]
  });
  expect(rank('main', stacks, ['Open main.users (shop)'], 1).found[0]!.item.id).toBe('Open main.users (shop)');
});
