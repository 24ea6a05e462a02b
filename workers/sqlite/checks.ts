import { scanSqlite } from '../split/scanSqlite';
import { wordOf } from '../split/token';

const unquoted = (name: string): string => name.replace(/^["'[`]|["'\]`]$/g, '').replaceAll('""', '"');

/** CHECK constraints of a CREATE TABLE, as they are written there; unnamed ones have an empty name. */
export function checksOf(sql: string): { name: string; sql: string }[] {
  const checks: { name: string; sql: string }[] = [];
  const scanner = scanSqlite(sql);
  let name = '';
  let afterConstraint = false;
  while (scanner.next()) {
    if (scanner.kind === 'comment') continue;
    const word = wordOf(scanner);
    if (afterConstraint) {
      name = unquoted(sql.slice(scanner.from, scanner.to));
      afterConstraint = false;
      continue;
    }
    if (word === 'CONSTRAINT') {
      afterConstraint = true;
      continue;
    }
    if (word === 'CHECK') {
      const from = scanner.from;
      let depth = 0;
      while (scanner.next()) {
        if (scanner.kind === 'open') depth++;
        if (scanner.kind === 'close' && --depth === 0) break;
      }
      checks.push({ name, sql: sql.slice(from, scanner.to) });
    }
    name = '';
  }
  return checks;
}
