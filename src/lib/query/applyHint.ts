import type { Dialect } from '$workers/dialect/dialect';
import type { Catalog, EngineErrorData } from '$workers/engine';
import { QueryScope, same } from '$lib/editor/queryScope';
import { nameOf, sqlTokens, type SqlToken } from '$lib/editor/sqlTokens';

/** A replacement that would mend a statement. Offsets count in the text that was sent. */
export interface Fix {
  from: number;
  to: number;
  insert: string;
  /** Whose idea it is: the engine's, or the nearest name in the catalog. */
  by: 'engine' | 'catalog';
}

/** Words in which the engines name what they do not find; the name is the first group. */
const missing: { what: 'column' | 'relation' | 'function'; pattern: RegExp }[] = [
  { what: 'column', pattern: /^no such column: (.+?)(?: - should this be.*)?$/ },
  { what: 'column', pattern: /^column (?:reference )?"?(.+?)"? (?:of relation .+ )?does not exist$/ },
  { what: 'column', pattern: /^table .+ has no column named (.+)$/ },
  { what: 'relation', pattern: /^no such (?:table|view): (.+)$/ },
  { what: 'relation', pattern: /^relation "(.+)" does not exist$/ },
  { what: 'relation', pattern: /^missing FROM-clause entry for table "(.+)"$/ },
  { what: 'function', pattern: /^no such function: (.+)$/ },
  { what: 'function', pattern: /^function ([^(]+)\(.*\) does not exist$/ }
];

/** The replacement that an error calls for: what the engine's hint names, else the nearest name that there is; or null. */
export function fixFor(error: EngineErrorData, sent: string, statement: { from: number; to: number }, dialect: Dialect, catalog: Catalog | null): Fix | null {
  const text = sent.slice(statement.from, statement.to);
  const tokens = sqlTokens(text, dialect.engine).filter((t) => t.kind !== 'comment');
  const cause = missing.map(({ what, pattern }) => ({ what, name: pattern.exec(error.message)?.[1] })).find((c) => c.name);
  const at = error.position === undefined ? null : error.position - statement.from;
  const path = pathAt(text, tokens, at, cause?.name ?? null);
  if (!path) return null;
  const place = { from: statement.from + path.from, to: statement.from + path.to };

  const hinted = /^Perhaps you meant to reference the (?:column|table alias) "([^"]+)"/.exec(error.hint ?? '')?.[1];
  if (hinted) {
    const dot = hinted.indexOf('.');
    const names = dot < 0 ? [hinted] : [hinted.slice(0, dot), hinted.slice(dot + 1)];
    // A hint that names an alias alone is about what stands before the dot.
    const rest = names.length === 1 ? path.names.slice(1) : [];
    return { ...place, insert: [...names, ...rest].map((n) => dialect.quote(n)).join('.'), by: 'engine' };
  }
  if (!cause || !catalog) return null;
  const insert = nearest(cause.what, path, text, dialect, catalog);
  return insert === null ? null : { ...place, insert, by: 'catalog' };
}

interface Path {
  from: number;
  to: number;
  names: string[];
}

/** The dotted name at an offset; without one the first that is written as the error names it. */
function pathAt(text: string, tokens: SqlToken[], at: number | null, name: string | null): Path | null {
  const isName = (t: SqlToken | undefined): boolean => t?.kind === 'word' || t?.kind === 'quoted';
  const isDot = (t: SqlToken | undefined): boolean => t !== undefined && text[t.from] === '.';
  const wanted = name?.replaceAll('"', '');
  for (let i = 0; i < tokens.length; i++) {
    if (!isName(tokens[i])) continue;
    const names = [nameOf(text, tokens[i]!)];
    const from = tokens[i]!.from;
    while (isDot(tokens[i + 1]) && isName(tokens[i + 2])) {
      i += 2;
      names.push(nameOf(text, tokens[i]!));
    }
    const to = tokens[i]!.to;
    const hit = at === null ? wanted !== undefined && (same(names.join('.'), wanted) || same(names.at(-1)!, wanted)) : from <= at && at < to;
    if (hit) return { from, to, names };
  }
  return null;
}

function nearest(what: 'column' | 'relation' | 'function', path: Path, text: string, dialect: Dialect, catalog: Catalog): string | null {
  const written = path.names.at(-1)!;
  const quoted = (names: string[]): string => names.map((n) => dialect.quote(n)).join('.');
  if (what === 'function') return closest(written, dialect.functions);
  if (what === 'relation' && path.names.length < 3) {
    const schema = path.names.length === 2 ? path.names[0]! : null;
    const relations = catalog.schemas.filter((s) => schema === null || same(s.name, schema)).flatMap((s) => s.relations);
    const name = closest(written, relations.map((r) => r.relation));
    const found = relations.find((r) => r.relation === name);
    return found ? dialect.qualified(found, catalog) : null;
  }
  const scope = new QueryScope(text, dialect.engine);
  const block = scope.blockAt(path.from);
  const qualifier = path.names.length > 1 ? path.names.at(-2)! : null;
  const sources = block.sources.filter((s) => qualifier === null || same(s.alias, qualifier));
  if (qualifier !== null && sources.length === 0) {
    const alias = closest(qualifier, block.sources.map((s) => s.alias));
    return alias === null ? null : quoted([alias, written]);
  }
  const columns = sources.flatMap((s) => scope.columnsOf(s, block, catalog).map((c) => c.name));
  const column = closest(written, columns);
  return column === null ? null : quoted(qualifier === null ? [column] : [qualifier, column]);
}

/** The name with the fewest slips from what was written; null when none is near, or it is that name already. */
export function closest(written: string, names: readonly string[]): string | null {
  const bound = Math.max(1, Math.floor(written.length / 3));
  let best: string | null = null;
  let least = bound + 1;
  for (const name of names) {
    if (name === written) return null;
    const slips = distance(written.toLowerCase(), name.toLowerCase(), least);
    if (slips < least) {
      least = slips;
      best = name;
    }
  }
  return best;
}

/** Insertions, deletions, changes and swaps of neighbours between two words; at least `bound` when it is that or more. */
function distance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, older[j - 2]! + 1);
      row.push(cost);
    }
    older = previous;
    previous = row;
  }
  return Math.min(previous[b.length]!, bound);
}
