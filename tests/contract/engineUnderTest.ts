import * as Comlink from 'comlink';
import type { CommitReport, CommitRequest, Engine, OpenReport, OpenSource, Progress, RunEvent, RunReport, StatementOutcome } from '$workers/engine';
import { EngineError, packCommit, unpackReport } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { spawnWorker } from '../../src/lib/connections/spawn';
import type { Cell } from '../../workers/wire/cells';
import { unpackPage } from '../../workers/wire/pageReader';
import type { Answer, ExposedEngine } from '../../workers/host/expose';

export type EngineName = 'sqlite' | 'postgres';

/** Both engines of the product. */
export const engines = ['sqlite', 'postgres'] as const satisfies readonly EngineName[];

/** The engine of one worker, its errors revived, and what tests want beside it. */
export interface EngineUnderTest extends Omit<Engine, 'commitChanges'> {
  /** As the page calls it: what crosses is packed. */
  commitChanges(request: CommitRequest, onProgress?: (progress: Progress) => void): Promise<CommitReport>;
  readonly projectId: string;
  readonly connectionId: string;
  readonly worker: Worker;
  /** A method whose calls are made under a number, for `cancel`. */
  numbered<M extends keyof Engine>(number: number, name: M): Engine[M];
  /** Runs a script that must succeed; gives its outcomes. */
  script(sql: string, params?: Cell[]): Promise<StatementOutcome[]>;
  /** All rows of the last statement of a script that must succeed. */
  rows(sql: string, params?: Cell[]): Promise<Cell[][]>;
  /** The error of a script that must fail. */
  failure(sql: string, params?: Cell[]): Promise<NonNullable<StatementOutcome['error']>>;
  /** Ends the worker as a crash or a cancel does. */
  kill(): void;
}

/** Workers that stand in for an engine's own, for a test file's time. */
const standIns = new Map<EngineName, new (options: { name: string }) => Worker>();

/** Lets other workers than its own serve an engine, in this test file. */
export const serveWith = (engine: EngineName, worker: new (options: { name: string }) => Worker): void => void standIns.set(engine, worker);

export const isStandIn = (engine: EngineName): boolean => standIns.has(engine);

let counter = 0;
const alive = new Set<Worker>();

/** Projects of workers that were started, and are of no more use when these are ended. */
const startedProjects = new Set<string>();

/** Ends every worker that was started. */
export function terminateWorkers(): void {
  for (const worker of alive) worker.terminate();
  alive.clear();
}

/** Ends every worker that a test left, and takes away what they stored: the room is bounded. For afterEach. */
export async function endWorkers(): Promise<void> {
  terminateWorkers();
  const root = await navigator.storage.getDirectory();
  const projects = await root.getDirectoryHandle('projects', { create: true });
  for (const projectId of startedProjects) {
    try {
      await projects.removeEntry(projectId, { recursive: true });
      startedProjects.delete(projectId);
    } catch (e) {
      // None was made; or a worker that was busy holds it for two seconds more: the next test takes it away.
      if (e instanceof DOMException && e.name === 'NotFoundError') startedProjects.delete(projectId);
    }
  }
}

export const newProjectId = (): string => `test-${Date.now().toString(36)}-${++counter}-${crypto.randomUUID().slice(0, 8)}`;

/** A worker that is not open yet. */
export function start(engine: EngineName, projectId = newProjectId(), given?: Worker): EngineUnderTest {
  const connectionId = `c-${++counter}`;
  const StandIn = standIns.get(engine);
  const worker = given ?? (StandIn ? new StandIn({ name: connectionId }) : spawnWorker(engine, connectionId as ConnectionId));
  alive.add(worker);
  startedProjects.add(projectId);
  const remote = Comlink.wrap<ExposedEngine>(worker);
  const call = (name: keyof Engine, number = 0) => async (...args: unknown[]) => {
    const sent = args.map((a) => (typeof a === 'function' ? Comlink.proxy(a as () => void) : a));
    const answer = (await remote.perform(number, name, ...sent)) as Answer<unknown>;
    if (!answer.ok) throw new EngineError(answer.error, connectionId);
    return answer.value;
  };
  const methods: Record<string, unknown> = {};
  const names = [
    'open', 'ping', 'catalog', 'structure', 'run', 'fetch', 'wholeCell', 'release', 'browse', 'browseCell',
    'count', 'rowCounts', 'explain', 'saveCopy', 'saveState', 'storage', 'cancel', 'close',
    'exportRows', 'definition', 'migrate', 'objects', 'object', 'sizes',
    'commitChanges', 'foreignKeyChoices', 'referencingRows', 'columnStats', 'dangers',
    'inspectFile', 'importRows',
    'commits', 'label', 'goBack', 'branch', 'bound', 'setBound',
    'checkTable', 'salvage',
    'saveScript', 'surveyRelation', 'sendRows', 'receiveRows', 'compareRows', 'answerCompare'
  ] as const satisfies readonly (keyof Engine)[];
  for (const name of names) methods[name] = call(name);
  const client = methods as unknown as Engine;
  const outcomes = async (sql: string, params?: Cell[]): Promise<StatementOutcome[]> => {
    const report: RunReport = await client.run({ sql, params });
    return report.outcomes;
  };
  return {
    ...client,
    projectId,
    connectionId,
    worker,
    async commitChanges(request, onProgress) {
      const sent = packCommit(request);
      return unpackReport(await client.commitChanges(sent, onProgress), request, sent);
    },
    numbered: <M extends keyof Engine>(number: number, name: M) => call(name, number) as Engine[M],
    async script(sql, params) {
      const all = await outcomes(sql, params);
      const failed = all.find((o) => o.state !== 'done');
      if (failed) throw new Error(`${failed.error?.code}: ${failed.error?.message}`);
      return all;
    },
    async rows(sql, params) {
      const last = (await this.script(sql, params)).at(-1);
      if (last?.resultId === undefined) throw new Error('This script returns no rows.');
      const page = await client.fetch(last.resultId, 0, last.rows ?? 0);
      await client.release(last.resultId);
      return unpackPage(page);
    },
    async failure(sql, params) {
      const error = (await outcomes(sql, params)).at(-1)?.error;
      if (!error) throw new Error(`This should have failed: ${sql}`);
      return error;
    },
    kill() {
      alive.delete(worker);
      worker.terminate();
    }
  };
}

export interface OpenOptions {
  source?: OpenSource;
  projectId?: string;
  access?: 'write' | 'read';
  readOnly?: boolean;
  asOf?: number;
  onProgress?: (progress: Progress) => void;
}

let openings = 0;

/** Opens in a worker that was started. */
export function openIn(
  engine: EngineUnderTest,
  options: OpenOptions = {},
  projectId = engine.projectId
): Promise<OpenReport> {
  return engine.open(
    {
      connectionId: engine.connectionId,
      projectId,
      generation: 1,
      opening: `${String(Date.now()).padStart(16, '0')}-${String(++openings).padStart(6, '0')}`,
      source: options.source ?? { kind: 'empty' },
      access: options.access ?? 'write',
      readOnly: options.readOnly,
      ...(options.asOf === undefined ? {} : { asOf: options.asOf })
    },
    options.onProgress
  );
}

/** A worker, opened. */
export async function opened(engine: EngineName, options: OpenOptions = {}): Promise<EngineUnderTest & { report: OpenReport }> {
  const started = start(engine, options.projectId);
  const report = await openIn(started, options);
  return Object.assign(started, { report });
}

export type { RunEvent };

/** The whole file as a copy gives it. */
export async function copyOf(engine: EngineUnderTest): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await engine.saveCopy(async (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>));
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
