/** Which columns of a relation are shown, and in which order. Columns go by name; those of one name go together. Pure. */
export interface ColumnLayout {
  /** Names in the order that was chosen; columns that are not among them follow as they come. */
  order: readonly string[];
  hidden: readonly string[];
  /** Those that stand first and stay in sight while the others are scrolled. */
  frozen: readonly string[];
}

export const plainLayout: ColumnLayout = { order: [], hidden: [], frozen: [] };

/** The columns' names, each once, as they stand without any being frozen. */
function looseNames({ order }: ColumnLayout, names: readonly string[]): string[] {
  const known = new Set(names);
  return [...new Set([...order.filter((name) => known.has(name)), ...names])];
}

/** The columns' names, each once, in the order of the layout, hidden ones among them. */
export function orderedNames(layout: ColumnLayout, names: readonly string[]): string[] {
  const loose = looseNames(layout, names);
  const known = new Set(loose);
  return [...new Set([...layout.frozen.filter((name) => known.has(name)), ...loose])];
}

/** Names of the columns that are shown, each once, in their order. All of them where the layout would leave none. */
export function shownNames(layout: ColumnLayout, names: readonly string[]): string[] {
  const ordered = orderedNames(layout, names);
  const hidden = new Set(layout.hidden);
  const shown = ordered.filter((name) => !hidden.has(name));
  return shown.length > 0 ? shown : ordered;
}

/** Places within `names` of the columns that are shown, in their order. */
export function shownPlaces(layout: ColumnLayout, names: readonly string[]): number[] {
  const placesOf = new Map<string, number[]>();
  for (const [place, name] of names.entries()) placesOf.set(name, [...(placesOf.get(name) ?? []), place]);
  return shownNames(layout, names).flatMap((name) => placesOf.get(name)!);
}

/** How many of the shown columns are frozen: they are the first ones. */
export function frozenCount(layout: ColumnLayout, names: readonly string[]): number {
  const frozen = new Set(layout.frozen);
  return shownPlaces(layout, names).filter((place) => frozen.has(names[place]!)).length;
}

/** Names of the columns that are left out. */
export function hiddenNames(layout: ColumnLayout, names: readonly string[]): string[] {
  const shown = new Set(shownNames(layout, names));
  return [...new Set(names)].filter((name) => !shown.has(name));
}

/** A list with one of its members moved to where another stands; that one makes room towards where the first came from. */
function moved(list: readonly string[], name: string, target: string): string[] {
  const next = list.filter((n) => n !== name);
  next.splice(list.indexOf(target), 0, name);
  return next;
}

/**
 * Moves a column to where another one stands. Frozen columns and the others stay apart: a column goes as far as to
 * the border between them.
 */
export function moveColumn(layout: ColumnLayout, names: readonly string[], name: string, target: string): ColumnLayout {
  const frozen = layout.frozen.filter((n) => names.includes(n));
  const isFrozen = frozen.includes(name);
  const isAcross = frozen.includes(target) !== isFrozen;
  if (isFrozen) return { ...layout, frozen: moved(frozen, name, isAcross ? frozen.at(-1)! : target) };
  const loose = looseNames(layout, names);
  const first = loose.find((n) => !frozen.includes(n))!;
  return { ...layout, order: moved(loose, name, isAcross ? first : target) };
}

const toggled = (list: readonly string[], name: string, isOn: boolean): string[] =>
  isOn ? [...list.filter((n) => n !== name), name] : list.filter((n) => n !== name);

/** Hides or shows a column. */
export const setHidden = (layout: ColumnLayout, name: string, isHidden: boolean): ColumnLayout => ({
  ...layout,
  hidden: toggled(layout.hidden, name, isHidden)
});

/** Freezes a column behind those that are frozen already, or lets it go back to where it stood. */
export const setFrozen = (layout: ColumnLayout, name: string, isFrozen: boolean): ColumnLayout => ({
  ...layout,
  frozen: toggled(layout.frozen, name, isFrozen)
});

/** True when columns stand as the relation has them. */
export const isPlain = ({ order, hidden, frozen }: ColumnLayout): boolean =>
  order.length === 0 && hidden.length === 0 && frozen.length === 0;
