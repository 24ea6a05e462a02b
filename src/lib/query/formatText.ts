import { messageOf, type EngineKind } from '$workers/engine';
import type { SqlDocument } from '$lib/editor/sqlDocument';

/** Lays out the selection, or the whole text. Gives what could not be done, in words; null when all went well. */
export async function formatText(document: SqlDocument, engine: EngineKind): Promise<string | null> {
  const { from, to, empty } = document.selection;
  const range = empty ? { from: 0, to: document.length } : { from, to };
  const text = document.slice(range.from, range.to);
  if (text.trim() === '') return null;
  const { formatSql } = await import('$lib/editor/sqlFormat');
  try {
    const formatted = await formatSql(text, engine);
    // Typed meanwhile: then the layout is of another text.
    if (document.slice(range.from, range.to) === text && formatted !== text) {
      document.replace(range.from, range.to, formatted, empty ? undefined : { anchor: range.from, head: range.from + formatted.length });
    }
    return null;
  } catch (e) {
    return `The text could not be formatted and stays as it is. ${messageOf(e)}`;
  }
}
