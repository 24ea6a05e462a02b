/** The eight house colours; each is `--house-<name>` and `--house-<name>-text` in app.css. */
export const HOUSE_COLOURS = ['teal', 'ochre', 'indigo', 'plum', 'moss', 'sky', 'brick', 'slate'] as const;
export type HouseColour = (typeof HOUSE_COLOURS)[number];

/** The colour that the fewest projects have, the earlier one on a tie. */
export function nextColour(taken: readonly string[]): HouseColour {
  let best: HouseColour = HOUSE_COLOURS[0];
  let fewest = Infinity;
  for (const colour of HOUSE_COLOURS) {
    const n = taken.filter((t) => t === colour).length;
    if (n < fewest) {
      best = colour;
      fewest = n;
    }
  }
  return best;
}
