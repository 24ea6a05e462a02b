import type { SchemaInfo } from '$workers/engine';
import { download } from '$lib/base/download';
import type { ConnectionId } from '$lib/base/id';
import { queryClient } from '$lib/queries/queryClient';
import { structureQuery } from '$lib/queries/structure';
import { diagramSvg, type DiagramColours } from './diagramSvg';
import { dbmlOf } from './dbmlText';
import { makingOrder, mermaidOf } from './diagramText';
import type { DiagramModel } from './diagramModel';
import type { Positions } from './layoutWorker';

export type DiagramFormat = 'svg' | 'png' | 'mermaid' | 'dbml' | 'sql';

/** A picture's longest side in px: beyond it canvases fail. */
const MOST_PX = 8192;

/** The page's colours as they are now; custom properties hold both themes, so an element must resolve them. */
function coloursOf(within: HTMLElement): DiagramColours {
  const probe = document.createElement('span');
  within.append(probe);
  const of = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = { paper: of('paper'), panel: of('panel'), raised: of('raised'), line: of('line'), edge: of('edge'), ink: of('ink'), muted: of('muted') };
  probe.remove();
  return colours;
}

async function png(svg: string, width: number, height: number): Promise<Blob> {
  const scale = Math.min(2, MOST_PX / Math.max(width, height));
  const url = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
    canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: 'image/png' });
  } finally {
    URL.revokeObjectURL(url);
  }
}

export interface DrawnDiagram {
  connectionId: ConnectionId;
  schema: SchemaInfo;
  model: DiagramModel;
  positions: Positions;
  /** An element within the theme of the picture. */
  within: HTMLElement;
}

/** Hands the drawn tables to the browser's downloads. Rejects when the engine or the canvas fails. */
export async function exportDiagram(drawn: DrawnDiagram, format: DiagramFormat): Promise<void> {
  const { schema, model, positions, connectionId } = drawn;
  const save = (text: string, type: string, ending: string): void => download(new Blob([text], { type }), `${schema.name}.${ending}`);
  if (format === 'mermaid') return save(mermaidOf(schema, model), 'text/plain', 'mmd');
  if (format === 'dbml') return save(dbmlOf(schema, model), 'text/plain', 'dbml');
  if (format === 'sql') {
    const parts: string[] = [];
    for (const info of makingOrder(schema, model)) {
      parts.push((await queryClient.fetchQuery(structureQuery(connectionId, { schema: info.schema, relation: info.relation }))).ddl);
    }
    return save(parts.join('\n'), 'application/sql', 'sql');
  }
  const { svg, width, height } = diagramSvg(model, positions, coloursOf(drawn.within));
  if (format === 'svg') return save(svg, 'image/svg+xml', 'svg');
  download(await png(svg, width, height), `${schema.name}.png`);
}
