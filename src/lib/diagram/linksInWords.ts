import type { DiagramEdge } from './diagramModel';

/** What a table is linked to, as a sentence: "rental points to customer, staff; payment points to rental". */
export function linksInWords(edges: readonly DiagramEdge[], table: string): string {
  const out = [...new Set(edges.filter((e) => e.child === table).map((e) => e.parent))];
  const back = [...new Set(edges.filter((e) => e.parent === table && e.child !== table).map((e) => e.child))];
  const parts: string[] = [];
  if (out.length > 0) parts.push(`${table} points to ${out.join(', ')}`);
  if (back.length > 0) parts.push(`${back.join(', ')} ${back.length === 1 ? 'points' : 'point'} to ${table}`);
  return parts.join('; ') || `${table} has no links`;
}
