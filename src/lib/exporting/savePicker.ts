import type { FileTarget } from '$lib/workspace/fileTarget';
import { unlessLeft } from '$lib/workspace/unlessLeft';

/** Asks for a file to write to, under a name that is suggested; null when the picker was left. */
export type SavePicker = (suggestedName: string) => Promise<FileTarget | null>;

/** The browser's picker of a file to write to; null where it has none. */
export function savePicker(): SavePicker | null {
  const pick = (globalThis as { showSaveFilePicker?: (options: object) => Promise<FileTarget> }).showSaveFilePicker?.bind(globalThis);
  if (!pick) return null;
  return (suggestedName) => unlessLeft(pick({ suggestedName }));
}
