import type { Plan, PlanNode } from '../wire/results';
import type { Session } from './session';

/** A node of `EXPLAIN (FORMAT JSON)`: keys as Postgres writes them. */
type JsonNode = Record<string, unknown> & { 'Node Type'?: string; Plans?: JsonNode[] };

interface JsonPlan {
  Plan: JsonNode;
  'Planning Time'?: number;
  'Execution Time'?: number;
}

/** What is shown as a node's own, not in its list of more. */
const SHOWN = new Set([
  'Node Type', 'Plans', 'Startup Cost', 'Total Cost', 'Plan Rows', 'Actual Rows', 'Actual Total Time',
  'Actual Loops', 'Relation Name', 'Index Name', 'Alias', 'Schema', 'Join Type'
]);

/**
 * The plan of one statement. With `analyze` it is run, inside a transaction that is rolled back (a savepoint
 * where one is open). Throws EngineErrorData, its position counted in `sql`.
 */
export function explainStatement(session: Session, sql: string, analyze: boolean): Plan {
  const options = analyze ? 'ANALYZE, BUFFERS, ' : '';
  const run = (): Plan => {
    const head = `EXPLAIN (${options}FORMAT JSON) `;
    const text = askShifted(session, head, sql);
    const [plan] = JSON.parse(text) as [JsonPlan];
    return {
      root: nodeOf(plan.Plan),
      text,
      planningMs: plan['Planning Time'],
      executionMs: plan['Execution Time']
    };
  };
  if (!analyze) return session.aside(run);
  if (session.backend.status === 'T') {
    let plan: Plan | undefined;
    try {
      session.aside(() => {
        plan = run();
        throw UNDO;
      });
    } catch (e) {
      if (e !== UNDO) throw e;
    }
    return plan!;
  }
  session.exec('BEGIN');
  try {
    return run();
  } finally {
    session.exec('ROLLBACK');
  }
}

/** Thrown on purpose, so that what was run is undone. */
const UNDO = Symbol('undo');

/** The one text that `head` before `sql` gives; an error's position is moved back into `sql`. */
function askShifted(session: Session, head: string, sql: string): string {
  try {
    return session.ask(head + sql)[0]![0]!;
  } catch (e) {
    const error = e as { position?: number };
    if (typeof error.position !== 'number') throw e;
    const position = error.position - head.length;
    throw { ...error, position: position < 0 ? undefined : position };
  }
}

const number = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

function nodeOf(node: JsonNode): PlanNode {
  const join = node['Join Type'];
  const title = typeof join === 'string' && join !== 'Inner' ? `${node['Node Type']} (${join})` : String(node['Node Type']);
  return {
    title,
    detail: detailOf(node),
    startupCost: number(node['Startup Cost']),
    totalCost: number(node['Total Cost']),
    planRows: number(node['Plan Rows']),
    actualRows: number(node['Actual Rows']),
    actualMs: number(node['Actual Total Time']),
    loops: number(node['Actual Loops']),
    more: Object.entries(node).filter(([key]) => !SHOWN.has(key)).map(([key, value]) => [key, textOf(value)]),
    children: (node.Plans ?? []).map(nodeOf)
  };
}

/** `on orders o using orders_pkey`, then its most telling condition. */
function detailOf(node: JsonNode): string {
  const parts: string[] = [];
  const relation = node['Relation Name'];
  if (typeof relation === 'string') {
    parts.push(node['Alias'] === relation ? `on ${relation}` : `on ${relation} ${String(node['Alias'] ?? '')}`.trim());
  }
  if (typeof node['Index Name'] === 'string') parts.push(`using ${node['Index Name']}`);
  for (const key of ['Index Cond', 'Recheck Cond', 'Hash Cond', 'Merge Cond', 'Join Filter', 'Filter', 'Sort Key', 'Group Key', 'TID Cond']) {
    const value = node[key];
    if (value !== undefined) {
      parts.push(textOf(value));
      break;
    }
  }
  return parts.join(' ');
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}
