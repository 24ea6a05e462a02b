/** A name as engines fold it that tell no case apart. */
export const fold = (name: string): string => name.toLowerCase();

/** What has a name in a list: written just so, else the first that is written so but for its case. */
export function named<T>(list: readonly T[], name: string, of: (one: T) => string): T | undefined {
  return list.find((o) => of(o) === name) ?? list.find((o) => fold(of(o)) === fold(name));
}

/**
 * What has the name of `one` in the other list. Where only the case differs it is none when another of its own list is
 * written just so: beside "users" a table "Users" is not that of the other side's users.
 */
export function likeOf<T>(one: T, own: readonly T[], others: readonly T[], of: (one: T) => string): T | undefined {
  const other = named(others, of(one), of);
  return other !== undefined && (of(other) === of(one) || named(own, of(other), of) === one) ? other : undefined;
}
