import { tick } from 'svelte';

/**
 * Gives the focus to what stands in the place of something that was taken out of a list, so that it is not lost with it.
 * @param list what holds the list @param selector its parts, or their buttons @param at the place of what went
 * @param otherwise takes it when the list is empty now
 */
export async function focusInPlace(list: ParentNode, selector: string, at: number, otherwise: string): Promise<void> {
  await tick();
  const left = list.querySelectorAll<HTMLElement>(selector);
  (left[Math.min(at, left.length - 1)] ?? list.querySelector<HTMLElement>(otherwise))?.focus();
}

/** Gives the focus to the first field of the last part of a list: one that was just added. */
export async function focusLast(list: ParentNode, selector: string): Promise<void> {
  await tick();
  [...list.querySelectorAll<HTMLElement>(selector)].at(-1)?.querySelector<HTMLElement>('input, textarea')?.focus();
}
