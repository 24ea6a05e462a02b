import type { Dialect } from '$workers/dialect/dialect';
import { primaryKey } from '$workers/dialect/primaryKey';
import type { Catalog, RelationInfo } from '$workers/engine';
import type { Source } from './queryBlocks';
import { findRelation, same } from './queryScope';
import { keywordsOf } from './sqlKeywords';

/** A source of the statement, with the relation that it names. */
export interface JoinedRelation {
  source: Source;
  relation: RelationInfo;
}

export interface JoinProposal {
  /** What to insert after JOIN: `film AS f ON f.film_id = i.film_id`. */
  text: string;
  relation: RelationInfo;
  /** The relation that it hangs on. */
  to: RelationInfo;
}

/** A foreign key between two relations, seen from the one that holds it. */
interface Link {
  child: RelationInfo;
  parent: RelationInfo;
  columns: string[];
  targetColumns: string[];
}

const linksByCatalog = new WeakMap<Catalog, Map<RelationInfo, Link[]>>();

/** Every foreign key of a catalog, under both its ends. */
function linksOf(catalog: Catalog): Map<RelationInfo, Link[]> {
  let links = linksByCatalog.get(catalog);
  if (links) return links;
  links = new Map();
  const note = (relation: RelationInfo, link: Link): void => {
    const list = links!.get(relation);
    if (list) list.push(link);
    else links!.set(relation, [link]);
  };
  for (const schema of catalog.schemas) {
    for (const child of schema.relations) {
      for (const key of child.foreignKeys) {
        const parent = findRelation(catalog, key.target.schema, key.target.relation);
        if (!parent) continue;
        // SQLite leaves the target's columns out where they are its primary key.
        const targets = key.targetColumns.length > 0 ? key.targetColumns : primaryNames(parent);
        if (targets.length !== key.columns.length) continue;
        const link: Link = { child, parent, columns: key.columns, targetColumns: targets };
        note(child, link);
        if (parent !== child) note(parent, link);
      }
    }
  }
  linksByCatalog.set(catalog, links);
  return links;
}

const primaryNames = (relation: RelationInfo): string[] => primaryKey(relation.columns).map((c) => c.name);

/** Relations that foreign keys tie to those already in the statement, each with its condition. */
export function joinProposals(
  dialect: Dialect, catalog: Catalog, joined: JoinedRelation[], word: (keyword: string) => string, limit = 40
): JoinProposal[] {
  const links = linksOf(catalog);
  const proposals: JoinProposal[] = [];
  const taken = new Set(joined.map((j) => j.source.alias.toLowerCase()));
  const aliases = joined.some((j) => j.source.aliased);
  const as = joined.every((j) => !j.source.aliased || j.source.as);
  for (const { source, relation } of joined) {
    for (const link of links.get(relation) ?? []) {
      const other = link.child === relation ? link.parent : link.child;
      const qualified = dialect.qualified(other, catalog);
      const again = taken.has(other.relation.toLowerCase());
      const alias = aliases || again ? freeAlias(other.relation, taken, dialect) : null;
      const name = alias ?? dialect.quote(other.relation);
      const named = alias ? `${qualified}${as ? ` ${word('as')}` : ''} ${alias}` : qualified;
      const condition = conditionOf(dialect, link, link.child === relation ? [dialect.quote(source.alias), name] : [name, dialect.quote(source.alias)], name);
      proposals.push({ text: `${named} ${word('on')} ${condition.join(` ${word('and')} `)}`, relation: other, to: relation });
      if (proposals.length === limit) return proposals;
    }
  }
  return proposals;
}

/** Conditions that tie the relation joined last to those before it. */
export function joinConditions(
  dialect: Dialect, catalog: Catalog, joined: JoinedRelation[], word: (keyword: string) => string
): string[] {
  const last = joined.at(-1);
  if (!last) return [];
  const conditions: string[] = [];
  const mine = dialect.quote(last.source.alias);
  for (const other of joined.slice(0, -1)) {
    const theirs = dialect.quote(other.source.alias);
    for (const link of linksOf(catalog).get(last.relation) ?? []) {
      const add = (sides: [string, string]): void => {
        conditions.push(conditionOf(dialect, link, sides, mine).join(` ${word('and')} `));
      };
      if (link.child === last.relation && link.parent === other.relation) add([mine, theirs]);
      if (link.parent === last.relation && link.child === other.relation) add([theirs, mine]);
    }
  }
  return [...new Set(conditions)];
}

/** `sides` are the names of child and parent; `first` is the one whose column is written on the left. */
function conditionOf(dialect: Dialect, link: Link, [child, parent]: string[], first: string): string[] {
  return link.columns.map((column, i) => {
    const a = `${child}.${dialect.quote(column)}`;
    const b = `${parent}.${dialect.quote(link.targetColumns[i]!)}`;
    return first === child ? `${a} = ${b}` : `${b} = ${a}`;
  });
}

/** Initials of a name, or more of it while that is taken: film_actor → fa. */
export function freeAlias(relation: string, taken: ReadonlySet<string>, dialect: Dialect): string {
  const words = relation.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter((w) => /^\p{L}/u.test(w));
  const initials = words.map((w) => w[0]!.toLowerCase()).join('') || 't';
  const free = (alias: string): boolean =>
    !taken.has(alias) && !keywordsOf(dialect.engine).has(alias) && dialect.quote(alias) === alias;
  if (free(initials)) return initials;
  for (let n = 2; ; n++) if (free(`${initials}${n}`)) return `${initials}${n}`;
}

/** The sources of a statement that name relations of the catalog. */
export function joinedRelations(sources: Source[], catalog: Catalog): JoinedRelation[] {
  const joined: JoinedRelation[] = [];
  for (const source of sources) {
    if (source.name === null) continue;
    const relation = findRelation(catalog, source.schema, source.name);
    if (relation && same(relation.relation, source.name)) joined.push({ source, relation });
  }
  return joined;
}
