/** Keys of a diagram's tab, as they are written for shortcuts and printed. */
export const diagramKeys = { find: 'Mod+f' } as const;
