import type { Completion } from '@codemirror/autocomplete';

/** Paths of a 24 px drawing for each kind of option, in the manner of lucide (ISC licence). */
const paths: Record<string, string> = {
  table: 'M3 5h18v14H3zM3 10h18M9 10v9',
  view: 'M2 12s3.5-6 10-6 10 6 10 6-3.5 6-10 6S2 12 2 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6',
  column: 'M4 4h16v16H4zM10 4v16M15 4v16',
  key: 'M14 10l7-7M17 6l3 3M9 9a5 5 0 1 1 0 10A5 5 0 0 1 9 9z',
  link: 'M5 4v7a4 4 0 0 0 4 4h11M16 11l4 4-4 4',
  join: 'M9 6a6 6 0 1 1 0 12A6 6 0 0 1 9 6zM15 6a6 6 0 1 1 0 12 6 6 0 0 1 0-12',
  alias: 'M5 8h14M5 16h14M9 4L7 20M17 4l-2 16',
  schema: 'M4 6h6l2 2h8v11H4z',
  function: 'M6 20c3 0 4-2 4-5V9c0-3 1-5 4-5M6 12h8M15 13l5 6M20 13l-5 6',
  type: 'M5 6V4h14v2M12 4v16M9 20h6',
  keyword: 'M5 12h14M5 7h14M5 17h8'
};

/** The drawing at the left of an option. */
export function completionIcon(completion: Completion): Node | null {
  const path = paths[completion.type ?? ''];
  if (!path) return null;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const attributes = { class: 'cm-completionIcon', viewBox: '0 0 24 24', fill: 'none', stroke: 'currentColor', 'stroke-width': '1.75', 'aria-hidden': 'true' };
  for (const [name, value] of Object.entries(attributes)) svg.setAttribute(name, value);
  const drawing = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  drawing.setAttribute('d', path);
  svg.append(drawing);
  return svg;
}
