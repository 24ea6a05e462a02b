import type { EngineKind, RelationInfo, SchemaInfo, TableReading } from '$workers/engine';
import { alignTable } from '$workers/dialect/alignTables';
import type { TableDifference } from '$workers/dialect/compareSchemas';
import { likeOf, named } from '$workers/dialect/named';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import { engineFor } from '$lib/connections/registry';
import type { Owner } from '$lib/workspace/navigate';

/** Tables whose definitions are read even where the catalogs say that they are the same. */
const MOST_READ = 200;

const nameOf = (r: RelationInfo): string => r.relation;

/**
 * Differences of tables of one engine with the statements that make the left one like the right one, out of their whole
 * definitions: keys, checks and indexes too. Where these alone differ, it is said as well.
 * @param before is called before each table, and may throw
 */
export async function alignedTables(
  left: Owner,
  right: Owner,
  leftSchema: SchemaInfo,
  rightSchema: SchemaInfo,
  found: readonly TableDifference[],
  pairs: readonly { left: RelationInfo; right: RelationInfo }[],
  engine: EngineKind,
  before: () => void
): Promise<(TableDifference & { sql: string[] })[]> {
  const sql = schemaSqlOf(engine);
  const read = async (owner: Owner, schema: SchemaInfo, info: RelationInfo | undefined): Promise<TableReading | null> =>
    info ? engineFor(owner.connectionId).definition({ schema: schema.name, relation: info.relation }) : null;
  const same = pairs.map((p) => p.right.relation).filter((name) => !found.some((d) => d.relation === name));
  const looked: TableDifference[] = [...found, ...(pairs.length <= MOST_READ ? same.map((relation) => ({ relation, state: 'changed' as const, lines: [] })) : [])];
  const differences: (TableDifference & { sql: string[] })[] = [];
  for (const difference of looked) {
    before();
    const { relation, state } = difference;
    if (state === 'removed') {
      const ref = { schema: leftSchema.name, relation };
      differences.push({ ...difference, sql: sql.drop(ref, 'table', false).steps.map((s) => s.sql) });
      continue;
    }
    const table = named(rightSchema.relations, relation, nameOf);
    const like = table && likeOf(table, rightSchema.relations, leftSchema.relations, nameOf);
    const [mine, theirs] = await Promise.all([read(left, leftSchema, like), read(right, rightSchema, table)]);
    const steps = alignTable(sql, mine, theirs, leftSchema.name)?.steps ?? [];
    if (difference.lines.length === 0 && state === 'changed' && steps.length === 0) continue;
    const lines = difference.lines.length > 0 || state !== 'changed' ? difference.lines : steps.map((s) => s.what);
    differences.push({ ...difference, lines, sql: steps.map((s) => s.sql.replace(/;\s*$/, '')) });
  }
  return differences.sort((a, b) => a.relation.localeCompare(b.relation));
}
