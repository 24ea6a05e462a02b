import type { SaveState } from '../wire/opening';

/** Steps of a copy are told no more often than this, in ms. */
const TELL_MS = 100;

/** Tells the steps of a copy now and then, its end always. */
export function seldom(onSave: (save: SaveState) => void): (save: SaveState) => void {
  let told = -Infinity;
  return (save) => {
    const now = performance.now();
    if (!save.saved && !save.error && now - told < TELL_MS) return;
    told = now;
    onSave(save);
  };
}
