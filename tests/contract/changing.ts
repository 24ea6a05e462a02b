import type { Cell, CommitReport, NewValue, RelationInfo, RowChange } from '$workers/engine';
import { unpackPage } from '../../workers/wire/pageReader';
import { reverseChanges } from '../../workers/dialect/reverseChanges';
import type { EngineUnderTest } from './engineUnderTest';

/** A row as the grid has it. */
export interface SeenRow {
  values: Record<string, Cell>;
  rowId?: string;
}

let ids = 0;
const newId = (): string => `change-${++ids}`;

/** A table of one engine, changed as the page does it. */
export class EditedTable {
  readonly engine: EngineUnderTest;
  readonly schema: string;
  readonly relation: string;

  constructor(engine: EngineUnderTest, schema: string, relation: string) {
    this.engine = engine;
    this.schema = schema;
    this.relation = relation;
  }

  async info(): Promise<RelationInfo> {
    const { schemas } = await this.engine.catalog();
    return schemas.find((s) => s.name === this.schema)!.relations.find((r) => r.relation === this.relation)!;
  }

  async rows(count = 1_000): Promise<SeenRow[]> {
    const { schema, relation } = this;
    const page = await this.engine.browse({ schema, relation, sorts: [], filters: [], from: 0, count });
    const places = page.rowIds?.split(' ');
    return unpackPage(page.page).map((cells, i) => ({
      values: Object.fromEntries(page.columns.map((column, c) => [column.name, cells[c]!])),
      ...(places ? { rowId: places[i]! } : {})
    }));
  }

  insert(data: Record<string, NewValue>): RowChange {
    return { id: newId(), type: 'insert', schema: this.schema, relation: this.relation, data, before: {} };
  }

  update(row: SeenRow, data: Record<string, NewValue>): RowChange {
    return { ...this.#about(row), type: 'update', data };
  }

  delete(row: SeenRow): RowChange {
    return { ...this.#about(row), type: 'delete', data: {} };
  }

  #about({ values, rowId }: SeenRow): Omit<RowChange, 'type' | 'data'> {
    const place = rowId === undefined ? {} : { rowId };
    return { id: newId(), schema: this.schema, relation: this.relation, before: values, ...place };
  }
}

/** The reverse of a commit. */
export async function reverseOf(engine: EngineUnderTest, changes: RowChange[], report: CommitReport): Promise<RowChange[]> {
  const { schemas } = await engine.catalog();
  const relationOf = (c: RowChange): RelationInfo | undefined =>
    schemas.find((s) => s.name === c.schema)?.relations.find((r) => r.relation === c.relation);
  return reverseChanges(changes, report, relationOf, newId);
}

/** Commits what must be committed. */
export async function commit(engine: EngineUnderTest, changes: RowChange[], overwrite?: string[]): Promise<CommitReport> {
  const report = await engine.commitChanges({ changes, overwrite });
  if (report.outcome !== 'committed') {
    throw new Error(`${report.outcome}: ${report.failure?.error.message ?? ''} ${report.failure?.error.statement ?? ''} ${JSON.stringify(report.conflicts, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v))}`);
  }
  return report;
}
