import type { Catalog, ColumnInfo, RelationInfo } from '$workers/engine';
import { QueryBlocks, isName, type Block, type Source } from './queryBlocks';

/** A column as completion shows it; derived tables know no types. */
export interface ScopeColumn {
  name: string;
  type: string;
  info: ColumnInfo | null;
  relation: RelationInfo | null;
}

/** The blocks of one statement, and what columns each of them sees in a catalog. */
export class QueryScope extends QueryBlocks {
  /** The relation of the catalog that a source names, or null. */
  relationOf(source: Source, catalog: Catalog): RelationInfo | null {
    if (source.name === null) return null;
    return findRelation(catalog, source.schema, source.name);
  }

  /** Columns that a source brings, as far as they can be told. */
  columnsOf(source: Source, block: Block, catalog: Catalog, depth = 0): ScopeColumn[] {
    let columns: ScopeColumn[] = [];
    if (source.query) columns = this.outputOf(source.query, catalog, depth + 1);
    else if (source.name !== null) {
      const cte = source.schema === null ? this.ctesFor(block).find((c) => same(c.name, source.name!)) : undefined;
      if (cte) {
        columns = cte.query ? this.outputOf(cte.query, catalog, depth + 1) : [];
        if (cte.columns) columns = rename(columns, cte.columns);
      } else {
        const relation = this.relationOf(source, catalog);
        if (relation) {
          columns = relation.columns
            .filter((c) => !c.hidden)
            .map((info) => ({ name: info.name, type: info.type, info, relation }));
        }
      }
    }
    return source.renamed ? rename(columns, source.renamed) : columns;
  }

  /** Columns that a query returns. */
  outputOf(block: Block, catalog: Catalog, depth = 0): ScopeColumn[] {
    if (depth > 8) return []; // a recursive CTE that selects * from itself
    const columns: ScopeColumn[] = [];
    for (const item of block.output) {
      const last = item.at(-1);
      if (!last) continue;
      const star = last.upper === '*' && (item.length === 1 || item.at(-2)?.upper === '.');
      if (star) {
        const of = item.length > 2 ? item.at(-3)!.name : null;
        for (const source of block.sources) {
          if (of === null || same(source.alias, of)) columns.push(...this.columnsOf(source, block, catalog, depth + 1));
        }
      } else if (!last.group && isName(last)) {
        // `x AS name`, `x name`, or a bare column, whose type is known.
        const bare = item.length === 1 || (item.length === 3 && item[1]!.upper === '.');
        const of = item.length === 3 && bare ? item[0]!.name : null;
        const known = bare
          ? block.sources
              .filter((s) => of === null || same(s.alias, of))
              .flatMap((s) => this.columnsOf(s, block, catalog, depth + 1))
              .find((c) => same(c.name, last.name))
          : undefined;
        columns.push(known ?? { name: last.name, type: '', info: null, relation: null });
      } else if (last.group && item.length > 1 && isName(item.at(-2)!)) {
        // A call without an alias is named after its function.
        columns.push({ name: item.at(-2)!.name, type: '', info: null, relation: null });
      }
    }
    return columns;
  }
}

const rename = (columns: ScopeColumn[], names: string[]): ScopeColumn[] => [
  ...names.map((name, i) => ({ name, type: columns[i]?.type ?? '', info: columns[i]?.info ?? null, relation: columns[i]?.relation ?? null })),
  ...columns.slice(names.length)
];

/** Names are compared without case: what is written bare means any of its spellings. */
export const same = (a: string, b: string): boolean => a === b || a.toLowerCase() === b.toLowerCase();

/** A relation by name; without a schema the default one is looked in first. */
export function findRelation(catalog: Catalog, schema: string | null, name: string): RelationInfo | null {
  const schemas = catalog.schemas.filter((s) => schema === null || same(s.name, schema));
  schemas.sort((a, b) => Number(b.name === catalog.defaultSchema) - Number(a.name === catalog.defaultSchema));
  for (const exact of [true, false]) {
    for (const s of schemas) {
      const found = s.relations.find((r) => (exact ? r.relation === name : same(r.relation, name)));
      if (found) return found;
    }
  }
  return null;
}
