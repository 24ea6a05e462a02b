import { expect, it } from 'vitest';
import { ArchiveSelection } from '$lib/home/archiveSelection.svelte';
import type { ArchiveTable } from '$workers/engine';

const table = (id: number, name: string, needs: number[] = []): ArchiveTable => ({ id, schema: 's', name, kind: needs.length > 0 ? 'VIEW' : 'TABLE', hasRows: needs.length === 0, needs });

it('leaves out with a table what stands on it, and brings with a view what it stands on', () => {
  const [customer, orders, dear] = [table(1, 'customer'), table(2, 'orders'), table(3, 'dear', [1, 2])];
  const tables = [customer, orders, dear];
  const selection = new ArchiveSelection({ database: 'x', serverVersion: '15', tables, others: [], largeObjects: false });
  const came = (): string[] => tables.filter((t) => selection.has(t)).map((t) => t.name);
  selection.take([customer], false);
  expect(came()).toEqual(['orders']);
  expect(selection.tables).toBe(1);
  expect(selection.lacks(dear)).toEqual([1]);
  expect(selection.hasRows(customer)).toBe(false);
  expect(selection.choice.withoutTables).toEqual([1]);
  // What it was left out with, and not by itself, comes back with it.
  selection.take([customer], true);
  expect(came()).toEqual(['customer', 'orders', 'dear']);
  selection.take([customer, dear], false);
  selection.take([customer], true);
  expect(came()).toEqual(['customer', 'orders']);
  selection.take([orders], false);
  selection.take([dear], true);
  expect(came()).toEqual(['customer', 'orders', 'dear']);
  selection.take([orders], false);
  selection.takeRows([orders], true);
  expect(came()).toEqual(['customer', 'orders', 'dear']);
});
