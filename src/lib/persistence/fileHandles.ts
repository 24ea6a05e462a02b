import { database } from './database';

/** Keeps what reaches the file on disk that a project was opened from. */
export async function keepFileHandle(projectId: string, handle: FileSystemFileHandle): Promise<void> {
  await database.fileHandles.put({ projectId, handle });
}

/** Undefined where the browser gave none, or the file was never given by itself. */
export async function fileHandleOf(projectId: string): Promise<FileSystemFileHandle | undefined> {
  return (await database.fileHandles.get(projectId))?.handle;
}

export async function dropFileHandle(projectId: string): Promise<void> {
  await database.fileHandles.delete(projectId);
}
