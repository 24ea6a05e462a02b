import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ProjectId } from '$lib/base/id';
import { onLetGo, takeOverProject, takeProjectLock, type ProjectLock } from '$lib/connections/projectLock';

/** Web Locks as far as a project's lock uses them. */
class Locks {
  readonly held = new Map<string, Promise<void>>();

  async request(name: string, { ifAvailable, signal }: LockOptions, use: (lock: object | null) => Promise<void> | void): Promise<void> {
    if (ifAvailable && this.held.has(name)) return use(null);
    while (this.held.has(name)) {
      const over = new Promise<never>((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
      await Promise.race([this.held.get(name), over]);
    }
    const end = Promise.resolve(use({ name }));
    this.held.set(name, end);
    await end;
    this.held.delete(name);
  }
}

const id = 'p1' as ProjectId;
let undo: () => void = () => undefined;

beforeEach(() => vi.stubGlobal('navigator', { locks: new Locks() }));
afterEach(() => {
  undo();
  vi.unstubAllGlobals();
});

/** Says that another browser tab wants the project: what comes from this one is not for itself. */
async function ask(projectId: string, kind = 'let-go'): Promise<void> {
  const other = new BroadcastChannel('rowhouse:projects');
  other.postMessage({ kind, projectId, from: 'another tab' });
  await new Promise((resolve) => setTimeout(resolve, 20));
  other.close();
}

describe('the lock of a project', () => {
  it('is held once, and free again when it is released', async () => {
    const lock = await takeProjectLock(id);
    expect(await takeProjectLock(id)).toBeNull();
    expect(await takeProjectLock('p2' as ProjectId)).not.toBeNull();
    await lock!.release();
    expect(await takeProjectLock(id)).not.toBeNull();
  });

  it('is taken over when the one who has it lets go', async () => {
    const asked = vi.fn();
    const first = (await takeProjectLock(id))!;
    const channel = new BroadcastChannel('rowhouse:projects');
    const heard = new Promise<unknown>((resolve) => (channel.onmessage = ({ data }) => resolve(data)));
    undo = onLetGo(asked);
    const taking = takeOverProject(id);
    expect(await heard).toMatchObject({ kind: 'let-go', projectId: id });
    channel.close();
    await first.release();
    expect((await taking) as ProjectLock).toBeTruthy();
    // Its own question is not for itself.
    expect(asked).not.toHaveBeenCalled();
  });

  it('is refused when nobody lets go in time; it is never stolen', async () => {
    const first = (await takeProjectLock(id))!;
    expect(await takeOverProject(id, { patience: 10, timeout: 20 })).toBeNull();
    expect(await takeProjectLock(id)).toBeNull();
    await first.release();
  });

  it('asks once more, not to wait for what runs, when its patience is over', async () => {
    const first = (await takeProjectLock(id))!;
    const channel = new BroadcastChannel('rowhouse:projects');
    const said: unknown[] = [];
    channel.onmessage = ({ data }: MessageEvent<{ kind: string }>) => {
      said.push(data.kind);
      if (data.kind === 'end-now') void first.release();
    };
    expect(await takeOverProject(id, { patience: 20, timeout: 2000 })).toBeTruthy();
    expect(said).toEqual(['let-go', 'end-now']);
    channel.close();
  });

  it('is waited for no longer than somebody wants it', async () => {
    const first = (await takeProjectLock(id))!;
    const over = new AbortController();
    const taking = takeOverProject(id, { signal: over.signal });
    over.abort();
    expect(await taking).toBeNull();
    await first.release();
  });

  it('hurries who has it when it is told to', async () => {
    const hurries: AbortSignal[] = [];
    undo = onLetGo((_id, hurry) => void hurries.push(hurry));
    await ask('p7');
    expect(hurries.map((h) => h.aborted)).toEqual([false]);
    await ask('p7', 'end-now');
    expect(hurries.map((h) => h.aborted)).toEqual([true]);
  });

  it('tells who has it what another tab wants, until it listens no more', async () => {
    const asked: string[] = [];
    undo = onLetGo((projectId) => void asked.push(projectId));
    await ask('p7');
    undo();
    await ask('p8');
    expect(asked).toEqual(['p7']);
  });
});
