import { describe, expect, it } from 'vitest';
import { CallQueue, turn } from '../../workers/host/queue';

const cancelled = { code: 'cancelled' };

/** A task that waits until it is let go on. */
function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

describe('a queue of calls', () => {
  it('takes one at a time, in order of arrival, whatever becomes of those before', async () => {
    const queue = new CallQueue();
    const log: string[] = [];
    const task = (name: string, fails = false) => async () => {
      log.push(`${name} begins`);
      await turn();
      log.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
    const results = await Promise.allSettled([queue.run(task('a')), queue.run(task('b', true)), queue.run(task('c'))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
    expect(queue.pending).toBe(0);
  });

  it('goes on with what is in the background only while nothing waits, and takes turns there', async () => {
    const queue = new CallQueue();
    const log: string[] = [];
    async function* count(name: string): AsyncGenerator<void, string, void> {
      for (let i = 0; i < 2; i++) {
        log.push(name);
        yield;
      }
      return name;
    }
    const { open, opened } = gate();
    const first = queue.run(() => opened);
    const counts = [queue.inBackground(count('x')), queue.inBackground(count('y'))];
    await turn();
    expect(log).toEqual([]);
    const second = queue.run(() => void log.push('call'));
    open();
    await Promise.all([first, second, ...counts]);
    expect(log).toEqual(['call', 'x', 'y', 'x', 'y']);
  });

  it('takes out a call that is cancelled while it waits, and no other', async () => {
    const queue = new CallQueue();
    const { open, opened } = gate();
    const ran: number[] = [];
    const call = (n: number) => queue.under(n, () => queue.run(() => void ran.push(n)));
    const first = queue.under(1, () => queue.run(() => opened));
    const [second, third] = [call(2), call(3)];
    queue.cancel(2);
    await expect(second).rejects.toMatchObject(cancelled);
    open();
    await Promise.all([first, third]);
    expect(ran).toEqual([3]);
  });

  it('asks the one that runs to stop: by its number, or whichever it is', async () => {
    const queue = new CallQueue();
    for (const number of [7, undefined]) {
      let [begun, heard] = [false, false];
      const running = queue.under(7, () =>
        queue.run(async (stop) => {
          begun = true;
          while (!stop.asked) await turn();
          heard = true;
        })
      );
      while (!begun) await turn();
      queue.cancel(8);
      await turn();
      expect(heard).toBe(false);
      queue.cancel(number);
      await running;
      expect(heard).toBe(true);
    }
  });

  it('hears a cancel that comes while a call runs before it begins the next', async () => {
    const queue = new CallQueue();
    const ran: number[] = [];
    // It has arrived by the end of the first, and is heard when the event loop turns.
    const first = queue.run(() => void turn().then(() => queue.cancel(2)));
    const second = queue.under(2, () => queue.run(() => void ran.push(2)));
    await first;
    await expect(second).rejects.toMatchObject(cancelled);
    expect(ran).toEqual([]);
  });

  it('ends a background task that is cancelled, and lets it clean up', async () => {
    const queue = new CallQueue();
    let cleaned = false;
    async function* endless(): AsyncGenerator<void, never, void> {
      try {
        for (;;) yield;
      } finally {
        cleaned = true;
      }
    }
    const count = queue.under(4, () => queue.inBackground(endless()));
    await turn();
    queue.cancel(4);
    await expect(count).rejects.toMatchObject(cancelled);
    expect(cleaned).toBe(true);
    expect(await queue.run(() => 'goes on')).toBe('goes on');
  });
});
