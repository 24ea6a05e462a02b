import * as Comlink from 'comlink';
import type { Engine, EngineCode, EngineErrorData, EngineKind, OpenReport, OpenSource } from '../../../workers/engine';

type Answer<T> = { ok: true; value: T } | { ok: false; error: EngineErrorData };
type Called = { [M in keyof Engine]: (...args: Parameters<Engine[M]>) => Promise<Awaited<ReturnType<Engine[M]>>> };

let openings = 0;

/** As the page's connections keep it. */
const engineCode = new Map<EngineKind, EngineCode>();

/** One of the product's workers, called without the rest of the product. */
export class EngineAtWork {
  readonly call: Called;
  readonly report: OpenReport;
  /** From the start of the worker to the answer of `open`, in ms. */
  readonly openMs: number;
  readonly #worker: Worker;

  private constructor(worker: Worker, call: Called, report: OpenReport, openMs: number) {
    this.#worker = worker;
    this.call = call;
    this.report = report;
    this.openMs = openMs;
  }

  static async open(kind: EngineKind, source: OpenSource, projectId: string): Promise<EngineAtWork> {
    const began = performance.now();
    const worker =
      kind === 'postgres'
        ? new Worker(new URL('../../../workers/postgres/worker.ts', import.meta.url), { type: 'module', name: projectId })
        : new Worker(new URL('../../../workers/sqlite/worker.ts', import.meta.url), { type: 'module', name: projectId });
    const remote = Comlink.wrap<Record<string, (...args: unknown[]) => Answer<unknown>>>(worker);
    const call = new Proxy({} as Called, {
      get:
        (_target, method: string) =>
        async (...args: unknown[]) => {
          const answer = await remote[method]!(...args.map((arg) => (typeof arg === 'function' ? Comlink.proxy(arg as () => void) : arg)));
          if (!answer.ok) throw new Error(`${method}: ${answer.error.code} ${answer.error.message}`);
          return answer.value;
        }
    });
    const opening = `${Date.now().toString(36).padStart(9, '0')}-bench-${++openings}`;
    const quiet = (): void => undefined;
    const report = await call.open(
      { connectionId: opening, projectId, generation: 1, opening, source, access: 'write', code: engineCode.get(kind) },
      quiet,
      quiet,
      async () => ({ withoutTables: [], withoutRows: [], largeObjects: true })
    );
    if (report.code) engineCode.set(kind, report.code);
    return new EngineAtWork(worker, call, report, performance.now() - began);
  }

  /** Runs a script that must succeed. */
  async run(sql: string): Promise<void> {
    const { outcomes } = await this.call.run({ sql });
    const { state, error } = outcomes.at(-1)!;
    if (state !== 'done') throw new Error(error?.message ?? state);
  }

  /** Waits until the background copy of a dropped file is whole. */
  async saved(): Promise<void> {
    for (;;) {
      const state = await this.call.saveState();
      if (state.error) throw new Error(state.error.message);
      if (state.saved) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Ends the worker as a crash or a cancel does. */
  kill(): void {
    this.#worker.terminate();
  }

  async close(): Promise<void> {
    await this.call.close();
    this.#worker.terminate();
  }
}
