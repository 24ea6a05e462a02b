import type { ForeignKey, RelationInfo, RelationRef } from '../wire/catalog';
import { primaryKey } from '../dialect/primaryKey';
import type { Cell } from '../wire/cells';
import { isDefaultValue, type RowChange } from '../wire/changes';
import { parkedChild, parkedKey, type ParkedChange } from './parkedChange';

/** The order in which changes are made. */
export interface Ordered {
  changes: RowChange[];
  /** Some depend on each other in a circle: only constraints that wait for the end can hold then. */
  isCircle: boolean;
  /** What breaks these circles where constraints do not wait. */
  parked: ParkedChange[];
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
  if (isInOrder(changes, relations)) return { changes: [...changes], isCircle: false, parked: [] };
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

/** For each change those that it waits for; each with what frees it from waiting, or null where nothing does. */
type Edges = Map<RowChange, Map<RowChange, ParkedChange[] | null>>;
/** @param parked lets the later one go first */
type First = (earlier: RowChange, later: RowChange, parked: ParkedChange | null) => void;

function sorted(base: readonly RowChange[], relations: ReadonlyMap<string, RelationInfo>): Ordered {
  const edges: Edges = new Map();
  const first: First = (earlier, later, parked) => {
    if (earlier === later) return;
    let waits = edges.get(later);
    if (!waits) edges.set(later, (waits = new Map()));
    const known = waits.get(earlier);
    if (known === undefined) waits.set(earlier, parked && [parked]);
    else waits.set(earlier, known && parked && [...known, parked]);
  };
  const byRelation = new Map<string, RowChange[]>([...relations.keys()].map((name) => [name, []]));
  for (const change of base) byRelation.get(nameOf(change))!.push(change);
  for (const [name, relation] of relations) {
    const own = byRelation.get(name)!;
    for (const key of relation.foreignKeys) {
      const parents = byRelation.get(nameOf(key.target));
      if (parents) orderByForeignKey(own, parents, relation, key, first);
    }
    for (const key of keysOf(relation)) orderByUniqueKey(own, relation, key, first);
  }
  return edges.size === 0 ? { changes: [...base], isCircle: false, parked: [] } : topological(base, edges);
}

const keysOf = (relation: RelationInfo): string[][] => {
  const primary = primaryKey(relation.columns).map((c) => c.name);
  return [...(primary.length > 0 ? [primary] : []), ...(relation.uniqueKeys ?? [])];
};

function orderByForeignKey(children: readonly RowChange[], parents: readonly RowChange[], child: RelationInfo, key: ForeignKey, first: First): void {
  const gives = new Map<string, RowChange>();
  const takes = new Map<string, RowChange>();
  for (const parent of parents) {
    const now = after(parent, key.targetColumns);
    const was = before(parent, key.targetColumns);
    if (now !== undefined && now !== was) gives.set(now, parent);
    if (was !== undefined && now !== was) takes.set(was, parent);
  }
  for (const change of children) {
    const wants = after(change, key.columns);
    const had = before(change, key.columns);
    const giver = wants === undefined ? undefined : gives.get(wants);
    if (giver) first(giver, change, parkedChild(change, child, key, true));
    const taker = had === undefined ? undefined : takes.get(had);
    if (taker) first(change, taker, parkedChild(change, child, key, false));
  }
}

function orderByUniqueKey(own: readonly RowChange[], relation: RelationInfo, columns: readonly string[], first: First): void {
  const freed = new Map<string, RowChange>();
  for (const change of own) {
    const was = before(change, columns);
    if (was !== undefined && was !== after(change, columns)) freed.set(was, change);
  }
  if (freed.size === 0) return;
  for (const change of own) {
    const now = after(change, columns);
    const freeing = now === undefined || now === before(change, columns) ? undefined : freed.get(now);
    if (freeing) first(freeing, change, parkedKey(freeing, relation, columns));
  }
}

/** Each after all that must be earlier, else in the order given. A circle is broken, where it closes if that can be. */
function topological(base: readonly RowChange[], edges: Edges): Ordered {
  const parked: ParkedChange[] = [];
  let isCircle = false;
  for (;;) {
    const walk = walked(base, edges, (circle) => {
      isCircle = true;
      // The last of a circle waits for its first; each other for the one behind it.
      const ends = circle.map((later, i) => ({ later, earlier: circle[(i + 1) % circle.length]! })).reverse();
      const broken = ends.find(({ later, earlier }) => edges.get(later)!.get(earlier)) ?? ends[0]!;
      parked.push(...(edges.get(broken.later)!.get(broken.earlier) ?? []));
      edges.get(broken.later)!.delete(broken.earlier);
      return broken === ends[0];
    });
    if (walk) return { changes: walk, isCircle, parked };
  }
}

/**
 * One walk through all changes.
 * @param onCircle breaks a circle; false where the walk has to begin anew for it
 * @returns the order, or null where it has to begin anew
 */
function walked(base: readonly RowChange[], edges: Edges, onCircle: (circle: RowChange[]) => boolean): RowChange[] | null {
  const done = new Set<RowChange>();
  const open = new Set<RowChange>();
  const changes: RowChange[] = [];
  for (const start of base) {
    const stack: RowChange[] = [start];
    while (stack.length > 0) {
      const change = stack.at(-1)!;
      if (done.has(change)) {
        stack.pop();
        continue;
      }
      open.add(change);
      let next: RowChange | undefined;
      for (const earlier of [...(edges.get(change)?.keys() ?? [])]) {
        if (done.has(earlier)) continue;
        if (open.has(earlier)) {
          if (!onCircle(stack.slice(stack.indexOf(earlier)))) return null;
        } else next ??= earlier;
      }
      if (next) {
        // One at a time, so that only what waits for each other is open at once.
        stack.push(next);
        continue;
      }
      stack.pop();
      open.delete(change);
      done.add(change);
      changes.push(change);
    }
  }
  return changes;
}
