import { dialectOf } from '$workers/dialect/dialectOf';
import type { EngineKind } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import type { SqlDocument } from '$lib/editor/sqlDocument';
import { projectStore } from '$lib/projects/projectStore.svelte';

interface DdlOptions {
  projectId: ProjectId;
  engine: EngineKind;
  text: string;
  /** Accessible name. */
  label: string;
  /** What Ctrl Enter does. */
  run: () => void;
  onText: (text: string) => void;
}

/** The SQL of one object as a field of a dialog, which completes from the catalog of its connection. CodeMirror is fetched with the first. */
export async function ddlDocument({ projectId, engine, text, label, run, onText }: DdlOptions): Promise<SqlDocument> {
  const { SqlDocument } = await import('$lib/editor/sqlDocument');
  return new SqlDocument({
    text,
    dialect: dialectOf(engine),
    catalog: () => projectStore.getConnection(projectId)?.catalog ?? null,
    actions: { run, runAll: run, format: () => undefined, explain: () => undefined },
    isField: true,
    label,
    onText: (document) => onText(document.text),
    onCursor: () => undefined
  });
}
