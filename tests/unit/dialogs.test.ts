import { beforeEach, expect, it, vi } from 'vitest';
import { dialogs } from '$lib/workspace/dialogs.svelte';
import type { ArchiveContents } from '$workers/engine';

const contents = {} as ArchiveContents;

beforeEach(() => void vi.useFakeTimers());

it('asks what to restore when no other dialog is open, and lets none take its place', async () => {
  const name = dialogs.askName({ title: 'New view', label: 'Name', value: '', confirmLabel: 'Create' });
  const choice = dialogs.chooseOfArchive(contents);
  expect(dialogs.open?.kind).toBe('name');
  dialogs.close();
  expect(await name).toBeNull();
  vi.runAllTimers();
  expect(dialogs.open?.kind).toBe('restore');

  dialogs.show({ kind: 'commands' });
  dialogs.show({ kind: 'projects' });
  expect(dialogs.open?.kind).toBe('restore');
  // What asks by itself comes first; then it is asked again.
  dialogs.show({ kind: 'privacy' });
  expect(dialogs.open?.kind).toBe('privacy');
  dialogs.show({ kind: 'design' });
  dialogs.close();
  vi.runAllTimers();
  expect(dialogs.open?.kind).toBe('restore');

  dialogs.close();
  expect(await choice).toBeNull();
  vi.runAllTimers();
  expect(dialogs.open).toBeNull();
});

it('leaves the place to what is asked right after an answer', async () => {
  const yes = dialogs.confirm({ title: 'Sure', text: '', confirmLabel: 'Yes', cancelLabel: 'No', danger: false });
  const choice = dialogs.chooseOfArchive(contents);
  if (dialogs.open?.kind === 'confirm') dialogs.open.answer(true);
  expect(await yes).toBe(true);
  dialogs.show({ kind: 'privacy' });
  vi.runAllTimers();
  expect(dialogs.open?.kind).toBe('privacy');
  dialogs.close();
  vi.runAllTimers();
  if (dialogs.open?.kind === 'restore') dialogs.open.answer(null);
  expect(await choice).toBeNull();
});
