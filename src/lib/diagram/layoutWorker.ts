import type { RequestsMade } from '$workers/engine';
import { countRequestsOf } from '$lib/connections/workerRequests';

export interface LayoutRequest {
  nodes: { id: string; width: number; height: number }[];
  /** From child to parent. */
  edges: { from: string; to: string }[];
}

export type Positions = Record<string, { x: number; y: number }>;

/** The last layouts, the newest last: a diagram that is shown again need not be laid out again. */
const known = new Map<string, Positions>();
const MOST_KNOWN = 12;

function remember(key: string, positions: Positions): Positions {
  known.delete(key);
  known.set(key, positions);
  if (known.size > MOST_KNOWN) known.delete([...known.keys()][0]!);
  return positions;
}

/** What a layout took is measured under this name in the page's performance timeline. */
const MEASURE = 'diagram-layout';

/** Places tables off the main thread. Rejects when the worker fails or the signal is aborted. */
export async function layOut(request: LayoutRequest, signal: AbortSignal): Promise<Positions> {
  const key = JSON.stringify(request);
  const before = known.get(key);
  if (before) return remember(key, before);
  const start = performance.now();
  const worker = new Worker(new URL('../../../workers/layout/worker.ts', import.meta.url), { type: 'module', name: 'layout' });
  countRequestsOf(worker);
  try {
    const positions = await new Promise<Positions>((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      worker.onmessage = ({ data }: MessageEvent<{ positions: Positions } | RequestsMade>) => 'positions' in data && resolve(data.positions);
      worker.onerror = (event) => reject(new Error(event.message || 'The diagram could not be laid out.'));
      worker.postMessage(request);
    });
    performance.measure(MEASURE, { start });
    return remember(key, positions);
  } finally {
    worker.terminate();
  }
}
