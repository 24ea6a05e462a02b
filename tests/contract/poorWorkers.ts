/** What a browser may lack. */
export type Lack = 'handle modes' | 'opfs' | 'opfs and indexeddb';

/** A worker of Postgres in a browser that lacks something. */
export async function poorWorker(lack: Lack): Promise<Worker> {
  const worker = new Worker(new URL('./poorWorker.ts', import.meta.url), { type: 'module' });
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('message', () => resolve(), { once: true });
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(lack);
  });
  return worker;
}
