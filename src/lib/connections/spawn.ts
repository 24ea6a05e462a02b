import type { EngineKind } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';

/** Starts the worker of a connection; its name is the connectionId. The literals must stay inline for the build to see them. */
export function spawnWorker(engine: EngineKind, connectionId: ConnectionId): Worker {
  if (engine === 'postgres') {
    return new Worker(new URL('../../../workers/postgres/worker.ts', import.meta.url), { type: 'module', name: connectionId });
  }
  return new Worker(new URL('../../../workers/sqlite/worker.ts', import.meta.url), { type: 'module', name: connectionId });
}
