import { isFilterGroup, type Filter, type FilterGroup, type FilterNode } from '$workers/engine';
import {
  addTo,
  blamedPath,
  filterId,
  joinAt,
  nodeAt,
  pathOf,
  removeAt,
  replaceAt,
  setOf,
  type FilterId,
  type FilterPath,
  type FilterTree
} from '$lib/tabs/filterTree';
import type { FilterSet } from '$lib/tabs/tableState';
import type { FilterChange, FilterOutcome } from './filterQueue';

/** Where something is typed or switched: one of the bar's boxes, or a filter or group. */
export type FilterBox = 'value' | 'where' | 'search' | FilterId;

/** A table whose rows are filtered. */
export interface FilteredTable {
  readonly state: FilterSet;
  filter(change: FilterChange): Promise<FilterOutcome>;
}

/** The filters of a table tab while they are changed: which group takes the next one, which is wrong and why. */
export class FilterEditing {
  readonly #table: FilteredTable;
  /** What the engine refused, and the box that is to blame. */
  wrong = $state.raw<{ box: FilterBox; error: Error } | null>(null);
  #target = $state.raw<FilterId | null>(null);
  #edited = $state.raw<FilterId | null>(null);

  constructor(table: FilteredTable) {
    this.#table = table;
  }

  get tree(): FilterTree {
    const { join, filters } = this.#table.state;
    return { join, filters };
  }

  #node(id: FilterId | null): FilterNode | null {
    const path = id === null ? null : pathOf(this.tree, id);
    return path && (nodeAt(this.tree, path) as FilterNode);
  }

  /** The group that takes the next filter; null for the outermost one, which takes it too where that is gone. */
  readonly target = $derived.by((): FilterGroup | null => {
    const node = this.#node(this.#target);
    return node && isFilterGroup(node) ? node : null;
  });

  /** The filter that is being changed; null while a new one is written. */
  readonly edited = $derived.by((): Filter | null => {
    const node = this.#node(this.#edited);
    return node && !isFilterGroup(node) ? node : null;
  });

  isTarget(node: FilterNode): boolean {
    return this.target !== null && filterId(this.target) === filterId(node);
  }

  isEdited(node: FilterNode): boolean {
    return this.edited !== null && filterId(this.edited) === filterId(node);
  }

  isWrong(box: FilterBox): boolean {
    return this.wrong?.box === box;
  }

  /** Takes the next filters into a group, or again into the outermost one. */
  aim(group: FilterGroup): void {
    this.#target = this.isTarget(group) ? null : filterId(group);
  }

  /** Begins to change a filter, or leaves that. */
  edit(filter: Filter | null): void {
    this.#edited = filter === null || this.isEdited(filter) ? null : filterId(filter);
  }

  /**
   * Filters by something else when the engine takes it; else all stays as it was, and the box to blame is marked.
   * @param typed the filter that stands in the boxes for a new one
   */
  async apply(change: FilterChange, box: FilterBox, typed?: Filter): Promise<boolean> {
    const { asked, error } = await this.#table.filter(change);
    this.wrong = error && { box: blamedBox(error, asked, box, typed), error };
    return !error;
  }

  #applyTree(change: (now: FilterTree) => FilterTree | null, box: FilterBox, typed?: Filter): Promise<boolean> {
    const set: FilterChange = (now) => {
      const next = change(now);
      return next && setOf(next);
    };
    return this.apply(set, box, typed);
  }

  /** Changes a filter or group where it stands when its turn has come; nothing, when it is gone by then. */
  #applyTo(node: FilterNode, change: (now: FilterTree, path: FilterPath, node: FilterNode) => FilterTree): Promise<boolean> {
    const id = filterId(node);
    const at = (now: FilterTree): FilterTree | null => {
      const path = pathOf(now, id);
      return path && change(now, path, nodeAt(now, path) as FilterNode);
    };
    return this.#applyTree(at, id);
  }

  /** Adds a filter to the group that takes it, or makes it the next version of the one that is changed. */
  async put(filter: Filter): Promise<boolean> {
    const edited = this.edited && filterId(this.edited);
    const target = this.target && filterId(this.target);
    const next = { ...filter };
    const change = (now: FilterTree): FilterTree => {
      const path = edited === null ? null : pathOf(now, edited);
      if (!path) return addTo(now, (target === null ? null : pathOf(now, target)) ?? [], next);
      next.enabled = (nodeAt(now, path) as Filter).enabled;
      return replaceAt(now, path, next);
    };
    const isDone = await this.#applyTree(change, 'value', next);
    if (isDone && this.#edited === edited) this.#edited = null;
    return isDone;
  }

  /** Switches a filter or group on or off. */
  enable(node: FilterNode, enabled: boolean): Promise<boolean> {
    return this.#applyTo(node, (now, path, at) => replaceAt(now, path, { ...at, enabled }));
  }

  remove(node: FilterNode): Promise<boolean> {
    return this.#applyTo(node, removeAt);
  }

  /** Says whether all or any of the filters hold, in a group or, for null, in the outermost one. */
  setJoin(group: FilterGroup | null, join: 'and' | 'or'): Promise<boolean> {
    if (!group) return this.#applyTree((now) => joinAt(now, [], join), 'value');
    return this.#applyTo(group, (now, path) => joinAt(now, path, join));
  }

  /** Adds a group within the one that takes the next filter, and takes the next ones into it. */
  async addGroup(): Promise<void> {
    const target = this.target && filterId(this.target);
    const group: FilterGroup = { join: 'or', filters: [], enabled: true };
    const change = (now: FilterTree): FilterTree => {
      const path = (target === null ? null : pathOf(now, target)) ?? [];
      group.join = (nodeAt(now, path) as FilterTree).join === 'and' ? 'or' : 'and';
      return addTo(now, path, group);
    };
    if (await this.#applyTree(change, 'value')) this.#target = filterId(group);
  }
}

function blamedBox(error: Error, asked: FilterTree, box: FilterBox, typed?: Filter): FilterBox {
  const { filter } = error as { filter?: string };
  if (filter === 'where' || filter === 'search') return filter;
  const path = blamedPath(asked, filter);
  const node = path && (nodeAt(asked, path) as FilterNode | undefined);
  return !node || node === typed ? box : filterId(node);
}

/** How a group of filters is named: by its place among those around it. */
export const groupName = (filters: readonly FilterNode[], at: number): string =>
  `Group ${filters.slice(0, at + 1).filter(isFilterGroup).length}`;
