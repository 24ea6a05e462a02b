import type { ProjectId } from '$lib/base/id';
import { readSetting, writeSetting } from '$lib/persistence/settings';
import type { ColumnsShown } from './diagramModel';
import type { Positions } from './layoutWorker';

/** What somebody arranged in the diagram of a schema; kept by project. */
export interface KeptDiagram {
  /** Tables that were dragged, and where to. */
  dragged: Positions;
  collapsed: string[];
  /** Tables that are not drawn. */
  hidden: string[];
  shown: ColumnsShown;
  /** Partitions are drawn within what they divide. */
  fold: boolean;
  viewport: { x: number; y: number; zoom: number } | null;
}

/** Begins what is kept of a project's diagrams; it goes with the project. */
const keyOf = (projectId: ProjectId, schema: string): string => `diagram:${projectId}:${schema}`;

export async function readDiagram(projectId: ProjectId, schema: string): Promise<KeptDiagram> {
  const kept = await readSetting<KeptDiagram>(keyOf(projectId, schema));
  return {
    dragged: kept?.dragged ?? {},
    collapsed: kept?.collapsed ?? [],
    hidden: kept?.hidden ?? [],
    shown: kept?.shown ?? 'some',
    fold: kept?.fold ?? false,
    viewport: kept?.viewport ?? null
  };
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Writes soon: a drag tells of itself often. */
export function keepDiagram(projectId: ProjectId, schema: string, kept: KeptDiagram): void {
  clearTimeout(timer);
  timer = setTimeout(() => {
    writeSetting(keyOf(projectId, schema), kept).catch((e: unknown) => console.warn('The arrangement of the diagram was not kept.', e));
  }, 250);
}
