import type { EngineKind, RelationInfo, SchemaInfo, TableReading } from '$workers/engine';
import { alignTable } from '$workers/dialect/alignTables';
import type { TableDifference } from '$workers/dialect/compareSchemas';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import { engineFor } from '$lib/connections/registry';
import type { Owner } from '$lib/workspace/navigate';

/** Tables whose definitions are read even where the catalogs say that they are the same. */
const MOST_READ = 200;

const fold = (name: string): string => name.toLowerCase();

/**
 * Differences of tables of one engine with the statements that make the left one like the right one, out of their whole
 * definitions: keys, checks and indexes too. Where these alone differ, it is said as well.
 */
export async function alignedTables(
  left: Owner,
  right: Owner,
  leftSchema: SchemaInfo,
  rightSchema: SchemaInfo,
  found: readonly TableDifference[],
  pairs: readonly { left: RelationInfo; right: RelationInfo }[],
  engine: EngineKind
): Promise<(TableDifference & { sql: string[] })[]> {
  const sql = schemaSqlOf(engine);
  const read = async (owner: Owner, schema: SchemaInfo, name: string): Promise<TableReading | null> => {
    const info = schema.relations.find((r) => fold(r.relation) === fold(name));
    return info ? engineFor(owner.connectionId).definition({ schema: schema.name, relation: info.relation }) : null;
  };
  const same = pairs.map((p) => p.left.relation).filter((name) => !found.some((d) => fold(d.relation) === fold(name)));
  const looked: TableDifference[] = [...found, ...(pairs.length <= MOST_READ ? same.map((relation) => ({ relation, state: 'changed' as const, lines: [] })) : [])];
  const differences: (TableDifference & { sql: string[] })[] = [];
  for (const difference of looked) {
    const { relation, state } = difference;
    if (state === 'removed') {
      const ref = { schema: leftSchema.name, relation };
      differences.push({ ...difference, sql: sql.drop(ref, 'table', false).steps.map((s) => s.sql) });
      continue;
    }
    const [mine, theirs] = await Promise.all([read(left, leftSchema, relation), read(right, rightSchema, relation)]);
    const steps = alignTable(sql, mine, theirs, leftSchema.name)?.steps ?? [];
    if (difference.lines.length === 0 && state === 'changed' && steps.length === 0) continue;
    const lines = difference.lines.length > 0 || state !== 'changed' ? difference.lines : steps.map((s) => s.what);
    differences.push({ ...difference, lines, sql: steps.map((s) => s.sql.replace(/;\s*$/, '')) });
  }
  return differences.sort((a, b) => a.relation.localeCompare(b.relation));
}
