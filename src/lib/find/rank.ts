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
 * @param haystacks each prepared for itself, so that one more costs nothing of the others; no item is in two
 * @param recent ids, the last used first
 * @param limit at most so many are given (up to 300); `total` counts all that match
 */
export function rank<T extends Findable>(
  query: string,
  haystacks: readonly Haystack<T>[],
  recent: readonly string[],
  limit: number
): { found: Found<T>[]; total: number } {
  const known = new Map<string, T>();
  for (const id of recent) {
    const item = itemOf(id, haystacks);
    if (item) known.set(id, item);
  }
  const wanted = query.trim();
  if (wanted === '') {
    const all = [...known.values(), ...itemsOf(haystacks, (item) => !known.has(item.id), limit)];
    return { found: all.slice(0, limit).map(unmatched), total: sizeOf(haystacks) };
  }
  const found: { item: T; score: number; indexes: readonly number[]; place: number }[] = [];
  let total = 0;
  let offset = 0;
  for (const { items, places, fuzzy } of haystacks) {
    if (!fuzzy) return sideBySide(wanted, haystacks, limit);
    const best = fuzzy.library.go(wanted, fuzzy.snapshot, { limit: WEIGHED, threshold: THRESHOLD });
    total += best.total;
    const hits = new Map<T, Result>(best.map((hit) => [hit.obj, hit]));
    for (const [id, item] of known) {
      const hit = places.has(id) && !hits.has(item) ? fuzzy.library.single(wanted, item.title) : null;
      if (hit && hit.score >= THRESHOLD) hits.set(item, hit);
    }
    for (const [item, { score, indexes }] of hits) found.push({ item, score, indexes, place: offset + places.get(item.id)! });
    offset += items.length;
  }
  const used = [...known.keys()];
  // The whole title, typed out, is never outdone.
  const sum = ({ score, item }: { score: number; item: T }): number => (score === 1 ? 2 : score + bonus(used.indexOf(item.id)));
  found.sort((a, b) => sum(b) - sum(a) || a.place - b.place);
  return { found: found.slice(0, limit).map(({ item, indexes }) => ({ item, matched: Array.from(indexes) })), total };
}

/** How many items they hold. */
export const sizeOf = (haystacks: readonly Haystack<Findable>[]): number => haystacks.reduce((sum, { items }) => sum + items.length, 0);

function itemOf<T extends Findable>(id: string, haystacks: readonly Haystack<T>[]): T | undefined {
  for (const { items, places } of haystacks) {
    const place = places.get(id);
    if (place !== undefined) return items[place];
  }
  return undefined;
}

/** The first items that fit, no more than are asked for. */
function itemsOf<T extends Findable>(haystacks: readonly Haystack<T>[], fits: (item: T) => boolean, limit: number): T[] {
  const list: T[] = [];
  for (const { items } of haystacks) {
    for (const item of items) {
      if (list.length === limit) return list;
      if (fits(item)) list.push(item);
    }
  }
  return list;
}

const unmatched = <T>(item: T): Found<T> => ({ item, matched: [] });

/** Titles that hold the query as it is typed. */
function sideBySide<T extends Findable>(wanted: string, haystacks: readonly Haystack<T>[], limit: number): { found: Found<T>[]; total: number } {
  const letters = wanted.toLowerCase();
  const hits = itemsOf(haystacks, ({ title }) => title.toLowerCase().includes(letters), Infinity);
  return { found: hits.slice(0, limit).map(unmatched), total: hits.length };
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
