import { beforeEach, expect, it, vi } from 'vitest';
import { ImportSession } from '$lib/importing/importSession.svelte';
import type { LiveTab } from '$lib/tabs/tab';
import { EngineError, type FileReport, type ImportFile, type ImportRequest, type ReadOptions } from '$workers/engine';
import { dialectOf } from '../../workers/dialect/dialectOf';

const recognised: ReadOptions = { format: 'csv', gzip: false, encoding: 'utf-8', delimiter: ',', header: true, nullTexts: [''], decimal: '.', dates: 'text', ragged: 'fault' };
const imported: ImportRequest[] = [];
let whileLooking: (name: string) => void = () => undefined;

vi.mock('$lib/connections/registry', () => ({
  commitsFound: async () => null,
  stoppable: () => ({ key: Symbol('call'), stop: () => undefined }),
  engineFor: () => ({
    inspectFile: async ({ name }: ImportFile, options: ReadOptions | null): Promise<FileReport> => {
      whileLooking(name);
      if (!options && name.startsWith('odd')) throw new EngineError({ code: 'refused', message: 'It is not known.' });
      const own = { ...recognised, delimiter: name.startsWith('semicolon') ? ';' : ',' };
      const column = { name: 'day', kind: 'text' as const, nulls: 0, fitsReal: true, wholes: true, slashDates: true };
      return { options: options ?? own, columns: [column], rows: [['01/02/2026']], count: 1, faults: [], faultCount: 0 };
    },
    importRows: async (request: ImportRequest) => (imported.push(request), {})
  })
}));
vi.mock('$lib/queries/invalidate', () => ({ invalidateCatalog: async () => undefined, invalidateRows: async () => undefined }));
vi.mock('$lib/projects/projectStore.svelte', () => ({ projectStore: { getConnection: () => undefined } }));

const file = (name: string): File => new File(['day\n01/02/2026\n'], name);
const session = (): ImportSession => new ImportSession({ connectionId: 'c', projectId: 'p', schema: 'main' } as LiveTab, dialectOf('sqlite'));

beforeEach(() => {
  imported.length = 0;
  whileLooking = () => undefined;
});

it('reads all files as was said of the first, but for what each of them is', async () => {
  const files = session();
  await files.choose([file('a.csv'), file('semicolon.csv'), file('odd.csv')]);
  await files.read({ dates: 'day-first' });
  await files.read({ nullTexts: ['-'] });
  await files.run(false);
  const said = { dates: 'day-first', nullTexts: ['-'] };
  expect(imported[0]!.files.map((f) => f.options)).toEqual([
    { ...recognised, ...said }, { ...recognised, ...said, delimiter: ';' }, { ...recognised, ...said }
  ]);
  await files.choose([file('b.csv'), file('c.csv')]);
  await files.run(false);
  expect(imported[1]!.files.map((f) => f.options)).toEqual([recognised, recognised]);
});

it('imports nothing when it is cancelled while further files are looked at', async () => {
  const files = session();
  await files.choose([file('a.csv'), file('b.csv')]);
  whileLooking = (name) => name === 'b.csv' && files.cancel();
  await files.run(false);
  expect(imported).toEqual([]);
  expect(files.state).toMatchObject({ kind: 'failed', message: 'Cancelled. No table was made.' });
});

it('says of a new table that every column is left out', async () => {
  const files = session();
  await files.choose([file('a.csv')]);
  expect(files.problem).toBeNull();
  files.aim(0, '');
  expect(files.problem).toBe('Every column is left out. Name one in the heads above.');
});
