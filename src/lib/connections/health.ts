import type { Connection } from './connection';

const PING_EVERY_MS = 5000;
const PING_OUT_MS = 5000;

/**
 * Watches one worker: the release of its lock is its death, known at once; an idle one is pinged. A busy one
 * counts as alive, for an engine at work cannot answer. Returns its undo; no timer outlives it.
 */
export function watchHealth(connection: Connection, generation: number, onDeath: (reason: string) => void): () => void {
  const over = new AbortController();
  if ('locks' in navigator) {
    navigator.locks
      .request(`alive:${connection.id}:${generation}`, { signal: over.signal }, () => {
        if (!over.signal.aborted) onDeath('Its worker ended.');
      })
      .catch(() => undefined); // aborted: nobody waits for it any more
  }
  const timer = setInterval(() => {
    if (connection.isAtWork || connection.status !== 'connected') return;
    const ping = connection.call('ping', [], { signal: AbortSignal.any([over.signal, AbortSignal.timeout(PING_OUT_MS)]) });
    ping.catch(() => {
      // Work that began meanwhile explains the silence.
      if (!over.signal.aborted && !connection.isAtWork) onDeath('Its worker does not answer.');
    });
  }, PING_EVERY_MS);
  return () => {
    clearInterval(timer);
    over.abort();
  };
}
