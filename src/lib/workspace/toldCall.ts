import { EngineError, messageOf, type Progress } from '$workers/engine';
import { isCancelled } from '$lib/connections/connectionErrors';
import { engineFor, stoppable } from '$lib/connections/registry';
import { longWork } from './longWork.svelte';
import type { Owner } from './navigate';
import { notifications } from './notify.svelte';

/** What a long call is made with. */
export interface ToldCall {
  engine: ReturnType<typeof engineFor>;
  /** Under which its Cancel finds it. */
  options: { key: symbol };
  /** Moves its progressbar. */
  tell: (progress: Progress) => void;
  /** True once it is cancelled: between two calls a cancel meets none. */
  isStopped: () => boolean;
}

/**
 * Calls of a connection that take long: their progress is shown, with a Cancel, and what they fail with is told.
 * @param words what is being done, and what has failed then
 * @returns undefined when it failed or was cancelled
 */
export async function toldCall<T>(
  { connectionId, projectId }: Owner,
  words: { doing: string; failed: string },
  work: (call: ToldCall) => Promise<T>
): Promise<T | undefined> {
  const { key, stop } = stoppable(connectionId);
  let isStopped = false;
  const shown = longWork.begin(words.doing, projectId, () => {
    isStopped = true;
    stop();
  });
  try {
    return await work({ engine: engineFor(connectionId), options: { key }, tell: shown.tell, isStopped: () => isStopped });
  } catch (e) {
    if (isCancelled(e)) return undefined;
    const hint = e instanceof EngineError ? e.hint : undefined;
    const text = [messageOf(e), hint].filter(Boolean).join(' ');
    notifications.show({ kind: 'error', title: words.failed, text, projectId });
    return undefined;
  } finally {
    shown.end();
  }
}
