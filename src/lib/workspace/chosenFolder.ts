import { openFolder } from './openFiles';

/** Asks for a file, or for a folder, whose files are given with their paths in it; none where nothing is chosen. */
export function askFiles(kind: 'file' | 'folder'): Promise<File[]> {
  const input = Object.assign(document.createElement('input'), { type: 'file', webkitdirectory: kind === 'folder' });
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve([]));
    input.click();
  });
}

/** Asks for a folder and opens what lies in it. */
export async function openChosenFolder(): Promise<void> {
  const files = await askFiles('folder');
  if (files.length > 0) await openFolder(files);
}
