import { plural } from '$lib/base/format';
import type { DiagramTable } from './diagramModel';

/**
 * What a drawn table says of itself to a screen reader, as attributes.
 * @param links what it is linked to, in words @param isStop the Tab key reaches it; arrows go on from there
 */
export const tableAttributes = (table: DiagramTable, links: string, isStop: boolean) => ({
  role: 'group' as const,
  'aria-label': table.id,
  'aria-roledescription': 'table',
  'aria-description': `${plural(table.columns.length + table.more, 'column')}${table.partitions.length > 0 ? `, ${plural(table.partitions.length, 'partition')}` : ''}. ${links}.`,
  tabindex: isStop ? 0 : -1
});
