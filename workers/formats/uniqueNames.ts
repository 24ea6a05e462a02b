/**
 * Names made unique: an empty one becomes `column_<place>`, a repeated one gets the first number that makes it so.
 * @param fold how names are compared: SQLite takes `ID` and `id` for the same
 */
export function uniqueNames(names: readonly string[], fold: (name: string) => string = (name) => name): string[] {
  const all = new Set(names.map(fold));
  const taken = new Set<string>();
  return names.map((name, i) => {
    const wanted = name === '' ? `column_${i + 1}` : name;
    let unique = wanted;
    for (let n = 2; taken.has(fold(unique)) || (unique !== name && all.has(fold(unique))); n++) unique = `${wanted}_${n}`;
    taken.add(fold(unique));
    return unique;
  });
}
