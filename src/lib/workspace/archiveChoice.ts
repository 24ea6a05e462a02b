import type { ArchiveChoice, ArchiveContents } from '$workers/engine';
import { dialogs } from './dialogs.svelte';

let before: Promise<unknown> = Promise.resolve();

/** Asks what of an archive is to be restored; null: nothing. Of several archives one is asked about after the other. */
export function chooseOfArchive(contents: ArchiveContents): Promise<ArchiveChoice | null> {
  const asked = before.then(() => dialogs.chooseOfArchive(contents));
  before = asked;
  return asked;
}
