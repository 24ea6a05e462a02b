import type { ProjectId } from '$lib/base/id';
import { fileHandleOf } from '$lib/persistence/fileHandles';

interface ReadableHandle extends FileSystemFileHandle {
  requestPermission(what: { mode: 'read' }): Promise<PermissionState>;
}

/**
 * The file that a project was opened from, as it is on disk now. The browser may ask whether it may be read.
 * @returns null where the browser does not know where it lies, may not read it, or finds it no more
 */
export async function fileOnDisk(projectId: ProjectId): Promise<File | null> {
  const handle = (await fileHandleOf(projectId)) as ReadableHandle | undefined;
  if (!handle) return null;
  try {
    return (await handle.requestPermission({ mode: 'read' })) === 'granted' ? await handle.getFile() : null;
  } catch (e) {
    if (e instanceof DOMException) return null;
    throw e;
  }
}
