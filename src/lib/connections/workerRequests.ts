import type { RequestsMade } from '$workers/engine';

/** Requests of every worker of this page, those that have ended included, and those of them beyond the app's own address. */
export const workerRequests = { all: 0, beyond: 0 };

/** Counts what a worker asks for from its start to its end. */
export function countRequestsOf(worker: Worker): void {
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<RequestsMade> | null>) => {
    if (!data?.requests) return;
    workerRequests.all += data.requests.all;
    workerRequests.beyond += data.requests.beyond;
  });
}
