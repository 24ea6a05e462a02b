import { isFilterGroup, type Filter, type FilterNode } from '$workers/engine';
import {
  addTo,
  blamedPath,
  joinAt,
  nodeAt,
  removeAt,
  replaceAt,
  type FilterPath,
  type FilterTree
} from '$lib/tabs/filterTree';
import type { FilterSet } from '$lib/tabs/tableState';
import type { TableSession } from './tableSession.svelte';

/** Where something is typed or switched: one of the bar's boxes, or a filter by its place. */
export type FilterBox = 'value' | 'where' | 'search' | FilterPath;

const isSame = (a: FilterPath, b: FilterPath): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

/** The filters of a table tab while they are changed: which group takes the next one, which is wrong and why. */
export class FilterEditing {
  readonly #session: TableSession;
  /** What the engine refused, and the box that is to blame. */
  wrong = $state.raw<{ box: FilterBox; error: Error } | null>(null);
  #target = $state.raw<FilterPath>([]);
  #edited = $state.raw<FilterPath | null>(null);

  constructor(session: TableSession) {
    this.#session = session;
  }

  get tree(): FilterTree {
    const { join, filters } = this.#session.state;
    return { join, filters };
  }

  /** The group that takes the next filter; the outermost one where that is gone. */
  readonly target = $derived.by((): FilterPath => {
    const node = nodeAt(this.tree, this.#target);
    return node && 'join' in node ? this.#target : [];
  });

  /** The filter that is being changed; null while a new one is written. */
  readonly edited = $derived.by((): { path: FilterPath; filter: Filter } | null => {
    const node = this.#edited && nodeAt(this.tree, this.#edited);
    return node && 'column' in node ? { path: this.#edited!, filter: node } : null;
  });

  isTarget(path: FilterPath): boolean {
    return isSame(this.target, path);
  }

  isEdited(path: FilterPath): boolean {
    return this.edited !== null && isSame(this.edited.path, path);
  }

  isWrong(box: FilterBox): boolean {
    const wrong = this.wrong?.box;
    return wrong !== undefined && (typeof wrong === 'string' || typeof box === 'string' ? wrong === box : isSame(wrong, box));
  }

  /** Takes the next filters into a group, or again into the outermost one. */
  aim(path: FilterPath): void {
    this.#target = this.isTarget(path) ? [] : path;
  }

  /** Begins to change a filter, or leaves that. */
  edit(path: FilterPath | null): void {
    this.#edited = path && this.isEdited(path) ? null : path;
  }

  /**
   * Filters by something else when the engine takes it; else all stays as it was, and the box to blame is marked.
   * @param typed the filter that stands in the boxes for a new one, by its place in what is asked for
   */
  async apply(change: Partial<FilterSet>, box: FilterBox, typed?: FilterPath): Promise<boolean> {
    const error = await this.#session.filter(change);
    this.wrong = error && { box: this.#blamed(error, { ...this.tree, ...change }, box, typed), error };
    return !error;
  }

  #blamed(error: Error, asked: FilterTree, box: FilterBox, typed?: FilterPath): FilterBox {
    const { filter } = error as { filter?: string };
    if (filter === 'where' || filter === 'search') return filter;
    const path = blamedPath(asked, filter);
    return path === null || (typed && isSame(path, typed)) ? box : path;
  }

  #applyTree({ join, filters }: FilterTree, box: FilterBox, typed?: FilterPath): Promise<boolean> {
    return this.apply({ join, filters: [...filters] }, box, typed);
  }

  /** Adds a filter to the group that takes it, or puts it in the place of the one that is changed. */
  async put(filter: Filter): Promise<boolean> {
    const { tree, edited, target } = this;
    const group = nodeAt(tree, target) as FilterTree;
    const path = edited?.path ?? [...target, group.filters.length];
    const next = edited ? replaceAt(tree, path, { ...filter, enabled: edited.filter.enabled }) : addTo(tree, target, filter);
    const isDone = await this.#applyTree(next, 'value', path);
    if (isDone) this.#edited = null;
    return isDone;
  }

  toggle(path: FilterPath): Promise<boolean> {
    const node = nodeAt(this.tree, path) as FilterNode;
    return this.#applyTree(replaceAt(this.tree, path, { ...node, enabled: !node.enabled }), path);
  }

  remove(path: FilterPath): Promise<boolean> {
    // Places behind it move up.
    this.#edited = null;
    if (path.length <= this.target.length) this.#target = [];
    return this.#applyTree(removeAt(this.tree, path), path);
  }

  setJoin(path: FilterPath, join: 'and' | 'or'): Promise<boolean> {
    return this.#applyTree(joinAt(this.tree, path, join), path.length === 0 ? 'value' : path);
  }

  /** Adds a group within the one that takes the next filter, and takes the next ones into it. */
  async addGroup(): Promise<void> {
    const { tree, target } = this;
    const around = nodeAt(tree, target) as FilterTree;
    const group: FilterNode = { join: around.join === 'and' ? 'or' : 'and', filters: [], enabled: true };
    if (await this.#applyTree(addTo(tree, target, group), 'value')) this.#target = [...target, around.filters.length];
  }
}

/** How a group of filters is named: by its place among those around it. */
export const groupName = (filters: readonly FilterNode[], at: number): string =>
  `Group ${filters.slice(0, at + 1).filter(isFilterGroup).length}`;
