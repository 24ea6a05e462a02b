import { callCancelled, turn, type Stop } from './queue';

/** How long long work goes on before the worker looks at what has arrived, in ms. */
const SLICE_MS = 16;

/**
 * Pauses of one long work: call it often; now and then it lets the event loop turn. Throws `cancelled` once that
 * was asked for.
 */
export function pauses(stop: Stop): () => Promise<void> {
  let end = performance.now() + SLICE_MS;
  return async () => {
    if (performance.now() >= end) {
      await turn();
      end = performance.now() + SLICE_MS;
    }
    if (stop.asked) throw callCancelled();
  };
}
