const decoder = new TextDecoder();

export interface TarEntry {
  /** Without a leading slash or dot. */
  name: string;
  folder: boolean;
  /** A view of the archive. */
  data: Uint8Array;
}

/** The entries of a tar archive (POSIX ustar, which is what PGlite's are). */
export function* untar(tar: Uint8Array): Generator<TarEntry> {
  const text = (at: number, length: number): string => decoder.decode(tar.subarray(at, at + length)).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = parseInt(text(at + 124, 12).trim() || '0', 8);
    const type = String.fromCharCode(tar[at + 156]!);
    const prefix = text(at + 345, 155);
    const path = (prefix ? `${prefix}/` : '') + text(at, 100);
    const name = path.replace(/^\.?\//, '').replace(/\/$/, '');
    const folder = type === '5';
    if (name !== '' && (folder || type === '0' || type === '\0')) {
      yield { name, folder, data: tar.subarray(at + 512, at + 512 + size) };
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
