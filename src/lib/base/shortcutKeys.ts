/** True on a Mac, where the main modifier is ⌘. */
export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

/**
 * A shortcut as written: modifiers and a key joined by `+`. `Mod` is ⌘ on a Mac and Ctrl elsewhere; `Opt1` is
 * Ctrl on a Mac (where Option types characters) and Alt elsewhere.
 */
export type Shortcut = string;

interface Press {
  ctrl: boolean;
  meta: boolean;
  alt: boolean;
  shift: boolean;
  key: string;
}

function parse(shortcut: Shortcut): Press {
  const parts = shortcut.split('+');
  const key = parts.pop()!;
  const has = (name: string): boolean => parts.includes(name);
  return {
    ctrl: has('Ctrl') || (has('Mod') && !isMac) || (has('Opt1') && isMac),
    meta: has('Meta') || (has('Mod') && isMac),
    alt: has('Alt') || (has('Opt1') && !isMac),
    shift: has('Shift'),
    key
  };
}

/** True when the key event is this shortcut. Letters match by key, on other layouts by place on the keyboard. */
export function matches(event: KeyboardEvent, shortcut: Shortcut): boolean {
  if (event.isComposing) return false;
  const want = parse(shortcut);
  if (event.ctrlKey !== want.ctrl || event.metaKey !== want.meta || event.altKey !== want.alt) return false;
  if (event.shiftKey !== want.shift) return false;
  if (event.key.toLowerCase() === want.key.toLowerCase()) return true;
  const latin = /^[\x20-\x7e]$/.test(event.key);
  return !latin && want.key.length === 1 && event.code === `Key${want.key.toUpperCase()}`;
}

const PRINTED: Record<string, string> = { Enter: '↵', Backspace: '⌫', Delete: 'Del', Escape: 'Esc', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→' };

/** A shortcut in print: "Ctrl ⇧ P", on a Mac "⌘⇧P". */
export function printShortcut(shortcut: Shortcut): string {
  const { ctrl, meta, alt, shift, key } = parse(shortcut);
  const name = PRINTED[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  if (isMac) return `${ctrl ? '⌃' : ''}${alt ? '⌥' : ''}${shift ? '⇧' : ''}${meta ? '⌘' : ''}${name}`;
  return [ctrl && 'Ctrl', meta && 'Meta', alt && 'Alt', shift && '⇧', name].filter(Boolean).join(' ');
}

/** A shortcut for `aria-keyshortcuts`. */
export function ariaShortcut(shortcut: Shortcut): string {
  const { ctrl, meta, alt, shift, key } = parse(shortcut);
  return [ctrl && 'Control', meta && 'Meta', alt && 'Alt', shift && 'Shift', key].filter(Boolean).join('+');
}
