import type { FilterSet } from '$lib/tabs/tableState';

/** A change of what is filtered by, worked out from what stands when its turn has come; null asks for nothing. */
export type FilterChange = (now: FilterSet) => Partial<FilterSet> | null;

/** What the engine was asked for, and why it refused that; null when the rows are filtered by it. */
export interface FilterOutcome {
  asked: FilterSet;
  error: Error | null;
}

interface Filtered {
  /** What stands. */
  read: () => FilterSet;
  /** Asks the engine; rejects with its error when it does not take the filters. */
  ask: (set: FilterSet) => Promise<unknown>;
  put: (set: FilterSet) => void;
}

const isSameSet = (a: FilterSet, b: FilterSet): boolean =>
  a.filters === b.filters && a.join === b.join && a.where === b.where && a.search === b.search;

/** Changes of one table's filters, one after the other: none is worked out from what another is about to replace. */
export class FilterQueue {
  readonly #of: Filtered;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(of: Filtered) {
    this.#of = of;
  }

  /** Filters by something else when those before it are done and the engine takes it; else nothing changes. */
  apply(change: FilterChange): Promise<FilterOutcome> {
    const outcome = this.#turn.then(() => this.#apply(change));
    this.#turn = outcome.catch(() => undefined);
    return outcome;
  }

  async #apply(change: FilterChange): Promise<FilterOutcome> {
    const { filters, join, where, search } = this.#of.read();
    const before = { filters, join, where, search };
    const wanted = change(before);
    const asked = { ...before, ...wanted };
    if (!wanted) return { asked, error: null };
    try {
      await this.#of.ask(asked);
    } catch (e) {
      return { asked, error: e instanceof Error ? e : new Error(String(e)) };
    }
    // Who opened the table by other filters meanwhile asked for those, not for a change of what had stood.
    if (isSameSet(before, this.#of.read())) this.#of.put(asked);
    return { asked, error: null };
  }
}
