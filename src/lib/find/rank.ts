import fuzzysort, { type Prepared } from 'fuzzysort';

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
  entries: readonly { item: T; target: Prepared; place: number }[];
}

export const haystack = <T extends Findable>(items: readonly T[]): Haystack<T> => ({
  entries: items.map((item, place) => ({ item, target: fuzzysort.prepare(item.title), place }))
});

/** How much having been used last adds to a score between 0 and 1; less for each place further back. */
const RECENT_BONUS = 0.15;
/** So many of the used ones are remembered. */
export const RECENT_KEPT = 30;

/**
 * What matches, best first; with an empty query what was used lately, then all in their order.
 * @param recent ids, the last used first
 * @param limit at most so many are given; `total` counts all that match
 */
export function rank<T extends Findable>(
  query: string,
  { entries }: Haystack<T>,
  recent: readonly string[],
  limit: number
): { found: Found<T>[]; total: number } {
  const places = new Map(recent.map((id, place) => [id, place]));
  const wanted = query.trim();
  if (wanted === '') {
    const used = entries
      .filter((e) => places.has(e.item.id))
      .sort((a, b) => places.get(a.item.id)! - places.get(b.item.id)!);
    const rest = entries.filter((e) => !places.has(e.item.id));
    const all = [...used, ...rest];
    return { found: all.slice(0, limit).map((e) => ({ item: e.item, matched: [] })), total: all.length };
  }
  const hits = fuzzysort
    .go(wanted, entries, { key: (e) => e.target, limit: 0, threshold: 0.2 })
    // The whole title, typed out, is never outdone.
    .map((hit) => ({ hit, obj: hit.obj, sum: hit.score === 1 ? 2 : hit.score + bonus(places.get(hit.obj.item.id)) }))
    .sort((a, b) => b.sum - a.sum || a.obj.place - b.obj.place);
  const found = hits.slice(0, limit).map(({ hit }) => ({ item: hit.obj.item, matched: Array.from(hit.indexes) }));
  return { found, total: hits.length };
}

const bonus = (place: number | undefined): number =>
  place === undefined ? 0 : (RECENT_BONUS * (RECENT_KEPT - place)) / RECENT_KEPT;

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
