import { matches } from '$lib/base/shortcutKeys';
import { commandsWithKeys } from './commands.svelte';

/** One listener for all shortcuts. It comes before the focused element, so that no editor swallows them. Returns its undo. */
export function startShortcuts(): () => void {
  const onKeydown = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    // Plain typing is never a shortcut.
    if (!event.ctrlKey && !event.metaKey && !event.altKey && !/^F\d+$/.test(event.key)) return;
    // Under a modal dialog nothing runs: what lies below it would run unseen.
    const isCovered = document.querySelector('dialog:modal') !== null;
    for (const command of commandsWithKeys()) {
      if (isCovered && !command.overDialogs) continue;
      if (!command.keys?.some((keys) => matches(event, keys))) continue;
      event.preventDefault();
      event.stopPropagation();
      void command.run();
      return;
    }
  };
  window.addEventListener('keydown', onKeydown, { capture: true });
  return () => window.removeEventListener('keydown', onKeydown, { capture: true });
}
