/** What a worker sends to its page beside its answers: requests that it has made since the last time. */
export interface RequestsMade {
  requests: { all: number; beyond: number };
}

/** Tells the page of each request of this worker once it is through: what only the worker knows ends with it. */
export function tellRequests(): void {
  new PerformanceObserver((noted) => {
    const asked = noted.getEntries().map(({ name }) => name);
    const beyond = asked.filter((url) => !/^(?:blob|data):/.test(url) && new URL(url).origin !== location.origin);
    postMessage({ requests: { all: asked.length, beyond: beyond.length } } satisfies RequestsMade);
  }).observe({ type: 'resource', buffered: true });
}
