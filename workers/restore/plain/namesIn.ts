import { advance } from '../../split/classify';
import { scanPostgres } from '../../split/scanPostgres';
import { wordOf } from '../../split/token';
import { nameAt, unquotedPart, type DumpName } from './dumpName';

/** Behind these a bare word is the name of something. */
const before = new Set(
  ('TABLE VIEW SEQUENCE INDEX ONLY ON OF TO BY JOIN FROM INTO UPDATE REFERENCES SETOF PARTITION EXISTS INHERITS LIKE ' +
    'FUNCTION PROCEDURE TYPE DOMAIN NAME').split(' ')
);
/** Between such a word and its name. */
const fillers = new Set(['IF', 'NOT', 'CONCURRENTLY', 'LATERAL']);
/** They end the list of what a query reads. */
const endsFrom = new Set(['WHERE', 'ON', 'GROUP', 'ORDER', 'SELECT', 'HAVING', 'LIMIT', 'UNION', 'SET', 'VALUES', 'USING']);

const inText = /\b(?:nextval|setval|currval)\s*\(\s*'((?:[^']|'')+)'|'((?:[^']|'')+)'::(?:pg_catalog\.)?regclass/gi;

/**
 * The names that a statement may mean, in order: those with a schema, wherever they stand (`public.t.c` is said as
 * `public.t`), and bare ones where a name is due. Bodies of functions are texts and are not looked into.
 */
export function* namesIn(text: string): Generator<DumpName> {
  const scanner = scanPostgres(text);
  let parts: string[] = [];
  let isDue = false;
  let hasDot = false;
  let inFrom = false;
  let due = false;
  const name = (): DumpName | undefined => {
    const [first, second] = parts;
    parts = [];
    if (first === undefined) return undefined;
    if (second !== undefined) return { schema: first, name: second };
    return isDue ? { schema: null, name: first } : undefined;
  };
  while (advance(scanner)) {
    const isName = scanner.kind === 'word' || scanner.kind === 'name';
    const token = text.slice(scanner.from, scanner.to);
    if (token === '.' && parts.length > 0) {
      hasDot = true;
      continue;
    }
    if (isName && hasDot) {
      parts.push(unquotedPart(token));
      hasDot = false;
      continue;
    }
    const ended = name();
    if (ended) yield ended;
    hasDot = false;
    const word = wordOf(scanner);
    if (isName) {
      parts = [unquotedPart(token)];
      isDue = (due || inFrom) && !before.has(word) && !fillers.has(word);
    }
    if (word === 'FROM' || word === 'JOIN') inFrom = true;
    else if (endsFrom.has(word)) inFrom = false;
    // An opening parenthesis stands between INHERITS and its name.
    if (scanner.kind !== 'open' && !fillers.has(word)) due = before.has(word);
  }
  const ended = name();
  if (ended) yield ended;
}

/** Sequences and relations that a statement names in texts: of nextval, setval, and what is cast to regclass. */
export function* namesInTexts(text: string): Generator<DumpName> {
  for (const [, called, cast] of text.matchAll(inText)) {
    const name = nameAt((called ?? cast)!.replaceAll("''", "'"));
    if (name) yield name;
  }
}
