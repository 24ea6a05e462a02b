/** A link between two nodes, by their places in the list of nodes. */
export type Link = readonly [from: number, to: number];

/** Nodes that hang together, each group in the order of the nodes; the largest first. */
export function componentsOf(count: number, links: readonly Link[]): number[][] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const rootOf = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  for (const [a, b] of links) parent[rootOf(a)] = rootOf(b);
  return grouped(count, rootOf).sort((a, b) => b.length - a.length);
}

/**
 * Cuts what hangs together into groups of at most `most` that are linked closely within: the pair of groups whose
 * union gains most modularity is made one, again and again (Clauset, Newman and Moore). What is left alone around
 * one group stands together. There are always fewer groups than nodes, where there are at least two.
 */
export function clustersOf(count: number, links: readonly Link[], most: number): number[][] {
  const group = Array.from({ length: count }, (_, i) => i);
  const size = new Array<number>(count).fill(1);
  const ends = new Array<number>(count).fill(0);
  const near = Array.from({ length: count }, () => new Map<number, number>());
  for (const [a, b] of links) {
    if (a === b) continue;
    near[a]!.set(b, (near[a]!.get(b) ?? 0) + 1);
    near[b]!.set(a, (near[b]!.get(a) ?? 0) + 1);
    ends[a]!++;
    ends[b]!++;
  }
  const twice = Math.max(1, ends.reduce((sum, n) => sum + n, 0));
  const join = (a: number, b: number): void => {
    for (const [other, n] of near[b]!) {
      near[other]!.delete(b);
      if (other === a) continue;
      near[a]!.set(other, (near[a]!.get(other) ?? 0) + n);
      near[other]!.set(a, (near[other]!.get(a) ?? 0) + n);
    }
    near[b]!.clear();
    size[a]! += size[b]!;
    ends[a]! += ends[b]!;
    size[b] = 0;
    group[b] = a;
  };
  for (;;) {
    let best: Link | null = null;
    let gain = 0;
    for (let a = 0; a < count; a++) {
      for (const [b, n] of near[a]!) {
        if (b < a || size[a]! + size[b]! > most) continue;
        const gained = n - (ends[a]! * ends[b]!) / twice;
        if (gained > gain) [best, gain] = [[a, b], gained];
      }
    }
    if (!best) break;
    join(...best);
  }
  const rootOf = (i: number): number => {
    while (group[i] !== i) i = group[i]!;
    return i;
  };
  // Many that hang on one full group: they are not linked to each other, and stand together nevertheless.
  const beside = new Map<number, number>();
  for (let i = 0; i < count; i++) {
    if (group[i] !== i || size[i] !== 1) continue;
    const [neighbour] = [...near[i]!].sort(([, a], [, b]) => b - a)[0] ?? [-1];
    const at = beside.get(neighbour);
    if (at === undefined || size[at]! >= most) beside.set(neighbour, i);
    else join(at, i);
  }
  const groups = grouped(count, rootOf);
  if (groups.length < count || count < 2) return groups;
  return Array.from({ length: Math.ceil(count / most) }, (_, n) => Array.from({ length: Math.min(most, count - n * most) }, (_, i) => n * most + i));
}

/** The numbers below `count`, those with one key together. */
export function grouped(count: number, keyOf: (i: number) => number | string): number[][] {
  const groups = new Map<number | string, number[]>();
  for (let i = 0; i < count; i++) {
    const key = keyOf(i);
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  }
  return [...groups.values()];
}
