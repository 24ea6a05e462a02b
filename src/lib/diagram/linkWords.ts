import type { DiagramEdge } from './diagramModel';

/** Says of any table what it is linked to, as a sentence: "rental points to customer, staff; payment points to rental". */
export function linkWords(edges: readonly DiagramEdge[]): (table: string) => string {
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
  return (table) => {
    const parents = [...(out.get(table) ?? [])];
    const children = [...(back.get(table) ?? [])];
    const parts: string[] = [];
    if (parents.length > 0) parts.push(`${table} points to ${parents.join(', ')}`);
    if (children.length > 0) parts.push(`${children.join(', ')} ${children.length === 1 ? 'points' : 'point'} to ${table}`);
    return parts.join('; ') || `${table} has no links`;
  };
}
