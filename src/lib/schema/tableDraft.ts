import type { TableDefinition } from '$workers/engine';

/** What a tab keeps of a form that was not saved. */
export interface TableDraft {
  from: TableDefinition | null;
  wanted: TableDefinition;
}

/** The draft in a tab's text; null when it holds none (a text of an older version, nothing). */
export function readDraft(text: string | null): TableDraft | null {
  if (!text?.startsWith('{')) return null;
  try {
    const draft = JSON.parse(text) as TableDraft;
    return Array.isArray(draft.wanted?.columns) && Array.isArray(draft.wanted.triggers) ? draft : null;
  } catch {
    // No draft of ours: the form begins anew.
    return null;
  }
}
