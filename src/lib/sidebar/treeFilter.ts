import type { ColumnInfo, RelationInfo, SchemaInfo } from '$workers/engine';

/** A relation that stays in the tree, and its columns that matched (none when it stays for its own name). */
export interface RelationMatch {
  relation: RelationInfo;
  columns: readonly ColumnInfo[];
}

interface Names {
  relation: string;
  /** Its columns, one a line. */
  columns: string;
}

/** Names in lower case, once a catalog: 2,000 tables x 20 columns take 30 ms to lower and 2 ms to search. */
const lowered = new WeakMap<RelationInfo, Names>();

function namesOf(schema: SchemaInfo, relation: RelationInfo): Names {
  let names = lowered.get(relation);
  if (!names) {
    names = {
      relation: `${schema.name}.${relation.relation}`.toLowerCase(),
      columns: relation.columns.map((c) => c.name.toLowerCase()).join('\n')
    };
    lowered.set(relation, names);
  }
  return names;
}

/** True when the letters stand in the text in this order: "ordit" finds "order_items". */
function inOrder(letters: string, text: string): boolean {
  let at = -1;
  for (const letter of letters) {
    at = text.indexOf(letter, at + 1);
    if (at < 0) return false;
  }
  return true;
}

/**
 * Relations of a schema that a filter leaves, in their order. Each word must stand in the relation's name (or
 * `schema.name`, where the filter has a dot), else in one of its columns. An empty filter leaves all.
 */
export function matchSchema(schema: SchemaInfo, filter: string): RelationMatch[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return schema.relations.map((relation) => ({ relation, columns: [] }));
  const matches: RelationMatch[] = [];
  for (const relation of schema.relations) {
    const names = namesOf(schema, relation);
    const own = names.relation.slice(schema.name.length + 1);
    const has = (word: string): boolean => (word.includes('.') ? names.relation : own).includes(word);
    const rest = words.filter((word) => !has(word));
    if (rest.length === 0) matches.push({ relation, columns: [] });
    else if (rest.every((word) => names.columns.includes(word))) {
      const columns = relation.columns.filter((c) => rest.every((word) => c.name.toLowerCase().includes(word)));
      if (columns.length > 0) matches.push({ relation, columns });
    }
  }
  return matches;
}

/** Relations whose names have the letters of a filter in order: where nothing holds its words whole. */
export function matchLetters(schema: SchemaInfo, filter: string): RelationMatch[] {
  const letters = filter.toLowerCase().replace(/\s+/g, '');
  if (letters.length < 3) return [];
  return schema.relations
    .filter((relation) => inOrder(letters, namesOf(schema, relation).relation.slice(schema.name.length + 1)))
    .map((relation) => ({ relation, columns: [] }));
}
