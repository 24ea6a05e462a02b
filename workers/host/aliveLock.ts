import { toErrorData } from '../wire/errors';

/** Holds the lock whose release tells the page that this worker is gone. */
export function holdAliveLock(connectionId: string, generation: number): void {
  if (!('locks' in navigator)) return; // without Web Locks the page's pings alone tell
  navigator.locks
    .request(`alive:${connectionId}:${generation}`, () => new Promise<never>(() => undefined))
    .catch((e: unknown) => console.error('alive lock', toErrorData(e)));
}
