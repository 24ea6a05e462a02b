import { EngineError, type CompareReport, type CompareSide, type RelationInfo, type SchemaInfo } from '$workers/engine';
import { alignSql, comparableFamily, compareSchemas, type TableDifference } from '$workers/dialect/compareSchemas';
import { dialectOf } from '$workers/dialect/dialectOf';
import type { ProjectId } from '$lib/base/id';
import { engineFor, stoppable } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';

/** One table of both sides, and what its rows have other. */
export interface ComparedTable {
  relation: string;
  columns: string[];
  report: CompareReport;
}

export interface Compared {
  schema: (TableDifference & { sql: string[] })[];
  tables: ComparedTable[];
  added: number;
  removed: number;
  changed: number;
}

export type CompareState = { kind: 'choosing' } | { kind: 'comparing'; done: number; total: number; table: string } | { kind: 'done'; result: Compared } | { kind: 'failed'; message: string };

const isLost = (e: unknown): boolean => e instanceof EngineError && e.code === 'connection-lost';
const fold = (name: string): string => name.toLowerCase();

/** Two connections side by side: what their tables and rows have other. */
export class CompareSession {
  left = $state<ProjectId | ''>('');
  right = $state<ProjectId | ''>('');
  /** One table, or all of both when empty. */
  table = $state('');
  state = $state.raw<CompareState>({ kind: 'choosing' });
  #stopped = false;
  #stops: readonly (() => void)[] = [];

  #schema(projectId: ProjectId | ''): SchemaInfo | undefined {
    const state = projectId === '' ? undefined : projectStore.getConnection(projectId);
    return state?.schemas.find((s) => s.name === state.catalog?.defaultSchema) ?? state?.schemas[0];
  }

  /** Tables that both sides have. */
  get common(): { left: RelationInfo; right: RelationInfo }[] {
    const [left, right] = [this.#schema(this.left), this.#schema(this.right)];
    const isTable = (r: RelationInfo): boolean => (r.kind === 'table' || r.kind === 'partitioned-table') && !r.shadow && !r.unavailable && !r.partitionOf;
    return (left?.relations ?? []).filter(isTable).flatMap((l) => {
      const r = right?.relations.filter(isTable).find((o) => fold(o.relation) === fold(l.relation));
      return r ? [{ left: l, right: r }] : [];
    });
  }

  async run(): Promise<void> {
    const [left, right] = [this.#schema(this.left), this.#schema(this.right)];
    if (!left || !right || this.left === '' || this.right === '' || this.state.kind === 'comparing') return;
    this.#stopped = false;
    const dialects = [this.left, this.right].map((id) => dialectOf(projectStore.getProject(id)!.engine));
    const like = dialects[0]!.engine === dialects[1]!.engine;
    const pairs = this.common.filter((p) => this.table === '' || p.left.relation === this.table);
    const only = (d: TableDifference): boolean => this.table === '' || fold(d.relation) === fold(this.table);
    const schema = compareSchemas(left, right, like).filter(only).map((d) => ({ ...d, sql: alignSql(d, left, right, dialects[1]!, dialects[0]!) }));
    const result: Compared = { schema, tables: [], added: 0, removed: 0, changed: 0 };
    try {
      for (const [done, pair] of pairs.entries()) {
        this.state = { kind: 'comparing', done, total: pairs.length, table: pair.left.relation };
        const compared = await this.#compare(pair.left, pair.right);
        result.tables.push(compared);
        result.added += compared.report.added;
        result.removed += compared.report.removed;
        result.changed += compared.report.changed;
      }
      this.state = { kind: 'done', result };
    } catch (e) {
      const isCancelled = this.#stopped || (e instanceof EngineError && e.code === 'cancelled');
      this.state = isCancelled ? { kind: 'choosing' } : { kind: 'failed', message: e instanceof Error ? e.message : String(e) };
    }
  }

  async #compare(left: RelationInfo, right: RelationInfo): Promise<ComparedTable> {
    const shared = left.columns.filter((c) => !c.hidden).flatMap((l) => {
      const r = right.columns.find((o) => !o.hidden && fold(o.name) === fold(l.name));
      return r ? [{ l, r, family: comparableFamily(l.family, r.family) }] : [];
    });
    // Without a key of both, the whole row is the key: then nothing is changed, but added and removed.
    const isKey = (p: (typeof shared)[number]): boolean => p.l.keyPlace > 0;
    const whole = left.columns.filter((c) => c.keyPlace > 0).every((c) => shared.some((p) => p.l === c));
    const hasKey = whole && shared.some(isKey);
    const ordered = hasKey ? [...shared.filter(isKey), ...shared.filter((p) => !isKey(p))] : shared;
    const keys = hasKey ? shared.filter(isKey).length : shared.length;
    const side = (info: RelationInfo, columns: string[]): CompareSide => ({
      ref: { schema: info.schema, relation: info.relation }, columns, keys, families: ordered.map((p) => p.family)
    });
    const { port1, port2 } = new MessageChannel();
    const [mine, theirs] = [this.left, this.right].map((id) => {
      const { connectionId } = projectStore.getConnection(id as ProjectId)!;
      return { engine: engineFor(connectionId), ...stoppable(connectionId) };
    });
    this.#stops = [mine!.stop, theirs!.stop];
    const answering = theirs!.engine.answerCompare(side(right, ordered.map((p) => p.r.name)), port2, { key: theirs!.key });
    // What goes wrong there comes as a letter, unless its worker is gone.
    answering.catch((e: unknown) => isLost(e) && mine!.stop());
    try {
      const report = await mine!.engine.compareRows(side(left, ordered.map((p) => p.l.name)), port1, { key: mine!.key });
      await answering;
      return { relation: left.relation, columns: ordered.map((p) => p.l.name), report };
    } catch (e) {
      // Where one worker is gone the other would wait for ever.
      for (const stop of this.#stops) stop();
      throw e;
    }
  }

  cancel(): void {
    this.#stopped = true;
    for (const stop of this.#stops) stop();
  }
}
