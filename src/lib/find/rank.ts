import type { Result, SnapshotKey } from 'fuzzysort';

/** The library that finds letters in order. */
export type Fuzzy = (typeof import('fuzzysort'))['default'];

/** Fetched when something is first searched for: a first visit shows without it. */
export const loadFuzzy = async (): Promise<Fuzzy> => (await import('fuzzysort')).default;

/** Something that can be found by its title. */
export interface Findable {
  /** Stable: what was used lately is remembered by it. */
  id: string;
  title: string;
}

export interface Found<T> {
  item: T;
  /** UTF-16 positions in the title that matched, in order. */
  matched: readonly number[];
}

/** Entries prepared for searching: once a list, not once a letter. */
export interface Haystack<T extends Findable> {
  items: readonly T[];
  /** Place of an item in the list, by its id. */
  places: ReadonlyMap<string, number>;
  /** Null until the library is there: letters side by side are found meanwhile, so that no key is lost. */
  fuzzy: { library: Fuzzy; snapshot: SnapshotKey<T> } | null;
}

export const haystack = <T extends Findable>(items: readonly T[], library: Fuzzy | null): Haystack<T> => ({
  items,
  places: new Map(items.map((item, place) => [item.id, place])),
  fuzzy: library && { library, snapshot: library.snapshot(items, { key: 'title' }) }
});

/** The letters that words begin with, lower-case, each once, in an order that does not depend on theirs. */
export const initialsOf = (query: string): string =>
  [...new Set(query.toLowerCase().split(/[^\p{L}\p{N}]+/u).map((word) => word[0] ?? ''))].sort().join('');

/** How much having been used last adds to a score between 0 and 1; less for each place further back. */
const RECENT_BONUS = 0.15;
/** So many of the used ones are remembered. */
export const RECENT_KEPT = 30;

/** So many of the best are weighed against what was used lately; sorting all of 40,000 hits would be felt. */
const WEIGHED = 300;
/** Below this score nothing is taken for a match (from 0 to 1). */
const THRESHOLD = 0.2;

/**
 * What matches, best first; with an empty query what was used lately, then all in their order.
 * @param recent ids, the last used first
 * @param limit at most so many are given (up to 300); `total` counts all that match
 */
export function rank<T extends Findable>(
  query: string,
  { items, places, fuzzy }: Haystack<T>,
  recent: readonly string[],
  limit: number
): { found: Found<T>[]; total: number } {
  const known = recent.filter((id) => places.has(id));
  const wanted = query.trim();
  if (wanted === '') {
    const first = new Set(known);
    const rest = items.filter((item) => !first.has(item.id));
    const all = [...known.map((id) => items[places.get(id)!]!), ...rest];
    return { found: all.slice(0, limit).map((item) => ({ item, matched: [] })), total: all.length };
  }
  if (!fuzzy) return sideBySide(wanted, items, limit);
  const { library, snapshot } = fuzzy;
  const best = library.go(wanted, snapshot, { limit: WEIGHED, threshold: THRESHOLD });
  const hits = new Map<T, Result>(best.map((hit) => [hit.obj, hit]));
  for (const id of known) {
    const item = items[places.get(id)!]!;
    const hit = hits.has(item) ? null : library.single(wanted, item.title);
    if (hit && hit.score >= THRESHOLD) hits.set(item, hit);
  }
  const found = [...hits]
    .map(([item, { score, indexes }]) => ({
      item,
      matched: Array.from(indexes),
      // The whole title, typed out, is never outdone.
      sum: score === 1 ? 2 : score + bonus(known.indexOf(item.id))
    }))
    .sort((a, b) => b.sum - a.sum || places.get(a.item.id)! - places.get(b.item.id)!)
    .slice(0, limit)
    .map(({ item, matched }) => ({ item, matched }));
  return { found, total: best.total };
}

/** Titles that hold the query as it is typed. */
function sideBySide<T extends Findable>(wanted: string, items: readonly T[], limit: number): { found: Found<T>[]; total: number } {
  const letters = wanted.toLowerCase();
  const hits = items.filter((item) => item.title.toLowerCase().includes(letters));
  return { found: hits.slice(0, limit).map((item) => ({ item, matched: [] })), total: hits.length };
}

const bonus = (place: number): number =>
  place < 0 ? 0 : (RECENT_BONUS * (RECENT_KEPT - place)) / RECENT_KEPT;

/** The list of used ids with one more, the last used first, each once. */
export const used = (recent: readonly string[], id: string): string[] =>
  [id, ...recent.filter((other) => other !== id)].slice(0, RECENT_KEPT);

/** A title in pieces, for print: what matched is set apart. */
export function pieces(title: string, matched: readonly number[]): { text: string; hit: boolean }[] {
  const hits = new Set(matched);
  const out: { text: string; hit: boolean }[] = [];
  for (let i = 0; i < title.length; i++) {
    const hit = hits.has(i);
    const last = out.at(-1);
    if (last?.hit === hit) last.text += title[i];
    else out.push({ text: title[i]!, hit });
  }
  return out;
}
