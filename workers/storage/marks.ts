/** What is kept with a project beside its commits: their labels, and how far back they are kept. */

/**
 * How far back one can go: the last `commits`, or those of the last `days`, whichever are more, as long as
 * they take no more than `bytes`.
 */
export interface Bound {
  commits: number;
  days: number;
  bytes: number;
}

export const DEFAULT_BOUND: Bound = { commits: 1000, days: 30, bytes: 1e9 };

/** As a segment's head or a frame of its own holds them: always all of them. */
export interface Marks {
  /** By the commits' numbers. */
  labels: [number, string][];
  /** Left out: the default. */
  bound?: Bound;
  /** Of this commit became known, at the end of its opening, how many rows it changed. */
  told?: [number, number];
}

export const NO_MARKS: Marks = { labels: [] };

export const encodeMarks = (marks: Marks): Uint8Array => new TextEncoder().encode(JSON.stringify(marks));
export const decodeMarks = (table: Uint8Array): Marks => JSON.parse(new TextDecoder().decode(table)) as Marks;

/** Marks with one label changed; null takes it away. */
export function withLabel(marks: Marks, number: number, text: string | null): Marks {
  const others = marks.labels.filter(([n]) => n !== number);
  return { ...marks, labels: text === null ? others : [...others, [number, text] as [number, string]].sort(([a], [b]) => a - b) };
}
