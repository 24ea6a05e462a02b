import { endingOf, pictureType } from './pictureType';

/**
 * Starts the download of a value.
 * @param name of the file; what file names do not take is replaced
 * @param ending without a dot; told from the bytes where it is left out
 */
export function saveCell(bytes: Uint8Array, name: string, ending?: string): void {
  const picture = pictureType(bytes);
  const url = URL.createObjectURL(new Blob([new Uint8Array(bytes)]));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-') || 'value'}.${ending ?? (picture ? endingOf(picture) : 'bin')}`;
  link.click();
  // The download has taken its own hold by the next task.
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}
