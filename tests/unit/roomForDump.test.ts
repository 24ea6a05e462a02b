import { expect, it } from 'vitest';
import { RoomForDump } from '../../workers/restore/roomForDump';

const full = { code: 'storage-full', message: 'full' };

it('tells how much room a dump lacks by what it has taken so far', async () => {
  let stored = 5_000_000;
  const room = new RoomForDump(100_000_000, () => stored);
  const told: number[] = [];
  const tell = room.watching(({ done }) => told.push(done));
  const step = async (done: number, now: number): Promise<void> => {
    stored = now;
    tell({ label: '', done, total: 100_000_000, unit: 'bytes' });
    await Promise.resolve();
  };
  await step(0, 5_000_000);
  await step(20_000_000, 45_000_000);
  // What was taken back by then does not count as little.
  await step(25_000_000, 5_000_000);
  expect(told).toEqual([0, 20_000_000, 25_000_000]);
  expect(room.error(full)).toMatchObject({ code: 'storage-full', message: expect.stringContaining('About 160.0 MB more are needed.') as string });
});

it('says what is known where nothing was taken, and leaves other errors alone', () => {
  const room = new RoomForDump(3_000_000, () => 0);
  expect(room.error(full)).toMatchObject({ message: expect.stringContaining('It takes at least about its own 3.0 MB.') as string });
  const other = { code: 'refused', message: 'x' };
  expect(room.error(other)).toBe(other);
});
