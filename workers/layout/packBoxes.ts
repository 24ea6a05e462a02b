export interface Box {
  width: number;
  height: number;
}

export interface Packed extends Box {
  /** Left upper corners, in the order of the boxes. */
  at: { x: number; y: number }[];
}

/** Stands boxes in rows, in their order; the whole is about as wide as a window is. */
export function packBoxes(boxes: readonly Box[], gap: number): Packed {
  const area = boxes.reduce((sum, b) => sum + (b.width + gap) * (b.height + gap), 0);
  const most = Math.max(Math.sqrt(area) * 1.4, ...boxes.map((b) => b.width));
  const packed: Packed = { at: [], width: 0, height: 0 };
  let x = 0;
  let y = 0;
  let tallest = 0;
  for (const box of boxes) {
    if (x > 0 && x + box.width > most) {
      x = 0;
      y += tallest + gap;
      tallest = 0;
    }
    packed.at.push({ x, y });
    packed.width = Math.max(packed.width, x + box.width);
    x += box.width + gap;
    tallest = Math.max(tallest, box.height);
    packed.height = y + tallest;
  }
  return packed;
}
