import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineError, type MigrateReport, type Migration } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';

const migrate = vi.fn<() => Promise<MigrateReport>>();
const commitsFound = vi.fn<() => Promise<{ told: number; found: number } | null>>();
const history: { state: string; error: string | null; commits?: unknown }[] = [];

vi.mock('$lib/connections/registry', () => ({ engineFor: () => ({ migrate }), commitsFound }));
vi.mock('$lib/queries/invalidate', () => ({ invalidateRows: () => Promise.resolve(), invalidateCatalog: () => Promise.resolve() }));
vi.mock('$lib/persistence/historyRepository', () => ({
  addHistory: (rows: typeof history) => {
    history.push(...rows);
    return Promise.resolve();
  }
}));

const { runMigration } = await import('$lib/queries/runMigration');
const owner = { connectionId: 'c' as ConnectionId, projectId: 'p' as ProjectId };
const migration: Migration = { relation: null, rebuilds: false, problems: [], steps: [{ sql: 'CREATE SCHEMA s', what: 'Makes the schema s', loses: [], obstacles: [] }] } as unknown as Migration;
const lost = new EngineError({ code: 'connection-lost', message: 'The worker ended.' });

beforeEach(() => {
  history.length = 0;
  migrate.mockRejectedValue(lost);
});

describe('a migration whose worker ends before it answers', () => {
  it('is told as done where it was committed, with the commits that one can go back to', async () => {
    commitsFound.mockResolvedValue({ told: 4, found: 5 });
    expect(await runMigration(owner, migration)).toMatchObject({ done: true, commits: { before: 4, after: 5 } });
    expect(history).toMatchObject([{ state: 'done', error: null, commits: { before: 4, after: 5 } }]);
  });

  it('says that nothing was changed where it was not', async () => {
    commitsFound.mockResolvedValue({ told: 4, found: 4 });
    await expect(runMigration(owner, migration)).rejects.toMatchObject({ code: 'connection-lost', hint: expect.stringContaining('Nothing was changed') as string });
    expect(history).toMatchObject([{ state: 'failed', error: 'The worker ended.' }]);
  });

  it('claims neither where it could not be looked up', async () => {
    commitsFound.mockResolvedValue(null);
    await expect(runMigration(owner, migration)).rejects.toBe(lost);
  });
});
