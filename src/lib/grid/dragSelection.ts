import type { GridState } from './gridState.svelte';
import type { GridView } from './gridView.svelte';
import type { CellPlace } from './selection';

/**
 * Follows a pressed mouse over a grid: the selection reaches to where it is, and the grid scrolls while it is
 * held beyond an edge. Ends by itself on release.
 */
export function dragSelection(event: PointerEvent, element: HTMLElement, grid: GridState, view: GridView, extend: (place: CellPlace) => void): void {
  let x = event.clientX;
  let y = event.clientY;
  let frame = 0;
  const box = element.getBoundingClientRect();
  const follow = (): void => extend(view.placeAt(x - box.left, y - box.top));

  const scroll = (): void => {
    frame = 0;
    const down = Math.max(0, y - box.top - element.clientHeight) + Math.min(0, y - box.top - 40);
    const across = Math.max(0, x - box.left - element.clientWidth) + Math.min(0, x - box.left - view.numberWidth);
    if (down === 0 && across === 0) return;
    view.scrollTo(grid.top + down / 2, Math.max(0, grid.left + across / 2));
    follow();
    frame = requestAnimationFrame(scroll);
  };
  const move = (e: PointerEvent): void => {
    // Not before it moves: capturing takes the click and the double click from the cell.
    if (!element.hasPointerCapture(event.pointerId)) element.setPointerCapture(event.pointerId);
    x = e.clientX;
    y = e.clientY;
    follow();
    if (frame === 0) frame = requestAnimationFrame(scroll);
  };
  const end = new AbortController();
  const stop = (): void => {
    cancelAnimationFrame(frame);
    end.abort();
  };
  element.addEventListener('pointermove', move, { signal: end.signal });
  element.addEventListener('pointerup', stop, { signal: end.signal });
  element.addEventListener('pointercancel', stop, { signal: end.signal });
}
