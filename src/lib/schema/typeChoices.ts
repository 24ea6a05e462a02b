import type { Dialect } from '$workers/dialect/dialect';
import type { Catalog, ObjectInfo } from '$workers/engine';

/** A type that a column may have. */
export interface TypeChoice {
  text: string;
  /** Second text: what it is, for those of the database itself. */
  note: string;
}

/** Types of the database itself, then those of the dialect, those with arguments behind their bare name. */
export function typeChoices(dialect: Dialect, withArguments: readonly string[], catalog: Catalog | null, objects: readonly ObjectInfo[]): TypeChoice[] {
  const notes = new Map(objects.flatMap((o) => (o.kind === 'type' || o.kind === 'domain' ? [[JSON.stringify([o.schema, o.name]), o.kind === 'domain' ? `domain over ${o.facts}` : o.facts] as const] : [])));
  const own = (catalog?.schemas ?? []).flatMap((s) =>
    s.types.map((t) => ({ text: dialect.qualified({ schema: s.name, relation: t }, catalog ?? undefined), note: notes.get(JSON.stringify([s.name, t])) ?? 'of this database' }))
  );
  const bare = (type: string): string => type.replace(/[([].*$/, '');
  const theirs = dialect.types.flatMap((t) => [t, ...withArguments.filter((w) => bare(w) === t && !dialect.types.includes(w))]);
  const rest = withArguments.filter((w) => !theirs.includes(w));
  const seen = new Set<string>();
  return [...own, ...[...theirs, ...rest].map((text) => ({ text, note: '' }))].filter(({ text }) => !seen.has(text) && seen.add(text));
}

/** Choices that fit what is typed: those that begin with it, then those that hold it. Where it is written out, only what goes on from it. */
export function fittingTypes(choices: readonly TypeChoice[], typed: string): readonly TypeChoice[] {
  const wanted = typed.trim().toLowerCase();
  if (wanted === '') return choices;
  const begins = choices.filter((c) => c.text.toLowerCase().startsWith(wanted));
  if (choices.some((c) => c.text.toLowerCase() === wanted)) return begins.filter((c) => c.text.toLowerCase() !== wanted);
  return [...begins, ...choices.filter((c) => !begins.includes(c) && c.text.toLowerCase().includes(wanted))];
}

/** Where the arguments of a type stand in its text, to be written over; null for none. */
export function argumentsIn(type: string): { from: number; to: number } | null {
  const found = /\(([^)]*)\)/.exec(type);
  return found ? { from: found.index + 1, to: found.index + 1 + found[1]!.length } : null;
}
