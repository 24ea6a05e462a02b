import { beforeEach, expect, it, vi } from 'vitest';
import { EngineError } from '$workers/engine';

const openNewProject = vi.fn<() => Promise<{ id: string }>>();
const told: unknown[] = [];
vi.mock('$lib/workspace/lifecycle', () => ({ openNewProject }));
vi.mock('$lib/workspace/showOpened', () => ({
  hereNow: () => () => true,
  show: () => Promise.resolve(),
  refuse: (_: string, e: unknown) => told.push(e)
}));
const { openDesign } = await import('$lib/workspace/openDesign');

beforeEach(() => void (told.length = 0));

it('a design says whether a database was made of it, for only then its draft may go', async () => {
  openNewProject.mockResolvedValue({ id: 'p' });
  expect(await openDesign('design', 'sqlite', 'CREATE TABLE t (a)')).toBe(true);
  const full = new EngineError({ code: 'quota', message: 'The disk is full.' } as never);
  openNewProject.mockRejectedValue(full);
  expect(await openDesign('design', 'sqlite', 'CREATE TABLE t (a)')).toBe(false);
  expect(told).toEqual([full]);
});
