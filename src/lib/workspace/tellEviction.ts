import { dialogs } from './dialogs.svelte';
import { notifications } from './notify.svelte';

/** Says that the browser has not promised to keep what is stored; home and "Privacy and storage" say it for as long as it is so. */
export function tellEviction(): void {
  notifications.show({
    title: 'The browser may clear this',
    text: 'It gave no promise to keep it when the disk is full. Save copies of what you need.',
    action: { label: 'Details', run: () => dialogs.show({ kind: 'privacy' }) }
  });
}
