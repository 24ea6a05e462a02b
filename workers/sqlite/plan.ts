import type { Plan, PlanNode } from '../wire/results';
import type { Cell } from '../wire/cells';
import { textOf } from './schemaObjects';

/** First words of a step of SQLite's plans, and what is shown as its title. */
const STEP =
  /^(SCAN|SEARCH|USE TEMP B-TREE|MULTI-INDEX OR|COMPOUND QUERY|MERGE|LEFT|RIGHT|MATERIALIZE|CO-ROUTINE|CORRELATED SCALAR SUBQUERY|SCALAR SUBQUERY|CORRELATED LIST SUBQUERY|LIST SUBQUERY|BLOOM FILTER|REUSE|INDEX|SETUP|RECURSIVE STEP|UNION ALL|UNION|EXCEPT|INTERSECT)\b\s*(.*)$/s;

function nodeOf(detail: string): PlanNode {
  const match = STEP.exec(detail);
  const title = match ? match[1]!.charAt(0) + match[1]!.slice(1).toLowerCase().replace('b-tree', 'B-tree') : detail;
  return { title, detail: match?.[2] ?? '', more: [], children: [] };
}

/**
 * The rows of EXPLAIN QUERY PLAN (id, parent, unused, detail) as a tree.
 * @param executionMs how long the statement took, where it was run
 */
export function planOf(rows: readonly (readonly Cell[])[], executionMs?: number): Plan {
  const root: PlanNode = { title: 'Query plan', detail: '', more: [], children: [] };
  const nodes = new Map<number, { node: PlanNode; depth: number }>([[0, { node: root, depth: 0 }]]);
  const lines: string[] = [];
  for (const [id, parent, , detail] of rows) {
    const node = nodeOf(textOf(detail));
    const above = nodes.get(Number(parent)) ?? nodes.get(0)!;
    above.node.children.push(node);
    nodes.set(Number(id), { node, depth: above.depth + 1 });
    lines.push(`${'  '.repeat(above.depth)}${textOf(detail)}`);
  }
  const only = root.children.length === 1 ? root.children[0]! : root;
  return { root: only, text: lines.join('\n'), executionMs };
}
