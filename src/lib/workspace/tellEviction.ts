import { dialogs } from './dialogs.svelte';
import { notifications } from './notify.svelte';

/** Says that the browser has not promised to keep what is stored; home and "Privacy and storage" say it for as long as it is so. */
export function tellEviction(): void {
  notifications.show({
    title: 'Kept in this browser, which may clear it',
    text: 'It gave no promise to keep databases when the disk is full. Save copies of what you need.',
    action: { label: 'Privacy and storage', run: () => dialogs.show({ kind: 'privacy' }) }
  });
}
