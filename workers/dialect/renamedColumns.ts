import type { MakeScanner } from '../split/token';

const unquoted = (text: string): string => {
  const close = { '"': '"', '`': '`', '[': ']' }[text[0] ?? ''];
  if (!close) return text;
  const inner = text.slice(1, -1);
  return close === ']' ? inner : inner.replaceAll(close + close, close);
};

/** A name as it is meant: without quotes, in lower case where the dialect reads it so. */
export const nameIn = (token: string): string => unquoted(token);

/**
 * Writes new names of columns into an expression, index or trigger that speaks of the old ones. A name behind
 * another's point is changed only behind the table's own, NEW and OLD; what is called as a function stays.
 * @param renames old name in lower case → new name, quoted
 * @param owners names in lower case whose columns these are
 */
export function renamedColumns(sql: string, renames: ReadonlyMap<string, string>, scan: MakeScanner, owners: readonly string[]): string {
  if (renames.size === 0) return sql;
  const scanner = scan(sql);
  let out = '';
  let from = 0;
  let last = '';
  let before = '';
  while (scanner.next()) {
    const text = sql.slice(scanner.from, scanner.to);
    const isName = scanner.kind === 'word' || scanner.kind === 'name';
    const fresh = isName ? renames.get(nameIn(text).toLowerCase()) : undefined;
    const isOwned = last !== '.' || owners.includes(nameIn(before).toLowerCase());
    const isCalled = scanner.kind === 'word' && /^\s*\(/.test(sql.slice(scanner.to));
    if (fresh !== undefined && isOwned && !isCalled && !/^\s*\./.test(sql.slice(scanner.to))) {
      out += sql.slice(from, scanner.from) + fresh;
      from = scanner.to;
    }
    before = last;
    last = text;
    if (last === '.') continue;
  }
  return out + sql.slice(from);
}

/** True when an expression speaks of a column of this name (in lower case). */
export function speaksOf(sql: string, name: string, scan: MakeScanner): boolean {
  const scanner = scan(sql);
  while (scanner.next()) {
    const isName = scanner.kind === 'word' || scanner.kind === 'name';
    if (isName && nameIn(sql.slice(scanner.from, scanner.to)).toLowerCase() === name) return true;
  }
  return false;
}
