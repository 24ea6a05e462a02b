import { EngineError, type CompareReport, type CompareSide } from '$workers/engine';
import type { ConnectionId } from '$lib/base/id';
import { engineFor, stoppable } from '$lib/connections/registry';

const isLost = (e: unknown): boolean => e instanceof EngineError && e.code === 'connection-lost';

/** Compares two sides, worker to worker. `onstop` is handed what stops both. Rejects with EngineError. */
export async function compareSides(
  left: { connectionId: ConnectionId; side: CompareSide },
  right: { connectionId: ConnectionId; side: CompareSide },
  onstop: (stop: () => void) => void
): Promise<CompareReport> {
  const { port1, port2 } = new MessageChannel();
  const [mine, theirs] = [stoppable(left.connectionId), stoppable(right.connectionId)];
  const stop = (): void => {
    mine.stop();
    theirs.stop();
  };
  onstop(stop);
  const answering = engineFor(right.connectionId).answerCompare(right.side, port2, { key: theirs.key });
  // What goes wrong there comes as a letter, unless its worker is gone.
  answering.catch((e: unknown) => isLost(e) && mine.stop());
  try {
    const report = await engineFor(left.connectionId).compareRows(left.side, port1, { key: mine.key });
    await answering;
    return report;
  } catch (e) {
    // Where one worker is gone the other would wait for ever.
    stop();
    throw e;
  }
}
