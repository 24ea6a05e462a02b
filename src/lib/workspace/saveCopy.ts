import type { OpenSource, Progress } from '$workers/engine';
import type { CallOptions } from '$lib/connections/calls';
import { BlobParts } from '$lib/base/blobParts';
import { download } from '$lib/base/download';
import type { ProjectId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { openNewProject } from './lifecycle';
import { notifications } from './notify.svelte';
import { toldCall } from './toldCall';

/** A connected project's database as of now: the SQLite file, or a plain dump for Postgres. */
export async function copyOfDatabase(
  projectId: ProjectId,
  onProgress: (progress: Progress) => void,
  options?: CallOptions
): Promise<Blob> {
  const project = projectStore.getProject(projectId)!;
  const state = projectStore.getConnection(projectId)!;
  const parts = new BlobParts();
  await engineFor(state.connectionId).saveCopy(async (chunk) => parts.add(chunk), onProgress, options);
  return parts.blob(project.engine === 'sqlite' ? 'application/vnd.sqlite3' : 'application/sql');
}

/**
 * Does something long with a copy of a project's database; its progress is shown, with a Cancel, and its end or
 * failure is told.
 */
async function withCopy(
  projectId: ProjectId,
  words: CopyWords,
  use: (copy: Blob) => Promise<void> | void,
  read = copyOfDatabase
): Promise<void> {
  const { connectionId } = projectStore.getConnection(projectId)!;
  const isDone = await toldCall({ connectionId, projectId }, words, async ({ tell, options }) => {
    await use(await read(projectId, tell, options));
    return true;
  });
  if (isDone) notifications.show({ title: words.done, projectId });
}

interface CopyWords {
  doing: string;
  done: string;
  failed: string;
}

/** Downloads a copy. */
export async function saveCopyOf(projectId: ProjectId): Promise<void> {
  const project = projectStore.getProject(projectId);
  if (!project) return;
  const { name, engine } = project;
  const words = {
    doing: `Saving a copy of ${name}`,
    done: `A copy of ${name} is in your downloads`,
    failed: `No copy of ${name} was saved`
  };
  await withCopy(projectId, words, (copy) => download(copy, `${name}.${engine === 'sqlite' ? 'sqlite' : 'sql'}`));
}

async function scriptOfDatabase(projectId: ProjectId, onProgress: (progress: Progress) => void, options?: CallOptions): Promise<Blob> {
  const parts = new BlobParts();
  await engineFor(projectStore.getConnection(projectId)!.connectionId).saveScript(async (chunk) => parts.add(chunk), onProgress, options);
  return parts.blob('application/sql');
}

/** Downloads the database as SQL of its own dialect. */
export async function saveScriptOf(projectId: ProjectId): Promise<void> {
  const name = projectStore.getProject(projectId)?.name;
  if (name === undefined) return;
  const words = { doing: `Writing ${name} as SQL`, done: `${name} is in your downloads as ${name}.sql`, failed: `${name} was not written as SQL` };
  await withCopy(projectId, words, (script) => download(script, `${name}.sql`), scriptOfDatabase);
}

/** Makes a second project with the same database, connected beside the first. */
export async function duplicateProject(projectId: ProjectId): Promise<void> {
  const project = projectStore.getProject(projectId);
  if (!project) return;
  const { name, engine, fileName } = project;
  const words = { doing: `Duplicating ${name}`, done: `${name} was duplicated`, failed: `${name} was not duplicated` };
  await withCopy(projectId, words, async (file) => {
    const source: OpenSource = { kind: engine === 'sqlite' ? 'file' : 'dump', file, packed: false };
    await openNewProject({ name: `${name} copy`, engine, fileName, bytes: file.size }, source);
  });
}
