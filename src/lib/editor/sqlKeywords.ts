import type { EngineKind } from '$workers/engine';

/*
 * Words that are coloured and offered as keywords. Only what reads as grammar: the standards reserve or list
 * hundreds more (name, data, day, type as a column) that are names in most texts, and names stay ink.
 */
const shared =
  'abort action add after all alter analyze and any as asc before begin between by cascade case cast check collate ' +
  'column commit conflict constraint create cross current_date current_time current_timestamp database default ' +
  'deferrable deferred delete desc distinct do drop each else end escape except exclude exists explain false fetch filter ' +
  'first following for foreign from full generated group groups having if immediate in index initially inner insert ' +
  'instead intersect into is isnull join last lateral left like limit materialized natural no not nothing notnull null ' +
  'nulls of offset on or order others outer over partition preceding primary range recursive references ' +
  'reindex release rename replace restrict returning right rollback row rows savepoint select set table temp ' +
  'temporary then ties to transaction trigger true unbounded union unique update using vacuum values view when where ' +
  'window with without always stored';

const own: Record<EngineKind, string> = {
  sqlite: 'attach autoincrement detach exclusive fail glob ignore indexed match plan pragma query raise regexp rowid strict virtual',
  postgres:
    'array both call cluster comment concurrently copy declare domain enum except execute extension function grant grouping ' +
    'cube rollup sets ilike identity include inherits language leading listen lock merge matched notify only overlaps ' +
    'owner policy prepare deallocate procedure publication refresh returns revoke role schema sequence session show ' +
    'similar statistics subscription symmetric tablespace tablesample trailing truncate type unlogged verbose within ' +
    'zone ordinality interval extract variadic discard reset security definer volatile immutable stable'
};

const sets = new Map<EngineKind, ReadonlySet<string>>();

/** The keywords of a dialect, lower case. */
export function keywordsOf(engine: EngineKind): ReadonlySet<string> {
  let set = sets.get(engine);
  if (!set) sets.set(engine, (set = new Set(`${shared} ${own[engine]}`.split(' '))));
  return set;
}
