import type { ArchiveChoice, ArchiveContents, ArchiveTable } from '../../wire/archive';
import type { TocEntry } from './archiveToc';

/** What choosing asks of an entry: that of an archive, or of a plain dump that was looked through. */
export type OutlineEntry = Pick<TocEntry, 'dumpId' | 'kind' | 'tag' | 'schema' | 'dependencies' | 'hasData'>;

interface Outline<E extends OutlineEntry> {
  /** In the order in which they are restored. */
  entries: readonly E[];
}

/** Relations that can be chosen; what else there is comes along. */
const relations = new Set(['TABLE', 'FOREIGN TABLE', 'VIEW', 'MATERIALIZED VIEW']);
/** Entries that are settings of the session or words about another one. */
const quiet = new Set(['', 'ENCODING', 'STDSTRINGS', 'SEARCHPATH', 'DATABASE', 'DATABASE PROPERTIES', 'ACL', 'DEFAULT ACL']);
const dataOf = new Set(['TABLE DATA', 'BLOBS', 'BLOB', 'BLOB METADATA', 'STATISTICS DATA', 'MATERIALIZED VIEW DATA']);

/** What can be chosen of an archive, in the order of its names. */
export function archiveContents(toc: Outline<OutlineEntry> & { database: string; serverVersion: string }): ArchiveContents {
  const withRows = new Set(toc.entries.filter((e) => e.kind === 'TABLE DATA' && e.hasData).map(nameOf));
  const needs = needsOf(toc.entries);
  const tables = toc.entries
    .filter((e) => relations.has(e.kind))
    .map((e): ArchiveTable => {
      const { dumpId: id, schema, tag: name, kind } = e;
      return { id, schema: schema ?? '', name, kind, hasRows: withRows.has(nameOf(e)), needs: needs.get(id) ?? [] };
    })
    .sort((a, b) => compare(a.schema, b.schema) || compare(a.name, b.name));
  const others = new Map<string, number>();
  for (const { kind } of toc.entries) {
    if (!relations.has(kind) && !quiet.has(kind) && !dataOf.has(kind)) others.set(kind, (others.get(kind) ?? 0) + 1);
  }
  return {
    database: toc.database,
    serverVersion: toc.serverVersion,
    tables,
    others: [...others].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count),
    largeObjects: toc.entries.some((e) => e.kind === 'BLOBS' && e.hasData)
  };
}

/** Which relations each relation stands on, itself or by what lies between (`chosenEntries` says the same of a choice). */
function needsOf(entries: readonly OutlineEntry[]): Map<number, number[]> {
  const standsOn = new Map<number, OutlineEntry[]>();
  for (const e of entries) {
    for (const id of e.dependencies) {
      const others = standsOn.get(id);
      if (others) others.push(e);
      else standsOn.set(id, [e]);
    }
  }
  const needs = new Map<number, number[]>();
  for (const { dumpId, kind } of entries) {
    if (!relations.has(kind)) continue;
    const seen = new Set([dumpId]);
    for (const id of seen) {
      for (const e of standsOn.get(id) ?? []) {
        if (seen.has(e.dumpId)) continue;
        seen.add(e.dumpId);
        if (relations.has(e.kind)) needs.set(e.dumpId, [...(needs.get(e.dumpId) ?? []), dumpId]);
      }
    }
  }
  return needs;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const nameOf = ({ schema, tag }: OutlineEntry): string => JSON.stringify([schema, tag]);

/** What of an archive is restored: without what was left out, and without what depends on it, however far. */
export function chosenEntries<E extends OutlineEntry>(toc: Outline<E>, choice: ArchiveChoice): E[] {
  const gone = new Set(choice.withoutTables);
  // Few rounds are needed: the table of contents stands in the order of dependency, mostly.
  for (let before = -1; before < gone.size; ) {
    before = gone.size;
    for (const e of toc.entries) if (e.dependencies.some((id) => gone.has(id))) gone.add(e.dumpId);
  }
  const empty = new Set(choice.withoutRows);
  return toc.entries.filter((e) => {
    if (gone.has(e.dumpId)) return false;
    if (e.kind === 'TABLE DATA') return !e.dependencies.some((id) => empty.has(id));
    return choice.largeObjects || !['BLOB', 'BLOBS', 'BLOB METADATA'].includes(e.kind);
  });
}
