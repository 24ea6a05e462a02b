import type { RelationInfo, SchemaInfo, TableReading } from '$workers/engine';
import { alignSides, type AlignedTable } from '$workers/dialect/alignTables';
import type { TableDifference } from '$workers/dialect/compareSchemas';
import type { Dialect } from '$workers/dialect/dialect';
import { likeOf, named } from '$workers/dialect/named';
import { schemaSqlOf } from '$workers/dialect/schemaSqlOf';
import { engineFor } from '$lib/connections/registry';
import type { Owner } from '$lib/workspace/navigate';

/** Tables whose definitions are read even where the catalogs say that they are the same. */
const MOST_READ = 200;

const nameOf = (r: RelationInfo): string => r.relation;
const textOf = (step: { sql: string }): string => step.sql.replace(/;\s*$/, '');

/** One side of a comparison. */
export interface AlignSide {
  owner: Owner;
  schema: SchemaInfo;
  dialect: Dialect;
}

/**
 * Differences of tables with the statements that make the left one like the right one, out of their whole definitions:
 * keys and indexes too, and between tables of one engine checks. Where these alone differ, it is said as well, between
 * tables of one engine.
 * @param before is called before each table, and may throw
 */
export async function alignedTables(
  left: AlignSide,
  right: AlignSide,
  found: readonly TableDifference[],
  pairs: readonly { left: RelationInfo; right: RelationInfo }[],
  before: () => void
): Promise<AlignedTable[]> {
  const sql = schemaSqlOf(left.dialect.engine);
  const isLike = left.dialect.engine === right.dialect.engine;
  const read = async ({ owner, schema }: AlignSide, info: RelationInfo | undefined): Promise<TableReading | null> =>
    info ? engineFor(owner.connectionId).definition({ schema: schema.name, relation: info.relation }) : null;
  const same = pairs.map((p) => p.right.relation).filter((name) => !found.some((d) => d.relation === name));
  const looked: TableDifference[] = [...found, ...(isLike && pairs.length <= MOST_READ ? same.map((relation) => ({ relation, state: 'changed' as const, lines: [] })) : [])];
  const differences: AlignedTable[] = [];
  for (const difference of looked) {
    before();
    const { relation, state } = difference;
    if (state === 'removed') {
      const ref = { schema: left.schema.name, relation };
      differences.push({ ...difference, sql: sql.drop(ref, 'table', false).steps.map(textOf), after: [] });
      continue;
    }
    const table = named(right.schema.relations, relation, nameOf);
    const like = table && likeOf(table, right.schema.relations, left.schema.relations, nameOf);
    const [mine, theirs] = await Promise.all([read(left, like), read(right, table)]);
    const { steps, after } = alignSides(
      { dialect: left.dialect, info: like, reading: mine },
      { dialect: right.dialect, info: table, reading: theirs },
      left.schema.name
    );
    if (difference.lines.length === 0 && state === 'changed' && steps.length === 0) continue;
    const lines = difference.lines.length > 0 || state !== 'changed' ? difference.lines : steps.map((s) => s.what);
    differences.push({ ...difference, lines, sql: steps.map(textOf), after: after.map(textOf) });
  }
  return differences.sort((a, b) => a.relation.localeCompare(b.relation));
}
