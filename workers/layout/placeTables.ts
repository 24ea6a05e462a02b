import { Graph, layout } from '@dagrejs/dagre';
import { clustersOf, componentsOf, grouped, type Link } from './clusters';
import { packBoxes, type Box } from './packBoxes';

/** A table to place, with its size in px. */
export interface LayoutNode extends Box {
  id: string;
}

export interface LayoutRequest {
  nodes: LayoutNode[];
  /** From child to parent. */
  edges: { from: string; to: string }[];
}

export interface LayoutAnswer {
  /** Left upper corners, in px. */
  positions: Record<string, { x: number; y: number }>;
}

interface Placed extends Box {
  at: { x: number; y: number }[];
}

/** Between what is not linked. */
const GAP = 28;
/** Between groups. */
const WIDE_GAP = 72;
/** What dagre lays out at once: its time grows with the square of the nodes. */
const MOST = 24;

/** One graph that hangs together, parents to the left. */
function placeByDagre(boxes: readonly Box[], links: readonly Link[]): Placed {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: GAP, ranksep: 96, marginx: 0, marginy: 0, ranker: boxes.length > 16 ? 'tight-tree' : 'network-simplex' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [i, { width, height }] of boxes.entries()) graph.setNode(String(i), { width, height });
  for (const [i, [child, parent]] of links.entries()) graph.setEdge(String(parent), String(child), {}, String(i));
  layout(graph);
  const at = boxes.map((box, i) => {
    const { x, y } = graph.node(String(i)) as unknown as { x: number; y: number };
    return { x: x - box.width / 2, y: y - box.height / 2 };
  });
  return {
    at,
    width: Math.max(...boxes.map((b, i) => at[i]!.x + b.width)),
    height: Math.max(...boxes.map((b, i) => at[i]!.y + b.height))
  };
}

const pick = <T>(from: readonly T[], places: readonly number[]): T[] => places.map((i) => from[i]!);

/** The links among some of the nodes, by their places among these. */
function within(places: readonly number[], links: readonly Link[]): Link[] {
  const to = new Map(places.map((old, now) => [old, now]));
  return links.flatMap(([a, b]): Link[] => (to.has(a) && to.has(b) ? [[to.get(a)!, to.get(b)!]] : []));
}

/** Places parts by themselves, and then each as one box. */
function placeParts(boxes: readonly Box[], parts: readonly (readonly number[])[], inner: readonly Placed[], outer: Placed): Placed {
  const at = new Array<{ x: number; y: number }>(boxes.length);
  for (const [p, places] of parts.entries()) {
    const corner = outer.at[p]!;
    for (const [i, place] of places.entries()) at[place] = { x: corner.x + inner[p]!.at[i]!.x, y: corner.y + inner[p]!.at[i]!.y };
  }
  return { at, width: outer.width, height: outer.height };
}

/** Tables that point to one and the same, and to nothing else, as blocks: one under the other they would make a tower. */
function leafBlocks(count: number, links: readonly Link[]): number[][] {
  const neighbours = Array.from({ length: count }, () => new Set<string>());
  for (const [child, parent] of links) {
    neighbours[child]!.add(`to ${parent}`);
    neighbours[parent]!.add(`from ${child}`);
  }
  const around = neighbours.map((n) => (n.size === 1 ? [...n][0]! : ''));
  return grouped(count, (i) => around[i]!).filter((places) => around[places[0]!] !== '' && places.length > 3);
}

/** A graph that hangs together: dagre lays out its tables, and blocks of tables as one. */
function placeLinked(boxes: readonly Box[], links: readonly Link[]): Placed {
  const blocks = leafBlocks(boxes.length, links);
  const folded = new Set(blocks.flat());
  const parts = [...blocks, ...[...boxes.keys()].filter((i) => !folded.has(i)).map((i) => [i])];
  const inner = parts.map((places) => packBoxes(pick(boxes, places), GAP));
  return placeParts(boxes, parts, inner, placeByDagre(inner, linksBetween(parts, links)));
}

/** The links of parts with each other, each once. */
function linksBetween(parts: readonly (readonly number[])[], links: readonly Link[]): Link[] {
  const partOf = new Map(parts.flatMap((places, p) => places.map((place) => [place, p] as const)));
  const between = new Map<string, Link>();
  for (const [a, b] of links) {
    const link: Link = [partOf.get(a)!, partOf.get(b)!];
    if (link[0] !== link[1]) between.set(link.join(), link);
  }
  return [...between.values()];
}

/** Parts in an order in which those that are linked follow each other. */
function inOrderOfLinks(parts: readonly (readonly number[])[], links: readonly Link[]): number[][] {
  const near = parts.map((): number[] => []);
  for (const [a, b] of linksBetween(parts, links)) {
    near[a]!.push(b);
    near[b]!.push(a);
  }
  const left = new Set(near.keys());
  const order: number[] = [];
  const visit = (part: number): void => {
    if (!left.delete(part)) return;
    order.push(part);
    for (const next of near[part]!) visit(next);
  };
  for (const part of [...left].sort((a, b) => near[b]!.length - near[a]!.length)) visit(part);
  return order.map((part) => [...parts[part]!]);
}

/** A large graph that hangs together: its clusters by themselves, then one beside the other. */
function placeLarge(boxes: readonly Box[], links: readonly Link[]): Placed {
  const clusters = inOrderOfLinks(clustersOf(boxes.length, links, MOST), links);
  const inner = clusters.map((places) => placeAll(pick(boxes, places), within(places, links)));
  return placeParts(boxes, clusters, inner, packBoxes(inner, WIDE_GAP));
}

function placeAll(boxes: readonly Box[], links: readonly Link[]): Placed {
  const components = componentsOf(boxes.length, links);
  const alone = components.filter((c) => c.length === 1).flat();
  const parts = [...components.filter((c) => c.length > 1), ...(alone.length > 0 ? [alone] : [])];
  const inner = parts.map((places): Placed => {
    const own = pick(boxes, places);
    if (places === alone) return packBoxes(own, GAP);
    return (places.length > MOST ? placeLarge : placeLinked)(own, within(places, links));
  });
  return placeParts(boxes, parts, inner, packBoxes(inner, WIDE_GAP));
}

/** Linked tables are laid out by dagre, those of a cluster together; what is linked to nothing stands in rows below. */
export function placeTables({ nodes, edges }: LayoutRequest): LayoutAnswer {
  const place = new Map(nodes.map((node, i) => [node.id, i]));
  const links = edges.filter((e) => e.from !== e.to).map((e): Link => [place.get(e.from)!, place.get(e.to)!]);
  const { at } = placeAll(nodes, links);
  return { positions: Object.fromEntries(nodes.map((node, i) => [node.id, at[i]!])) };
}
