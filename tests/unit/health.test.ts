import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Connection } from '$lib/connections/connection';
import { watchHealth } from '$lib/connections/health';

/** A connection as far as its watch sees it. */
class Watched {
  id = 'c1';
  status = 'connected';
  isAtWork = false;
  pings = 0;
  answers = true;

  call(_method: 'ping', _args: unknown[], { signal }: { signal: AbortSignal }): Promise<true> {
    this.pings++;
    if (this.answers) return Promise.resolve(true);
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
  }
}

let connection: Watched;
let deaths: string[];
let freed: Map<string, () => void>;
const watch = (generation = 1) => watchHealth(connection as unknown as Connection, generation, (reason) => deaths.push(reason));

beforeEach(() => {
  vi.useFakeTimers();
  // Made of real timers otherwise.
  vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
    const timeout = new AbortController();
    setTimeout(() => timeout.abort(new Error('timeout')), ms);
    return timeout.signal;
  });
  connection = new Watched();
  deaths = [];
  freed = new Map();
  const request = (name: string, { signal }: { signal: AbortSignal }, granted: () => void): Promise<void> =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
      freed.set(name, () => resolve(granted()));
    });
  vi.stubGlobal('navigator', { locks: { request } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe('the watch of a worker', () => {
  it('pings an idle one every five seconds, a busy one never', async () => {
    const end = watch();
    await vi.advanceTimersByTimeAsync(15_100);
    expect(connection.pings).toBe(3);
    connection.isAtWork = true;
    await vi.advanceTimersByTimeAsync(60_000);
    expect([connection.pings, deaths]).toEqual([3, []]);
    end();
  });

  it('tells of one whose ping stays out for five seconds, but for work that began meanwhile', async () => {
    const end = watch();
    connection.answers = false;
    await vi.advanceTimersByTimeAsync(5_100);
    connection.isAtWork = true;
    await vi.advanceTimersByTimeAsync(5_100);
    expect(deaths).toEqual([]);
    connection.isAtWork = false;
    await vi.advanceTimersByTimeAsync(10_100);
    expect(deaths[0]).toBe('Its worker does not answer.');
    end();
  });

  it('knows at once when the lock of its own worker is free', async () => {
    const end = watch(4);
    expect([...freed.keys()]).toEqual(['alive:c1:4']);
    freed.get('alive:c1:4')!();
    expect(deaths).toEqual(['Its worker ended.']);
    end();
  });

  it('ends without a timer, and tells nothing more', async () => {
    const end = watch();
    connection.answers = false;
    await vi.advanceTimersByTimeAsync(5_100);
    end();
    freed.get('alive:c1:1')!();
    await vi.advanceTimersByTimeAsync(60_000);
    expect([connection.pings, deaths]).toEqual([1, []]);
  });
});
