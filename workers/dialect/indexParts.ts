import { wordOf, type MakeScanner } from '../split/token';
import type { IndexDefinition } from '../wire/tableDefinition';

/** What a CREATE INDEX says, by its text as the engine keeps it. Undefined when it cannot be read. */
export function indexParts(name: string, sql: string, scan: MakeScanner): IndexDefinition | undefined {
  const scanner = scan(sql);
  let unique = false;
  let method = '';
  let depth = 0;
  let open = -1;
  let close = -1;
  let where = -1;
  while (scanner.next()) {
    const word = wordOf(scanner);
    if (close < 0 && depth === 0 && word === 'UNIQUE') unique = true;
    if (close < 0 && depth === 0 && word === 'USING' && scanner.next()) method = sql.slice(scanner.from, scanner.to);
    if (scanner.kind === 'open' && depth++ === 0 && open < 0) open = scanner.to;
    if (scanner.kind === 'close' && --depth === 0 && close < 0) close = scanner.from;
    if (close >= 0 && depth === 0 && word === 'WHERE') {
      where = scanner.to;
      break;
    }
  }
  if (open < 0 || close < 0) return undefined;
  const tail = where < 0 ? sql.slice(close + 1) : sql.slice(close + 1, where - 'WHERE'.length);
  return {
    id: name,
    name,
    unique,
    method,
    on: sql.slice(open, close).trim(),
    tail: tail.replace(/;\s*$/, '').trim(),
    where: where < 0 ? null : sql.slice(where).replace(/;\s*$/, '').trim()
  };
}
