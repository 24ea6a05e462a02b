import { wordOf, type MakeScanner } from '../split/token';

/** How a CREATE FUNCTION, PROCEDURE, TRIGGER or VIEW begins, as tokens. */
export interface CreateHead {
  /** FUNCTION, TRIGGER, …, with what stands before it: CONSTRAINT, TEMP, MATERIALIZED. */
  what: string;
  orReplace: boolean;
  /** Behind the word CREATE, in UTF-16 units. */
  behindCreate: number;
  /** The name as it is written, with its schema. */
  name: string;
  /** What stands between the first parentheses behind the name; null without them. */
  args: string | null;
  /** Name, arguments and result, blanks evened out: when it changes, an object cannot be replaced in place. */
  signature: string;
  /** What follows the word ON (triggers), as it is written; empty without one. */
  on: string;
}

/** Where what a function returns has ended. */
const OPTIONS = new Set(
  'LANGUAGE TRANSFORM WINDOW IMMUTABLE STABLE VOLATILE NOT LEAKPROOF CALLED STRICT EXTERNAL SECURITY PARALLEL COST ROWS SUPPORT SET AS BEGIN RETURN'.split(' ')
);
const KINDS = new Set(['FUNCTION', 'PROCEDURE', 'TRIGGER', 'VIEW']);

/** Reads the head of one statement; null when it is no such CREATE. */
export function createHead(sql: string, scan: MakeScanner): CreateHead | null {
  const scanner = scan(sql);
  const next = (): boolean => {
    while (scanner.next()) if (scanner.kind !== 'comment') return true;
    return false;
  };
  if (!next() || wordOf(scanner) !== 'CREATE') return null;
  const behindCreate = scanner.to;
  const before: string[] = [];
  while (next() && !KINDS.has(wordOf(scanner))) {
    if (scanner.kind !== 'word' || before.length > 4) return null;
    before.push(wordOf(scanner));
  }
  const kind = wordOf(scanner);
  if (kind === '') return null;
  const orReplace = before[0] === 'OR' && before[1] === 'REPLACE';
  const what = [...(orReplace ? before.slice(2) : before), kind].join(' ');
  let name = '';
  let on = '';
  let args: string | null = null;
  let argsFrom = 0;
  let depth = 0;
  const signature: string[] = [];
  let goes: 'name' | 'rest' | 'on' | 'past' = 'name';
  let dotted = true;
  while (next()) {
    const token = sql.slice(scanner.from, scanner.to);
    const word = wordOf(scanner);
    if (depth === 0 && OPTIONS.has(word) && !dotted) break;
    const isPart = scanner.kind === 'word' || scanner.kind === 'name';
    if (goes === 'name') {
      if (name === '' && ['IF', 'NOT', 'EXISTS'].includes(word) && scanner.kind === 'word') continue;
      if (token === '.' || (isPart && dotted)) {
        name += token;
        dotted = token === '.';
        signature.push(token);
        continue;
      }
      goes = 'rest';
      dotted = false;
    }
    if (goes === 'on') {
      if (token === '.' || (isPart && dotted)) {
        on += token;
        dotted = token === '.';
        continue;
      }
      goes = 'past';
      dotted = false;
    }
    if (goes === 'rest' && kind === 'TRIGGER' && word === 'ON') {
      goes = 'on';
      dotted = true;
      continue;
    }
    if (scanner.kind === 'open' && depth++ === 0 && args === null) argsFrom = scanner.to;
    if (scanner.kind === 'close' && --depth === 0 && args === null) args = sql.slice(argsFrom, scanner.from).trim();
    if (kind !== 'TRIGGER' && kind !== 'VIEW') signature.push(token);
  }
  return { what, orReplace, behindCreate, name, args, signature: signature.join(' '), on };
}

/** Arguments as they name a function: without their defaults. */
export function withoutDefaults(args: string, scan: MakeScanner): string {
  const parts: string[] = [];
  const scanner = scan(args);
  let depth = 0;
  let from = 0;
  let end: number | null = null;
  while (scanner.next()) {
    if (scanner.kind === 'open') depth++;
    else if (scanner.kind === 'close') depth--;
    if (depth !== 0) continue;
    const token = args.slice(scanner.from, scanner.to);
    if (end === null && (wordOf(scanner) === 'DEFAULT' || token === '=' || token === ':=')) end = scanner.from;
    if (token !== ',') continue;
    parts.push(args.slice(from, end ?? scanner.from).trim());
    from = scanner.to;
    end = null;
  }
  parts.push(args.slice(from, end ?? args.length).trim());
  return parts.filter((p) => p !== '').join(', ');
}
