import { Graph, layout } from '@dagrejs/dagre';

/** A table to place, with its size in px. */
export interface LayoutNode {
  id: string;
  width: number;
  height: number;
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

const GAP = 56;

/** Connected tables are laid out by dagre, parents to the left; those without any key stand in rows below. */
export function place({ nodes, edges }: LayoutRequest): LayoutAnswer {
  const linked = new Set(edges.filter((e) => e.from !== e.to).flatMap((e) => [e.from, e.to]));
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 96, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) if (linked.has(node.id)) graph.setNode(node.id, { width: node.width, height: node.height });
  for (const [i, edge] of edges.entries()) if (edge.from !== edge.to) graph.setEdge(edge.to, edge.from, {}, String(i));
  layout(graph);
  const positions: LayoutAnswer['positions'] = {};
  let right = 0;
  let bottom = 0;
  for (const node of nodes) {
    if (!linked.has(node.id)) continue;
    const at = graph.node(node.id) as unknown as { x: number; y: number };
    positions[node.id] = { x: at.x - node.width / 2, y: at.y - node.height / 2 };
    right = Math.max(right, at.x + node.width / 2);
    bottom = Math.max(bottom, at.y + node.height / 2);
  }
  const alone = nodes.filter((n) => !linked.has(n.id));
  const area = alone.reduce((sum, n) => sum + (n.width + GAP) * (n.height + GAP), 0);
  const rowWidth = Math.max(right, Math.sqrt(area) * 1.3);
  let x = 0;
  let y = bottom === 0 ? 0 : bottom + GAP;
  let tallest = 0;
  for (const node of alone) {
    if (x > 0 && x + node.width > rowWidth) {
      x = 0;
      y += tallest + GAP / 2;
      tallest = 0;
    }
    positions[node.id] = { x, y };
    x += node.width + GAP / 2;
    tallest = Math.max(tallest, node.height);
  }
  return { positions };
}

self.onmessage = (event: MessageEvent<LayoutRequest>) => {
  self.postMessage(place(event.data));
};
