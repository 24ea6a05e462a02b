import type { PlanNode } from '$workers/engine';

/** A step of a plan as a line of its table. */
export interface PlanRow {
  node: PlanNode;
  /** Steps above it. */
  depth: number;
  /** What it alone takes of the whole: time when it was measured, else estimated cost; 0 to 1, null when unknown. */
  share: number | null;
  /** Takes a third of the whole or more. */
  isHot: boolean;
  /** How many times more or fewer rows came than were expected; null when unmeasured or near. */
  misjudged: number | null;
}

/** A step that takes this share of the whole is marked. */
const HOT = 1 / 3;
/** An estimate this many times off is marked. */
const FAR_OFF = 10;

/** What a step takes with all below it: ms over its loops, or cost. */
function weight(node: PlanNode, measured: boolean): number | null {
  if (measured) return node.actualMs === undefined ? null : node.actualMs * (node.loops ?? 1);
  return node.totalCost ?? null;
}

/** The steps of a plan from its root down, with what each takes itself. */
export function planRows(root: PlanNode): PlanRow[] {
  const measured = root.actualMs !== undefined;
  const whole = weight(root, measured);
  const rows: PlanRow[] = [];
  const walk = (node: PlanNode, depth: number): void => {
    const own = weight(node, measured);
    const below = node.children.reduce((n, child) => n + (weight(child, measured) ?? 0), 0);
    const share = own === null || !whole ? null : Math.min(1, Math.max(0, own - below) / whole);
    rows.push({ node, depth, share, isHot: share !== null && share >= HOT, misjudged: misjudged(node) });
    for (const child of node.children) walk(child, depth + 1);
  };
  walk(root, 0);
  return rows;
}

function misjudged(node: PlanNode): number | null {
  if (node.actualRows === undefined || node.planRows === undefined) return null;
  const factor = Math.max(node.actualRows, 1) / Math.max(node.planRows, 1);
  return factor >= FAR_OFF || factor <= 1 / FAR_OFF ? factor : null;
}
