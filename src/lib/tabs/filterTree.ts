import { isFilterGroup, type Filter, type FilterNode } from '$workers/engine';

/** Filters that hold together, as a bar shows them: the outermost group, and each within it. */
export interface FilterTree {
  join: 'and' | 'or';
  filters: readonly FilterNode[];
}

/** Place of a filter or group: its index in each group, from the outermost in. [] is the outermost one. */
export type FilterPath = readonly number[];

/** A tree as what a table is filtered by. */
export const setOf = ({ join, filters }: FilterTree): { join: 'and' | 'or'; filters: FilterNode[] } => ({ join, filters: [...filters] });

/** Names a filter or group as long as the page lives, through every change of it. */
export type FilterId = number;

// Beside the filters and not in them: what an engine is asked for, and what is kept, stays as it is.
const ids = new WeakMap<FilterNode, FilterId>();
let lastId = 0;

export function filterId(node: FilterNode): FilterId {
  const known = ids.get(node) ?? ++lastId;
  ids.set(node, known);
  return known;
}

/** Makes a filter or group the next version of one: it keeps its id. */
function succeed(before: FilterNode, node: FilterNode): FilterNode {
  ids.set(node, filterId(before));
  return node;
}

/** Where a filter or group stands now; null when it is gone. */
export function pathOf(tree: FilterTree, id: FilterId): FilterPath | null {
  for (const [i, node] of tree.filters.entries()) {
    if (filterId(node) === id) return [i];
    const within = isFilterGroup(node) ? pathOf(node, id) : null;
    if (within) return [i, ...within];
  }
  return null;
}

/** What stands at a place; undefined where there is nothing. */
export function nodeAt(tree: FilterTree, path: FilterPath): FilterTree | FilterNode | undefined {
  let node: FilterTree | FilterNode | undefined = tree;
  for (const i of path) node = node && 'join' in node ? node.filters[i] : undefined;
  return node;
}

/** A tree in which the filters of the group at a place are others. */
function withFilters(tree: FilterTree, path: FilterPath, change: (filters: readonly FilterNode[]) => FilterNode[]): FilterTree {
  const [at, ...rest] = path;
  if (at === undefined) return { ...tree, filters: change(tree.filters) };
  return {
    ...tree,
    filters: tree.filters.map((node, i) =>
      i === at && isFilterGroup(node) ? succeed(node, { ...node, filters: [...withFilters(node, rest, change).filters] }) : node
    )
  };
}

/** Adds a filter or group at the end of the group at a place. */
export const addTo = (tree: FilterTree, group: FilterPath, node: FilterNode): FilterTree => withFilters(tree, group, (all) => [...all, node]);

/** Puts the next version of a filter or group in its place. */
export const replaceAt = (tree: FilterTree, path: FilterPath, node: FilterNode): FilterTree =>
  withFilters(tree, path.slice(0, -1), (all) => all.map((n, i) => (i === path.at(-1) ? succeed(n, node) : n)));

export const removeAt = (tree: FilterTree, path: FilterPath): FilterTree =>
  withFilters(tree, path.slice(0, -1), (all) => all.filter((_, i) => i !== path.at(-1)));

/** Switches how the filters of the group at a place hold together. */
export function joinAt(tree: FilterTree, path: FilterPath, join: 'and' | 'or'): FilterTree {
  if (path.length === 0) return { ...tree, join };
  const node = nodeAt(tree, path);
  return node && 'join' in node && 'enabled' in node ? replaceAt(tree, path, { ...node, join }) : tree;
}

/** Adds a filter that all rows must meet, whatever the others ask for. */
export const alsoFilter = (tree: FilterTree, filter: Filter): FilterTree =>
  tree.join === 'and' || tree.filters.length < 2
    ? { join: 'and', filters: [...tree.filters, filter] }
    : { join: 'and', filters: [{ join: 'or', filters: [...tree.filters], enabled: true }, filter] };

/** How many filters are switched on, with the groups around them. */
export const countEnabled = (filters: readonly FilterNode[]): number =>
  filters.reduce((n, node) => n + (!node.enabled ? 0 : isFilterGroup(node) ? countEnabled(node.filters) : 1), 0);

/** The filters as a request takes them: there all of the outermost ones hold. */
export const requestFilters = ({ join, filters }: FilterTree): FilterNode[] =>
  join === 'or' && filters.length > 1 ? [{ join, filters: [...filters], enabled: true }] : [...filters];

/** The place that an engine blames (`EngineError.filter` of such a request); null where it blames none of the filters. */
export function blamedPath({ join, filters }: FilterTree, blamed: string | undefined): FilterPath | null {
  if (blamed === undefined || !/^\d+(\.\d+)*$/.test(blamed)) return null;
  const path = blamed.split('.').map(Number);
  return join === 'or' && filters.length > 1 ? path.slice(1) : path;
}
