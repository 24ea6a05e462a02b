import { columnY, HEAD_HEIGHT, restWords, ROW_HEIGHT, type DiagramModel, type DiagramTable } from './diagramModel';
import type { Positions } from './layoutWorker';

/** Colours of a picture: those of the page, resolved. */
export interface DiagramColours {
  paper: string;
  panel: string;
  raised: string;
  line: string;
  edge: string;
  ink: string;
  muted: string;
}

const MARGIN = 24;
const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
/** What fits beside the type, roughly. */
const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, Math.max(1, most - 1))}…` : text);

function tableSvg(t: DiagramTable, x: number, y: number, c: DiagramColours): string {
  const room = Math.floor((t.width - 40) / 6.7);
  const rows = t.columns.map((column, i) => {
    const middle = y + HEAD_HEIGHT + 3 + i * ROW_HEIGHT + ROW_HEIGHT / 2;
    const mark = column.key ? '•' : column.foreign ? '↳' : '';
    const type = cut(column.type, 18);
    const name = cut(column.name, Math.max(6, room - type.length));
    return (
      `<text x="${x + 8}" y="${middle}" fill="${c.muted}">${mark}</text>` +
      `<text x="${x + 24}" y="${middle}" fill="${c.ink}">${xml(name)}</text>` +
      `<text x="${x + t.width - 8}" y="${middle}" fill="${c.muted}" text-anchor="end">${xml(type)}</text>`
    );
  });
  const rest = restWords(t);
  const more = rest ? `<text x="${x + 24}" y="${y + HEAD_HEIGHT + 3 + t.columns.length * ROW_HEIGHT + ROW_HEIGHT / 2}" fill="${c.muted}">${rest}</text>` : '';
  return (
    `<g><title>${xml(t.id)}</title><rect x="${x}" y="${y}" width="${t.width}" height="${t.height}" rx="4" fill="${c.raised}" stroke="${c.edge}"/>` +
    `<rect x="${x + 0.5}" y="${y + 0.5}" width="${t.width - 1}" height="${HEAD_HEIGHT}" rx="3.5" fill="${c.panel}"/>` +
    `<text class="head" x="${x + 10}" y="${y + HEAD_HEIGHT / 2}" fill="${c.ink}">${xml(t.id)}</text>${rows.join('')}${more}</g>`
  );
}

/** The picture of a diagram with its text as text, and its size in px. */
export function diagramSvg(model: DiagramModel, positions: Positions, colours: DiagramColours): { svg: string; width: number; height: number } {
  const placed = model.tables.map((t) => ({ t, ...(positions[t.id] ?? { x: 0, y: 0 }) }));
  const left = Math.min(...placed.map((p) => p.x)) - MARGIN;
  const top = Math.min(...placed.map((p) => p.y)) - MARGIN;
  const width = Math.ceil(Math.max(...placed.map((p) => p.x + p.t.width)) - left + MARGIN);
  const height = Math.ceil(Math.max(...placed.map((p) => p.y + p.t.height)) - top + MARGIN);
  const at = new Map(placed.map((p) => [p.t.id, p]));
  const edges = model.edges.map((e) => {
    const child = at.get(e.child)!;
    const parent = at.get(e.parent)!;
    const self = e.child === e.parent;
    const childRight = self || child.x + child.t.width / 2 < parent.x + parent.t.width / 2;
    const parentRight = self || !childRight;
    const x1 = child.x + (childRight ? child.t.width : 0);
    const y1 = child.y + columnY(child.t, e.childColumn);
    const x2 = parent.x + (parentRight ? parent.t.width : 0);
    const y2 = parent.y + columnY(parent.t, e.parentColumn);
    const out = childRight ? 1 : -1;
    const back = parentRight ? 1 : -1;
    const bend = Math.max(30, Math.abs(x2 - x1) / 2);
    const foot = e.many ? `M0 -4L9 0L0 4M0 0L9 0` : `M5 -4L5 4`;
    const bar = e.optional ? '' : `<path d="M9 -4L9 4"/>`;
    const ring = e.optional ? `<circle cx="11" cy="0" r="3" fill="${colours.paper}"/>` : '';
    return (
      `<path d="M${x1} ${y1}C${x1 + out * bend} ${y1} ${x2 + back * bend} ${y2} ${x2} ${y2}"/>` +
      `<g transform="translate(${x1} ${y1}) scale(${out} 1)"><path d="${foot}"/><circle cx="${e.many ? 12.5 : 11}" cy="0" r="3" fill="${colours.paper}"/></g>` +
      `<g transform="translate(${x2} ${y2}) scale(${back} 1)"><path d="M5 -4L5 4"/>${bar}${ring}</g>`
    );
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="${left} ${top} ${width} ${height}">` +
    `<style>text{font:11px ui-monospace,monospace;dominant-baseline:central}.head{font:600 13px system-ui,sans-serif}</style>` +
    `<rect x="${left}" y="${top}" width="${width}" height="${height}" fill="${colours.paper}"/>` +
    `<g fill="none" stroke="${colours.muted}" stroke-width="1.25">${edges.join('')}</g>` +
    placed.map((p) => tableSvg(p.t, p.x, p.y, colours)).join('') +
    `</svg>\n`;
  return { svg, width, height };
}
