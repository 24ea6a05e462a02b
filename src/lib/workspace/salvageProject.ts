import type { Progress, SalvagedTable, SalvageReport } from '$workers/engine';
import { BlobParts } from '$lib/base/blobParts';
import type { CallOptions } from '$lib/connections/calls';
import type { ProjectId } from '$lib/base/id';
import { formatCount, plural } from '$lib/base/format';
import { engineFor } from '$lib/connections/registry';
import { nameOfFile, type Project } from '$lib/projects/project';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { openNewProject } from './lifecycle';

/**
 * Makes a new project of what can be read of a damaged one, which stays as it is. What was lost goes into the restore
 * report of the new one. Rejects with EngineError.
 */
export async function salvageProject(projectId: ProjectId, onProgress: (progress: Progress) => void, options: CallOptions): Promise<Project> {
  const { name, engine, fileName } = projectStore.getProject(projectId)!;
  const parts = new BlobParts();
  const found = await engineFor(projectStore.getConnection(projectId)!.connectionId).salvage(async (chunk) => parts.add(chunk), onProgress, options);
  onProgress({ label: 'Making the new database', done: 0, total: null, unit: 'rows' });
  const file = parts.blob('application/sql');
  const project = await openNewProject({ name: `${name} recovered`, engine, fileName, bytes: file.size }, { kind: 'dump', file, packed: false });
  return tellLost(project, found);
}

/** Makes a new project of what can be read of a file that is too damaged to be opened. Rejects with EngineError. */
export async function salvageFile(fileName: string, file: Blob, packed: boolean): Promise<Project> {
  const wanted = { name: `${nameOfFile(fileName)} recovered`, engine: 'sqlite' as const, fileName, bytes: file.size };
  const project = await openNewProject(wanted, { kind: 'salvage', file, packed });
  return project.restore?.salvaged ? tellLost(project, project.restore.salvaged) : project;
}

function tellLost(project: Project, found: SalvageReport): Project {
  if (project.restore) projectStore.updateProject(project.id, { restore: { ...project.restore, salvaged: undefined, lost: lostInWords(found) } });
  return projectStore.getProject(project.id) ?? project;
}

/** What is missing, a sentence each; none where all was read. */
export function lostInWords({ tables, orphans, notes }: SalvageReport): string[] {
  const found = orphans ? [`${plural(orphans.rows, 'row')} on pages that belong to no table any more: in the table ${orphans.table}.`] : [];
  return [...tables.flatMap(lostOf), ...found, ...notes];
}

const SHOWN = 10;

function lostOf({ name, rows, lostPages, lostPageCount, lostRanges, lostRows }: SalvagedTable): string[] {
  if (lostPageCount === 0 && lostRows === 0) return [];
  const facts = [`${plural(rows, 'row')} read`];
  if (lostPageCount > 0) {
    const more = lostPageCount > SHOWN ? ', …' : '';
    facts.push(`${plural(lostPageCount, 'page')} could not be read (${lostPages.slice(0, SHOWN).join(', ')}${more})`);
  }
  if (lostRanges.length > 0) {
    const more = lostRanges.length > SHOWN ? ', …' : '';
    facts.push(`rows may be missing ${lostRanges.slice(0, SHOWN).map(rangeInWords).join(', ')}${more}`);
  }
  if (lostRows > 0) facts.push(`${formatCount(lostRows)} single ${lostRows === 1 ? 'row' : 'rows'} could not be read`);
  return [`${name}: ${facts.join('; ')}.`];
}

function rangeInWords({ from, to }: { from: string | null; to: string | null }): string {
  if (from === null && to === null) return 'anywhere in it';
  if (from === null) return `up to rowid ${to}`;
  return to === null ? `from rowid ${from} on` : from === to ? `with rowid ${from}` : `with rowids ${from} to ${to}`;
}
