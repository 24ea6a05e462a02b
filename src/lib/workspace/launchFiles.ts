import { noteTaken } from './takenFiles';

/** Not in TypeScript's DOM types: https://developer.mozilla.org/docs/Web/API/LaunchQueue */
interface LaunchQueue {
  setConsumer(consumer: (params: { readonly files?: readonly FileSystemFileHandle[] }) => void): void;
}

/**
 * Takes the files with which the system starts the installed app (a double click on a .sqlite or .sql).
 * @param openFiles called with all files of one launch; what it does is its own affair
 * @param onError called with what a file that could not be read answered, and its name
 */
export function takeLaunchedFiles(
  openFiles: (files: File[]) => void,
  onError: (name: string, error: unknown) => void
): void {
  const { launchQueue } = window as { launchQueue?: LaunchQueue };
  launchQueue?.setConsumer(async ({ files = [] }) => {
    const read = await Promise.all(
      files.map(async (handle) => {
        try {
          const file = await handle.getFile();
          noteTaken(file, Promise.resolve(handle));
          return file;
        } catch (error) {
          onError(handle.name, error);
          return undefined;
        }
      })
    );
    const there = read.filter((file) => file !== undefined);
    if (there.length > 0) openFiles(there);
  });
}
