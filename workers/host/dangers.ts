import type { Catalog, RelationInfo } from '../wire/catalog';
import type { Danger } from '../wire/results';
import type { ScriptDanger } from '../dialect/dialect';
import type { Driver } from './driver';
import { readRows } from './readRows';

/** See Engine.dangers. */
export async function dangersOf(driver: Driver, sql: string): Promise<Danger[]> {
  const found = driver.dialect.dangers(sql);
  if (found.length === 0) return [];
  const catalog = await driver.catalog();
  const dangers: Danger[] = [];
  for (const danger of found) {
    const relation = danger.isRelation ? relationOf(catalog, danger) : undefined;
    if (danger.isRelation && !relation) continue;
    const { index, from, to, command, what, name } = danger;
    const ref = relation ? { schema: relation.schema, relation: relation.relation } : null;
    dangers.push({ index, from, to, command, what, name, relation: ref, rows: relation ? await rowsOf(driver, relation) : null });
  }
  return dangers;
}

/** What a name means: of its schema; a bare one is looked for among temporary relations, in the default schema, then in all. */
function relationOf(catalog: Catalog, { parts }: ScriptDanger): RelationInfo | undefined {
  const isCalled = (name: string, wanted: string): boolean => name === wanted || name.toLowerCase() === wanted;
  const name = parts.at(-1)!;
  const schema = parts.at(-2);
  const isFirst = (s: string): number => (/^(pg_)?temp/.test(s) ? 0 : s === catalog.defaultSchema ? 1 : 2);
  const schemas = catalog.schemas
    .filter((s) => schema === undefined || isCalled(s.name, schema))
    .sort((a, b) => isFirst(a.name) - isFirst(b.name));
  const relations = schemas.flatMap((s) => s.relations);
  return relations.find((r) => r.relation === name) ?? relations.find((r) => isCalled(r.relation, name));
}

async function rowsOf(driver: Driver, relation: RelationInfo): Promise<Danger['rows']> {
  if (relation.unavailable || relation.kind === 'view') return null;
  const { rows } = await readRows(driver, driver.dialect.count({ schema: relation.schema, relation: relation.relation, filters: [] }, relation));
  return { count: Number(rows[0]?.[0] ?? 0), exact: true };
}
