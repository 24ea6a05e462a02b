import type { ForeignKey, RelationInfo, RelationRef } from '../wire/catalog';
import type { Cell } from '../wire/cells';
import { isDefaultValue, type RowChange } from '../wire/changes';

/** The order in which changes are made. */
export interface Ordered {
  changes: RowChange[];
  /** Some depend on each other in a circle: only foreign keys that wait for the end can hold then. */
  isCircle: boolean;
}

/** No name holds a NUL. */
const nameOf = (ref: RelationRef): string => `${ref.schema}\u0000${ref.relation}`;

/**
 * Puts changes into an order in which each finds what it needs: a row before those that point to it, those that point
 * to a row before it goes, what frees a unique value before what takes it. Where nothing of that decides: deletes
 * (children first), updates, inserts (parents first), each as they came.
 */
export function orderChanges(changes: readonly RowChange[], relationOf: (change: RelationRef) => RelationInfo): Ordered {
  const names = namesOf(changes);
  const relations = new Map<string, RelationInfo>();
  for (const [i, name] of names.entries()) if (!relations.has(name)) relations.set(name, relationOf(changes[i]!));
  if (isInOrder(changes, relations)) return { changes: [...changes], isCircle: false };
  const depths = depthsOf(relations);
  const rank = (c: RowChange, name: string): number => {
    const depth = depths.get(name)!;
    return c.type === 'delete' ? -1 - depth : c.type === 'update' ? 0 : 1 + depth;
  };
  const base = changes.map((change, i) => ({ change, i, rank: rank(change, names[i]!) }));
  base.sort((a, b) => a.rank - b.rank || a.i - b.i);
  return sorted(base.map(({ change }) => change), relations);
}

/** The relation of each; the same text for neighbours of the same one, which is then found at once. */
function namesOf(changes: readonly RowChange[]): string[] {
  let last: RowChange | undefined;
  let name = '';
  return changes.map((change) => {
    if (last?.relation !== change.relation || last.schema !== change.schema) name = nameOf(change);
    last = change;
    return name;
  });
}

/** True for new rows alone of one relation, whose rows do not point to each other: nothing has to wait for anything. */
function isInOrder(changes: readonly RowChange[], relations: ReadonlyMap<string, RelationInfo>): boolean {
  if (relations.size !== 1) return changes.length === 0;
  const [name, relation] = [...relations][0]!;
  return relation.foreignKeys.every((key) => nameOf(key.target) !== name) && changes.every((c) => c.type === 'insert');
}

/** How many parents, at most, a relation has above it among these; what closes a circle is not followed. */
function depthsOf(relations: ReadonlyMap<string, RelationInfo>): Map<string, number> {
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const depthOf = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    open.add(name);
    let depth = 0;
    for (const key of relations.get(name)!.foreignKeys) {
      const parent = nameOf(key.target);
      if (relations.has(parent) && !open.has(parent)) depth = Math.max(depth, depthOf(parent) + 1);
    }
    open.delete(name);
    depths.set(name, depth);
    return depth;
  };
  for (const name of relations.keys()) depthOf(name);
  return depths;
}

/** The values of columns as one text; undefined when one is NULL, a default or not known. */
function keyOf(values: readonly Record<string, unknown>[], columns: readonly string[]): string | undefined {
  const parts: string[] = [];
  for (const column of columns) {
    const value = values.find((v) => Object.hasOwn(v, column))?.[column] as Cell | undefined;
    if (value === undefined || value === null || isDefaultValue(value)) return undefined;
    parts.push(value instanceof Uint8Array ? `x${value.join()}` : typeof value === 'object' ? JSON.stringify(value) : String(value));
  }
  return JSON.stringify(parts);
}

const after = (c: RowChange, columns: readonly string[]): string | undefined =>
  c.type === 'delete' ? undefined : keyOf([c.data, c.before], columns);
const before = (c: RowChange, columns: readonly string[]): string | undefined =>
  c.type === 'insert' ? undefined : keyOf([c.before], columns);

type Edges = Map<RowChange, Set<RowChange>>;

function sorted(base: readonly RowChange[], relations: ReadonlyMap<string, RelationInfo>): Ordered {
  const edges: Edges = new Map();
  const first = (earlier: RowChange, later: RowChange): void => {
    if (earlier === later) return;
    const known = edges.get(later);
    if (known) known.add(earlier);
    else edges.set(later, new Set([earlier]));
  };
  const byRelation = new Map<string, RowChange[]>([...relations.keys()].map((name) => [name, []]));
  for (const change of base) byRelation.get(nameOf(change))!.push(change);
  for (const [name, relation] of relations) {
    const own = byRelation.get(name)!;
    for (const key of relation.foreignKeys) {
      const parents = byRelation.get(nameOf(key.target));
      if (parents) orderByForeignKey(own, parents, key, first);
    }
    for (const key of keysOf(relation)) orderByUniqueKey(own, key, first);
  }
  return edges.size === 0 ? { changes: [...base], isCircle: false } : topological(base, edges);
}

const keysOf = (relation: RelationInfo): string[][] => {
  const primary = relation.columns.filter((c) => c.keyPlace > 0).map((c) => c.name);
  return [...(primary.length > 0 ? [primary] : []), ...(relation.uniqueKeys ?? [])];
};

function orderByForeignKey(
  children: readonly RowChange[],
  parents: readonly RowChange[],
  key: ForeignKey,
  first: (earlier: RowChange, later: RowChange) => void
): void {
  const gives = new Map<string, RowChange>();
  const takes = new Map<string, RowChange>();
  for (const parent of parents) {
    const now = after(parent, key.targetColumns);
    const was = before(parent, key.targetColumns);
    if (now !== undefined && now !== was) gives.set(now, parent);
    if (was !== undefined && now !== was) takes.set(was, parent);
  }
  for (const child of children) {
    const wants = after(child, key.columns);
    const had = before(child, key.columns);
    const giver = wants === undefined ? undefined : gives.get(wants);
    if (giver) first(giver, child);
    const taker = had === undefined ? undefined : takes.get(had);
    if (taker) first(child, taker);
  }
}

function orderByUniqueKey(
  own: readonly RowChange[],
  columns: readonly string[],
  first: (earlier: RowChange, later: RowChange) => void
): void {
  const freed = new Map<string, RowChange>();
  for (const change of own) {
    const was = before(change, columns);
    if (was !== undefined && was !== after(change, columns)) freed.set(was, change);
  }
  if (freed.size === 0) return;
  for (const change of own) {
    const now = after(change, columns);
    const freeing = now === undefined || now === before(change, columns) ? undefined : freed.get(now);
    if (freeing) first(freeing, change);
  }
}

/** Each after all that must be earlier, else in the order given. A circle is broken where it closes. */
function topological(base: readonly RowChange[], edges: Edges): Ordered {
  const done = new Set<RowChange>();
  const open = new Set<RowChange>();
  const changes: RowChange[] = [];
  let isCircle = false;
  for (const start of base) {
    const stack: RowChange[] = [start];
    while (stack.length > 0) {
      const change = stack.at(-1)!;
      const waiting = [...(edges.get(change) ?? [])].filter((c) => !done.has(c));
      const next = waiting.filter((c) => !open.has(c));
      if (next.length < waiting.length) isCircle = true;
      if (next.length > 0 && !done.has(change)) {
        open.add(change);
        // One at a time, so that only what waits for each other is open at once.
        stack.push(next[0]!);
        continue;
      }
      stack.pop();
      open.delete(change);
      if (done.has(change)) continue;
      done.add(change);
      changes.push(change);
    }
  }
  return { changes, isCircle };
}
