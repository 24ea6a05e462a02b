import { primaryKey } from '$workers/dialect/primaryKey';
import { EngineError, type ColumnInfo, type EngineErrorData, type FileReport, type ImportReport, type ImportRequest, type Progress, type ReadOptions, type TypeFamily } from '$workers/engine';
import type { Dialect } from '$workers/dialect/dialect';
import { importType } from '$workers/dialect/importTypes';
import { formatCount, plural } from '$lib/base/format';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { asEngineError, callCancelled } from '$lib/connections/connectionErrors';
import { commitsFound, engineFor, stoppable } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { invalidateCatalog, invalidateRows } from '$lib/queries/invalidate';
import type { LiveTab } from '$lib/tabs/tab';
import { tableNameOf } from '$lib/workspace/rowFiles';
import type { Session } from '$lib/workspace/sessions.svelte';
import { isFillable, matchColumns, type MappedColumn } from './matchColumns';

export type ImportState =
  | { kind: 'choosing' }
  | { kind: 'looking'; progress: Progress | null }
  | { kind: 'ready' }
  | { kind: 'importing'; progress: Progress | null; dryRun: boolean }
  | { kind: 'done'; report: ImportReport; dryRun: boolean }
  | { kind: 'failed'; message: string; hint: string; report?: ImportReport };

const isText = (name: string): boolean => !/\.(?:json|ndjson|jsonl|xlsx|parquet)(?:\.gz)?$/i.test(name);

/** How a text is read of which nothing could be recognised. */
const asCsv = (name: string): ReadOptions => ({
  format: 'csv', gzip: /\.gz$/i.test(name), encoding: 'utf-8', delimiter: /\.(?:tsv|tab)/i.test(name) ? '\t' : ',', header: true, nullTexts: [''], decimal: '.',
  dates: 'text', ragged: 'fault'
});

/** Files on their way into a table, one that is there or a new one: how they are read, which column goes where. */
export class ImportSession implements Session {
  readonly owner: { connectionId: ConnectionId; projectId: ProjectId };
  readonly schema: string;
  /** The table's name; empty for a new one until a file names it. */
  readonly existing: string;
  readonly dialect: Dialect;
  files = $state.raw<readonly File[]>([]);
  report = $state.raw<FileReport | null>(null);
  newName = $state('');
  mapping = $state<MappedColumn[]>([]);
  conflict = $state<ImportRequest['conflict']>('fail');
  badRows = $state<ImportRequest['badRows']>('all');
  state = $state.raw<ImportState>({ kind: 'choosing' });
  #looking = new AbortController();
  /** What somebody said of how they are read; the rest was recognised. */
  #said: Partial<ReadOptions> = {};
  /** Stops the import that runs. */
  #stop: () => void = () => undefined;

  constructor(tab: LiveTab, dialect: Dialect) {
    this.owner = { connectionId: tab.connectionId, projectId: tab.projectId };
    this.schema = tab.schema ?? '';
    this.existing = tab.table ?? '';
    this.dialect = dialect;
  }

  get isNew(): boolean {
    return this.existing === '';
  }

  get table(): string {
    return this.isNew ? this.newName : this.existing;
  }

  get columns(): readonly ColumnInfo[] {
    return this.#relations.find((r) => r.relation === this.existing)?.columns ?? [];
  }

  /** Those of them that take values. */
  get fillable(): ColumnInfo[] {
    return this.columns.filter(isFillable);
  }

  /** The family of what a column of the file goes into; null where it is left out. */
  familyAt(at: number): TypeFamily | null {
    const mapped = this.mapping[at];
    return !mapped || mapped.target === '' ? null : this.dialect.familyOf(mapped.type);
  }

  /** Sends a column of the file into one of the table; empty leaves it out. */
  aim(at: number, target: string): void {
    const type = this.isNew ? {} : { type: this.columns.find((c) => c.name === target)?.type ?? '' };
    this.mapping[at] = { ...this.mapping[at]!, target, ...type };
  }

  /** Says the type of a column of the new table. */
  setType(at: number, type: string): void {
    this.mapping[at] = { ...this.mapping[at]!, type, isTypeChosen: true };
  }

  get #relations() {
    return projectStore.getConnection(this.owner.projectId)?.schemas.find((s) => s.name === this.schema)?.relations ?? [];
  }

  /** Columns of the primary key. */
  get keys(): string[] {
    return primaryKey(this.columns).map((c) => c.name);
  }

  /** Why it cannot begin, in words; null when it can. */
  get problem(): string | null {
    if (this.report?.columns.length === 0) return 'It cannot be read in this way.';
    const used = this.mapping.filter((m) => m.target !== '');
    if (used.length === 0) {
      if (this.isNew) return 'Every column is left out. Name one in the heads above.';
      return `No column of this file is one of ${this.table}. It has ${this.columns.map((c) => c.name).join(', ')}: choose in the heads above what goes where.`;
    }
    const twice = used.find((m, i) => used.findIndex((o) => this.#same(o.target, m.target)) < i);
    if (twice) return `Two columns of the file go into ${twice.target}.`;
    if (!this.isNew) return null;
    if (this.newName.trim() === '') return 'The new table needs a name.';
    if (this.#relations.some((r) => this.#same(r.relation, this.newName))) return `There is a table ${this.newName} already. Give the new one another name.`;
    return null;
  }

  #same(a: string, b: string): boolean {
    return a.toLowerCase() === b.toLowerCase();
  }

  /** Takes files; the first says how all of them are read. */
  async choose(files: readonly File[]): Promise<void> {
    if (files.length === 0 || this.state.kind === 'importing') return;
    this.files = files;
    this.#said = {};
    if (this.isNew) this.newName = this.#freeName(tableNameOf(files[0]!.name));
    await this.#look(null);
  }

  #freeName(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#relations.some((r) => this.#same(r.relation, name)); n++) name = `${wanted}_${n}`;
    return name;
  }

  /** Reads again, as somebody says it is to be read. */
  read(change: Partial<ReadOptions>): Promise<void> {
    // Which sheet is said of one file.
    const { sheet: _, ...said } = change;
    this.#said = { ...this.#said, ...said };
    return this.#look({ ...this.report!.options, ...change });
  }

  /** First the beginning, which is shown at once; then all of it, for what its values are. */
  async #look(options: ReadOptions | null): Promise<void> {
    this.#looking.abort();
    const looking = (this.#looking = new AbortController());
    const { signal } = looking;
    const file = this.files[0]!;
    this.state = { kind: 'looking', progress: null };
    try {
      for (const headOnly of [true, false]) {
        const report = await engineFor(this.owner.connectionId).inspectFile({ file, name: file.name }, options, headOnly, (progress) => {
          if (!signal.aborted && this.state.kind === 'looking') this.state = { kind: 'looking', progress };
        });
        if (signal.aborted) return;
        this.#take(report, headOnly);
        // What the whole of it says of its encoding may differ from its beginning.
        if (report.count !== null) break;
      }
    } catch (e) {
      if (signal.aborted) return;
      await this.#fail(e);
      // What was recognised may be wrong: so that it can be said otherwise.
      if (isText(file.name)) this.report = { options: options ?? asCsv(file.name), columns: [], rows: [], count: 0, faults: [], faultCount: 0 };
    }
  }

  #take(report: FileReport, headOnly: boolean): void {
    const before = this.report;
    this.report = report;
    const isSame = before !== null && JSON.stringify(before.columns.map((c) => c.name)) === JSON.stringify(report.columns.map((c) => c.name));
    const matched = matchColumns(report.columns, this.isNew ? null : this.columns);
    this.mapping = matched.map((m, i) => {
      const kept = isSame ? this.mapping[i] : undefined;
      const type = this.isNew ? importType(this.dialect.engine, report.columns[i]!) : m.type;
      return { ...(kept ?? m), type: kept?.isTypeChosen ? kept.type : type };
    });
    if (report.columns.length === 0) this.state = { kind: 'failed', message: `${this.files[0]!.name} has no rows.`, hint: 'Choose a file with rows.' };
    else if (!headOnly || report.count !== null) this.state = { kind: 'ready' };
  }

  async #fail(e: unknown): Promise<void> {
    const found = await commitsFound(this.owner.connectionId, e);
    if (found && found.found > found.told) {
      const message = this.badRows === 'batches' ? `It was stopped. What had been committed by then is in ${this.table}.` : 'It was stopped, but the file had been taken in by then.';
      this.state = { kind: 'failed', message, hint: 'Look at the rows before you import it again.' };
      return;
    }
    const error = asEngineError(e);
    const message = error.code === 'cancelled' ? `Cancelled. ${this.isNew ? 'No table was made.' : `${this.table} is as it was.`}` : error.message;
    this.state = { kind: 'failed', message, hint: error.hint ?? '' };
  }

  /** Takes the files in, all of them in one transaction, or in batches. */
  async run(dryRun: boolean): Promise<void> {
    if (this.problem || this.state.kind === 'importing') return;
    const call = stoppable(this.owner.connectionId);
    let isStopped = false;
    this.#stop = () => {
      isStopped = true;
      call.stop();
    };
    this.state = { kind: 'importing', progress: null, dryRun };
    try {
      const request = await this.#request(dryRun, () => isStopped);
      const report = await engineFor(this.owner.connectionId).importRows(request, (progress) => {
        if (this.state.kind === 'importing') this.state = { ...this.state, progress };
      }, call);
      this.state = report.error ? this.#stopped(report, report.error) : { kind: 'done', report, dryRun };
    } catch (e) {
      await this.#fail(e);
    } finally {
      if (!dryRun) {
        if (this.isNew) await invalidateCatalog(this.owner.connectionId).catch((e: unknown) => console.error('catalog after an import', e));
        await invalidateRows(this.owner.connectionId);
      }
    }
  }

  /** Why it went no further, and what is in the table all the same. */
  #stopped(report: ImportReport, error: EngineErrorData): ImportState {
    if (!report.kept) return { kind: 'failed', message: error.message, hint: error.hint ?? '', report };
    const { file = '', line = 0 } = report.upTo ?? {};
    const words = error.code === 'cancelled' ? 'Cancelled.' : `${error.message}${/[.!?]$/.test(error.message) ? '' : '.'}`;
    return {
      kind: 'failed',
      message: `${words} ${plural(report.written, 'row')} ${report.written === 1 ? 'is' : 'are'} in ${this.table}: all up to line ${formatCount(line)}${file === '' ? '' : ` of ${file}`}.`,
      hint: error.hint ?? '',
      report
    };
  }

  async #request(dryRun: boolean, isStopped: () => boolean): Promise<ImportRequest> {
    const files: ImportRequest['files'] = [];
    for (const file of this.files) {
      files.push(await this.#part(file));
      // A cancel while they are looked at met no call.
      if (isStopped()) throw callCancelled();
    }
    return {
      files, target: { schema: this.schema, relation: this.table }, create: this.isNew, conflict: this.isNew ? 'fail' : this.conflict, keys: this.keys,
      badRows: this.badRows, dryRun
    };
  }

  /** Another file than the first: as it is recognised, and as was said of the first where it is of the same format. */
  async #inspectOther(file: File): Promise<FileReport> {
    const inspect = (options: ReadOptions | null): Promise<FileReport> =>
      engineFor(this.owner.connectionId).inspectFile({ file, name: file.name }, options, false, () => undefined);
    const first = this.report!.options;
    const isSaid = Object.keys(this.#said).length > 0;
    const own = await inspect(null).catch((e: unknown) => {
      // What could not be recognised may be read as was said.
      if (isSaid && isText(file.name)) return null;
      throw e;
    });
    if (own && (!isSaid || own.options.format !== first.format)) return own;
    return inspect({ ...(own?.options ?? { ...first, gzip: asCsv(file.name).gzip }), ...this.#said });
  }

  /** How a file is read: the first as was said, of the others what they are, with the same columns. */
  async #part(file: File): Promise<ImportRequest['files'][number]> {
    const first = this.report!;
    const report = file === this.files[0] ? first : await this.#inspectOther(file);
    const missing = first.columns.find((c) => !report.columns.some((o) => o.name === c.name));
    if (missing) {
      throw new EngineError({ code: 'refused', message: `${file.name} has no column ${missing.name}, which ${this.files[0]!.name} has.`, hint: 'Nothing was imported. Import it for itself.' });
    }
    const mapping = this.mapping.flatMap((m, i) => {
      if (m.target === '') return [];
      const from = report.columns.findIndex((c) => c.name === first.columns[i]!.name);
      return [{ from, column: m.target, type: m.type, family: this.dialect.familyOf(m.type) }];
    });
    return { file, name: file.name, options: report.options, columns: report.columns.map((c) => c.name), mapping };
  }

  cancel(): void {
    this.#stop();
  }

  dispose(): void {
    this.#looking.abort();
  }

  debug(): unknown {
    return { kind: 'import', state: this.state.kind };
  }
}
