import type { DiagramEdge } from './diagramModel';

/**
 * Says of any table what it is linked to, as a sentence: "rental points to customer, staff; payment points to rental".
 * `most`: so many names a side are written out where there is little room.
 */
export function linkWords(edges: readonly DiagramEdge[]): (table: string, most?: number) => string {
  const out = new Map<string, Set<string>>();
  const back = new Map<string, Set<string>>();
  const add = (to: Map<string, Set<string>>, table: string, other: string): void => {
    const others = to.get(table);
    if (others) others.add(other);
    else to.set(table, new Set([other]));
  };
  for (const { child, parent } of edges) {
    add(out, child, parent);
    if (child !== parent) add(back, parent, child);
  }
  return (table, most = Infinity) => {
    const list = (names: readonly string[]): string =>
      names.length > most + 1 ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');

    const parents = [...(out.get(table) ?? [])];
    const children = [...(back.get(table) ?? [])];
    const parts: string[] = [];
    if (parents.length > 0) parts.push(`${table} points to ${list(parents)}`);
    if (children.length > 0) parts.push(`${list(children)} ${children.length === 1 ? 'points' : 'point'} to ${table}`);
    return parts.join('; ') || `${table} has no links`;
  };
}
