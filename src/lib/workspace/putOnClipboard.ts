import { messageOf } from '$workers/engine';
import type { Owner } from './navigate';
import { notifications } from './notify.svelte';

/** Puts a text on the clipboard, and says whether it is there. */
export async function putOnClipboard(owner: Owner, what: string, text: () => Promise<string>): Promise<void> {
  try {
    await navigator.clipboard.writeText(await text());
    notifications.show({ title: `${what} is on the clipboard.`, text: '', projectId: owner.projectId });
  } catch (e) {
    notifications.show({ kind: 'error', title: `${what} was not copied.`, text: messageOf(e), projectId: owner.projectId });
  }
}
