import 'fake-indexeddb/auto';
import { afterEach, expect, it } from 'vitest';
import { database } from '$lib/persistence/database';
import { keepDialogDraft, readDialogDraft } from '$lib/persistence/dialogDrafts';

afterEach(() => database.settings.clear());

it('keeps what was typed into a dialog until it is applied, each by its project', async () => {
  keepDialogDraft('a', 'new:view', { name: 'seen', text: 'select 1' });
  keepDialogDraft('b', 'new:view', { name: 'other', text: '' });
  expect(await readDialogDraft('a', 'new:view')).toEqual({ name: 'seen', text: 'select 1' });
  expect(await readDialogDraft('a', 'new:index')).toBeUndefined();
  keepDialogDraft('a', 'new:view', null);
  expect(await readDialogDraft('a', 'new:view')).toBeUndefined();
  expect(await readDialogDraft('b', 'new:view')).toMatchObject({ name: 'other' });
});

it('goes with its project', async () => {
  keepDialogDraft('a', 'new:view', 'mine');
  keepDialogDraft('ab', 'new:view', 'theirs');
  await readDialogDraft('a', 'new:view');
  await database.removeProject('a');
  expect(await readDialogDraft('a', 'new:view')).toBeUndefined();
  expect(await readDialogDraft('ab', 'new:view')).toBe('theirs');
});
