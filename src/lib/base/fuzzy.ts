import fuzzysort from 'fuzzysort';

export interface FuzzyHit<T> {
  item: T;
  /** From 0 to 1. */
  score: number;
  /** UTF-16 positions in the text that matched, in order. */
  matched: readonly number[];
}

/**
 * Items whose text matches the query, best first. An empty query gives all, in their order.
 * @param limit at most so many
 */
export function fuzzy<T>(query: string, items: readonly T[], text: (item: T) => string, limit = 100): FuzzyHit<T>[] {
  const wanted = query.trim();
  if (wanted === '') return items.slice(0, limit).map((item) => ({ item, score: 0, matched: [] }));
  const prepared = items.map((item) => ({ item, text: text(item) }));
  return fuzzysort
    .go(wanted, prepared, { key: 'text', limit, threshold: 0.2 })
    .map((hit) => ({ item: hit.obj.item, score: hit.score, matched: Array.from(hit.indexes) }));
}
