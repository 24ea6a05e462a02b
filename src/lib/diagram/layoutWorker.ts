export interface LayoutRequest {
  nodes: { id: string; width: number; height: number }[];
  edges: { from: string; to: string }[];
}

export type Positions = Record<string, { x: number; y: number }>;

/** Places tables off the main thread. Rejects when the worker fails or the signal is aborted. */
export function layOut(request: LayoutRequest, signal: AbortSignal): Promise<Positions> {
  const worker = new Worker(new URL('../../../workers/layout/worker.ts', import.meta.url), { type: 'module', name: 'layout' });
  return new Promise<Positions>((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.onmessage = (event: MessageEvent<{ positions: Positions }>) => resolve(event.data.positions);
    worker.onerror = (event) => reject(new Error(event.message || 'The diagram could not be laid out.'));
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
