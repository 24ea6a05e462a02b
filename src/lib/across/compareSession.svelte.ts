import { messageOf, type ColumnInfo, type CompareReport, type CompareSide, type RelationInfo, type SchemaInfo } from '$workers/engine';
import type { AlignedTable } from '$workers/dialect/alignTables';
import { compareSchemas, type TableDifference } from '$workers/dialect/compareSchemas';
import { dialectOf } from '$workers/dialect/dialectOf';
import { likeOf } from '$workers/dialect/named';
import type { Dialect } from '$workers/dialect/dialect';
import type { ProjectId } from '$lib/base/id';
import { callCancelled, isCancelled } from '$lib/connections/connectionErrors';
import { projectStore } from '$lib/projects/projectStore.svelte';
import type { Owner } from '$lib/workspace/navigate';
import { alignedTables } from './alignedTables';
import { compareSides } from './compareSides';
import { CompareQueries } from './compareQueries.svelte';
import { columnsOfTables, sidesOf, type SharedColumns } from './sharedColumns';
import { stageDifferences, stagingRefusal } from './stageDifferences';

/** Differences of each kind that are written into a file, or staged, at once. */
export const MOST_DIFFERENCES = 100_000;

/** Rows of both sides, and what they have other. */
export interface ComparedRows {
  title: string;
  columns: string[];
  report: CompareReport;
  /** All differences, up to {@link MOST_DIFFERENCES} of each kind. */
  whole(): Promise<CompareReport>;
}

/** The same of a table that both have. */
export interface ComparedTable extends ComparedRows {
  /** Stages in the left one what makes it like the right one; null where that cannot be. */
  stage: (() => Promise<number>) | null;
  /** Why it cannot, in words. */
  refusal: string | null;
}

export interface Compared {
  schema: AlignedTable[];
  tables: ComparedTable[];
  added: number;
  removed: number;
  changed: number;
}

export type CompareState =
  | { kind: 'choosing' }
  | { kind: 'comparing'; done: number; total: number; table: string }
  | { kind: 'done'; result: Compared; left: ProjectId; right: ProjectId }
  | { kind: 'rows'; result: ComparedRows }
  | { kind: 'failed'; message: string };

interface Side {
  owner: Owner;
  dialect: Dialect;
  schema: SchemaInfo;
}

/** Two connections side by side: what their tables and rows, or two of their results, have other. */
export class CompareSession {
  left = $state<ProjectId | ''>('');
  right = $state<ProjectId | ''>('');
  /** Schemas of each, where they have several; else, and when empty, the one that a bare name means. */
  leftSchema = $state('');
  rightSchema = $state('');
  what = $state<'tables' | 'queries'>('tables');
  /** One table, or all of both when empty. */
  table = $state('');
  readonly queries = new CompareQueries();
  state = $state.raw<CompareState>({ kind: 'choosing' });
  #stopped = false;
  #stop: () => void = () => undefined;

  #side(projectId: ProjectId | '', wanted: string): Side | undefined {
    const project = projectId === '' ? undefined : projectStore.getProject(projectId);
    const state = project && projectStore.getConnection(project.id);
    const named = (name: string | undefined): SchemaInfo | undefined => state?.schemas.find((s) => s.name === name);
    const schema = named(wanted) ?? named(state?.catalog?.defaultSchema) ?? state?.schemas[0];
    if (!project || !state || !schema) return undefined;
    return { owner: { connectionId: state.connectionId, projectId: project.id }, dialect: dialectOf(project.engine), schema };
  }

  /** Tables that both sides have. */
  get common(): { left: RelationInfo; right: RelationInfo }[] {
    const isTable = (r: RelationInfo): boolean => (r.kind === 'table' || r.kind === 'partitioned-table') && !r.shadow && !r.unavailable && !r.partitionOf;
    const theirs = this.#side(this.right, this.rightSchema)?.schema.relations.filter(isTable) ?? [];
    const mine = this.#side(this.left, this.leftSchema)?.schema.relations.filter(isTable) ?? [];
    return mine.flatMap((left) => {
      const right = likeOf(left, mine, theirs, (r) => r.relation);
      return right ? [{ left, right }] : [];
    });
  }

  /** Names of a connection's schemas, where there are several to choose from. */
  schemasOf(projectId: ProjectId | ''): string[] {
    const schemas = (projectId === '' ? undefined : projectStore.getConnection(projectId))?.schemas ?? [];
    return schemas.length > 1 ? schemas.map((s) => s.name) : [];
  }

  swap(): void {
    [this.left, this.right] = [this.right, this.left];
    [this.leftSchema, this.rightSchema] = [this.rightSchema, this.leftSchema];
    this.queries.swap();
  }

  async run(): Promise<void> {
    const [left, right] = [this.#side(this.left, this.leftSchema), this.#side(this.right, this.rightSchema)];
    if (!left || !right || this.state.kind === 'comparing') return;
    this.#stopped = false;
    try {
      this.state = this.what === 'queries' ? await this.#queries(left, right) : await this.#tables(left, right);
    } catch (e) {
      this.state = this.#stopped || isCancelled(e) ? { kind: 'choosing' } : { kind: 'failed', message: messageOf(e) };
    }
  }

  async #queries(left: Side, right: Side): Promise<CompareState> {
    this.state = { kind: 'comparing', done: 0, total: 1, table: 'the answers' };
    const result = await this.queries.compare(left.owner, right.owner, left.dialect.engine === right.dialect.engine, MOST_DIFFERENCES, (stop) => (this.#stop = stop));
    return { kind: 'rows', result };
  }

  async #tables(left: Side, right: Side): Promise<CompareState> {
    const like = left.dialect.engine === right.dialect.engine;
    const pairs = this.common.filter((p) => this.table === '' || p.left.relation === this.table);
    const isMeant = (d: TableDifference): boolean => this.table === '' || d.relation === this.table || pairs.some((p) => p.right.relation === d.relation);
    this.state = { kind: 'comparing', done: 0, total: pairs.length, table: 'the tables' };
    const found = compareSchemas(left.schema, right.schema, like).filter(isMeant);
    const schema = await alignedTables(left, right, found, pairs, () => this.#unlessStopped());
    const result: Compared = { schema, tables: [], added: 0, removed: 0, changed: 0 };
    for (const [done, pair] of pairs.entries()) {
      this.#unlessStopped();
      this.state = { kind: 'comparing', done, total: pairs.length, table: pair.left.relation };
      const compared = await this.#rows(left, right, pair, like);
      result.tables.push(compared);
      for (const kind of ['added', 'removed', 'changed'] as const) result[kind] += compared.report[kind];
    }
    return { kind: 'done', result, left: left.owner.projectId, right: right.owner.projectId };
  }

  /** A cancel between two calls met none. */
  #unlessStopped(): void {
    if (this.#stopped) throw callCancelled();
  }

  async #rows(left: Side, right: Side, pair: { left: RelationInfo; right: RelationInfo }, like: boolean): Promise<ComparedTable> {
    const shared = columnsOfTables(pair.left, pair.right);
    const columns = shared.pairs.map((p) => p.left);
    const names = columns.map((c) => c.name);
    const again = (most?: number, carry?: CompareSide['carry']): Promise<CompareReport> => this.#compare(left, right, pair, shared, like, most, carry);
    const refusal = stagingRefusal(left.dialect, pair.left, names);
    return {
      title: pair.left.relation,
      columns: names,
      report: await again(),
      whole: () => again(MOST_DIFFERENCES),
      refusal,
      stage: refusal === null ? () => this.#stage(left, right, pair.left, shared, again) : null
    };
  }

  async #stage(
    left: Side,
    right: Side,
    info: RelationInfo,
    shared: SharedColumns<ColumnInfo>,
    again: (most: number, carry: CompareSide['carry']) => Promise<CompareReport>
  ): Promise<number> {
    const like = left.dialect.engine === right.dialect.engine;
    const columns = shared.pairs.map(({ left: l, right: r }) => ({ name: l.name, type: l.type, family: l.family, arrayAsJson: !like && r.family === 'array' }));
    const report = await again(MOST_DIFFERENCES, { from: right.dialect.engine, columns });
    await stageDifferences(left.owner, left.dialect, info, shared.pairs.map((p) => p.left), report.differences);
    return report.differences.length;
  }

  #compare(
    left: Side,
    right: Side,
    pair: { left: RelationInfo; right: RelationInfo },
    shared: SharedColumns<ColumnInfo>,
    like: boolean,
    most?: number,
    carry?: CompareSide['carry']
  ): Promise<CompareReport> {
    const sides = sidesOf(shared, like);
    const source = (info: RelationInfo, names: string[]): CompareSide['source'] => ({
      kind: 'relation', ref: { schema: info.schema, relation: info.relation }, columns: names
    });
    return compareSides(
      {
        connectionId: left.owner.connectionId,
        side: { ...sides.left, source: source(pair.left, shared.pairs.map((p) => p.left.name)), ...(most ? { most } : {}), ...(carry ? { carry } : {}) }
      },
      { connectionId: right.owner.connectionId, side: { ...sides.right, source: source(pair.right, shared.pairs.map((p) => p.right.name)) } },
      (stop) => (this.#stop = stop)
    );
  }

  cancel(): void {
    this.#stopped = true;
    this.#stop();
  }

  dispose(): void {
    this.queries.dispose();
  }
}
