import * as Comlink from 'comlink';
import type { Engine } from '../engine';
import { toErrorData } from '../wire/errors';
import type { PackedPage } from '../wire/pageFormat';

/** Every buffer of a page within an answer, so that it is moved, not copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isPage(value)) return value.buffer.byteLength > 0 ? [value.buffer] : [];
  const inner = (value as { page?: unknown }).page;
  return isPage(inner) && inner.buffer.byteLength > 0 ? [inner.buffer] : [];
}

const isPage = (v: unknown): v is PackedPage =>
  typeof v === 'object' && v !== null && (v as PackedPage).buffer instanceof ArrayBuffer && 'columns' in v && 'rows' in v;

/** An answer as it crosses: what was asked for, or the error as data (Comlink would strip an Error of its code). */
export type Answer<T> = ({ ok: true; value: T } | { ok: false; error: ReturnType<typeof toErrorData> }) & {
  /** Number of the last commit by then. */
  commit?: number;
};

type Async<T> = T extends Promise<infer V> ? V : T;

/** The engine as the page sees it through Comlink: every call gives an Answer. */
export type ExposedEngine = {
  [M in keyof Engine]: (...args: Parameters<Engine[M]>) => Promise<Answer<Async<ReturnType<Engine[M]>>>>;
} & {
  /** Makes a call under a number (from 1; 0 for none), by which `cancel` finds it. */
  perform(call: number, method: keyof Engine, ...args: unknown[]): Promise<Answer<unknown>>;
};

/** An engine whose calls can be made under a number. */
export interface NumberedEngine extends Engine {
  /** Makes `call`, which begins at once, under a number. */
  under<T>(number: number, call: () => T): T;
  /** Number of the last commit; undefined where there are none. */
  readonly lastCommit: number | undefined;
}

/** Makes the engine of this worker reachable from the page. */
export function expose(engine: NumberedEngine): void {
  const exposed: Record<string, unknown> = {};
  const names = [
    'open', 'ping', 'catalog', 'structure', 'run', 'fetch', 'wholeCell', 'release', 'browse', 'browseCell',
    'count', 'rowCounts', 'commitChanges', 'foreignKeyChoices', 'referencingRows', 'columnStats',
    'dangers', 'explain', 'saveCopy', 'saveState', 'storage', 'cancel', 'close',
    'exportRows', 'definition', 'migrate',
    'inspectFile', 'importRows',
    'commits', 'label', 'goBack', 'branch', 'bound', 'setBound',
    'checkTable', 'salvage',
    'saveScript', 'surveyRelation', 'sendRows', 'receiveRows', 'compareRows', 'answerCompare'
  ] as const satisfies readonly (keyof Engine)[];
  const perform = async (number: number, name: keyof Engine, ...args: unknown[]): Promise<Answer<unknown>> => {
    try {
      // Callbacks arrive as Comlink proxies; their buffers are moved as well.
      const method = engine[name] as (...a: unknown[]) => Promise<unknown>;
      const value = await engine.under(number, () => method.apply(engine, args.map(moving)));
      const answer: Answer<unknown> = { ok: true, value, commit: engine.lastCommit };
      return Comlink.transfer(answer, buffersOf(value));
    } catch (e) {
      return { ok: false, error: toErrorData(e), commit: engine.lastCommit };
    }
  };
  for (const name of names) exposed[name] = (...args: unknown[]) => perform(0, name, ...args);
  Comlink.expose({ ...exposed, perform });
}

/** A proxied callback that moves the buffer of what it is handed. */
function moving(arg: unknown): unknown {
  if (typeof arg !== 'function') return arg;
  const callback = arg as (value: unknown) => Promise<unknown>;
  return (value: unknown) => {
    if (value instanceof Uint8Array && value.byteLength === value.buffer.byteLength) {
      return callback(Comlink.transfer(value, [value.buffer as ArrayBuffer]));
    }
    return callback(typeof value === 'object' && value !== null ? Comlink.transfer(value, buffersOf(value)) : value);
  };
}
