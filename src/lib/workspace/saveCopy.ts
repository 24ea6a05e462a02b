import type { Progress } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';
import { projectStore } from '$lib/projects/projectStore.svelte';
import { notifications } from './notify.svelte';

/** Parts that are gathered before they become one Blob, which the browser may keep on disk. */
const GATHER_BYTES = 64 * 1024 * 1024;

/** Downloads a copy of a connected project's database: the SQLite file, or a plain dump for Postgres. */
export async function saveCopy(projectId: ProjectId, onProgress: (progress: Progress) => void = () => undefined): Promise<void> {
  const project = projectStore.getProject(projectId)!;
  const state = projectStore.getConnection(projectId)!;
  let parts: BlobPart[] = [];
  let held = 0;
  await engineFor(state.connectionId).saveCopy(async (chunk) => {
    parts.push(chunk as Uint8Array<ArrayBuffer>);
    held += chunk.byteLength;
    if (held >= GATHER_BYTES) {
      parts = [new Blob(parts)];
      held = 0;
    }
  }, onProgress);
  const sqlite = project.engine === 'sqlite';
  const type = sqlite ? 'application/vnd.sqlite3' : 'application/sql';
  download(new Blob(parts, { type }), `${project.name}.${sqlite ? 'sqlite' : 'sql'}`);
}

/** Hands a file to the browser's downloads. */
export function download(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  // The download has its own hold on the bytes by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Saves a copy and says how it went: the download is announced, a failure is told with what to do. */
export async function saveCopyOf(projectId: ProjectId): Promise<void> {
  const name = projectStore.getProject(projectId)?.name ?? 'this database';
  try {
    await saveCopy(projectId);
    notifications.show({ title: `A copy of ${name} is in your downloads`, projectId });
  } catch (e) {
    notifications.show({
      kind: 'error',
      title: `No copy of ${name} was saved`,
      text: e instanceof Error ? e.message : String(e),
      projectId
    });
  }
}
