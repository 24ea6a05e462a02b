/**
 * Files of ../shared/data, which lies beside the repository on some machines; empty where it does not.
 * By path below that folder: how to fetch the bytes.
 */
const urls = import.meta.glob<string>(
  [
    '../../../shared/data/MANIFEST.md',
    '../../../shared/data/sqlite/**/*',
    '../../../shared/data/sqlite-odd/*',
    '../../../shared/data/sqlite-malformed/*',
    '../../../shared/data/pg-plain/*',
    '../../../shared/data/csv/*',
    '../../../shared/data/columnar/*',
    '../../../shared/data/pg-types/**/*'
  ],
  { query: '?url', import: 'default' }
);

const found = new Map(Object.entries(urls).map(([path, url]) => [path.replace(/^.*shared\/data\//, ''), url]));

export const sharedFiles: string[] = [...found.keys()].sort();
export const hasSharedData = sharedFiles.length > 0;

/** Said in place of a test where the data is not there. */
export const SKIPPED = 'skipped: ../shared/data is not here';

export async function sharedFile(path: string): Promise<Blob> {
  const url = await found.get(path)!();
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} for ${path}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // Vite's server declares a .gz as encoded, and the browser unpacks it on the way: pack it again.
  if (path.endsWith('.gz') && bytes[0] !== 0x1f) {
    return new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'))).blob();
  }
  return new Blob([bytes]);
}

/** Members of a tar archive (ustar): name and bytes of ordinary files. */
export function untar(bytes: Uint8Array): { name: string; bytes: Uint8Array<ArrayBuffer> }[] {
  const files: { name: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
  const text = (at: number, length: number): string =>
    new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\0.*$/s, '');
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0; ) {
    const size = parseInt(text(at + 124, 12).trim() || '0', 8);
    const kind = text(at + 156, 1);
    if (kind === '0' || kind === '') {
      files.push({ name: text(at, 100), bytes: bytes.slice(at + 512, at + 512 + size) });
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

export async function gunzip(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await new Response(file.stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer());
}
