import type { Component } from 'svelte';

/** What one line of a menu does. */
export interface MenuItem {
  label: string;
  run: () => void;
  icon?: Component<{ size?: number; strokeWidth?: number }>;
  /** House colour whose dot stands before the label. */
  house?: string;
  /** A shortcut in print. */
  keys?: string;
  /** Second text on the right, where there is no shortcut. */
  note?: string;
  /** Set apart in red; belongs last. */
  danger?: boolean;
  disabled?: boolean;
  /** Shows a check mark and says so: one of several that may be on. */
  checked?: boolean;
}

/** A list of lines; `null` is a rule between groups. */
export type MenuItems = readonly (MenuItem | null)[];

/** Where a menu opens: at a point of the window (context menu), or below an element. */
export type MenuAnchor = { x: number; y: number } | HTMLElement;

/**
 * Where a box goes so that it stays in the window: below its anchor, above where there is no room,
 * and never closer than 8 px to an edge. All in px of the window.
 */
export function placeMenu(
  anchor: { left: number; right: number; top: number; bottom: number },
  menu: { width: number; height: number },
  room: { width: number; height: number },
  alignEnd: boolean
): { left: number; top: number } {
  const margin = 8;
  const wanted = alignEnd ? anchor.right - menu.width : anchor.left;
  const left = Math.max(margin, Math.min(wanted, room.width - menu.width - margin));
  const below = anchor.bottom + menu.height + margin <= room.height;
  const top = below ? anchor.bottom : anchor.top - menu.height;
  return { left, top: Math.max(margin, Math.min(top, room.height - menu.height - margin)) };
}
