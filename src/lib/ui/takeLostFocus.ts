/**
 * Gives an element that has come into view the focus where nobody has it: who opened it by the palette, or dropped a file,
 * has left it nowhere. A view that wants it for a part of its own takes it in the first frame. Returns its undo.
 */
export function takeLostFocus(element: Element): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(() => {
      if (document.activeElement === document.body && navigator.userActivation?.hasBeenActive) (element as HTMLElement).focus({ preventScroll: true });
    });
  });
  return () => cancelAnimationFrame(frame);
}
