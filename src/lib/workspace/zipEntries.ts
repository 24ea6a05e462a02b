import type { ContainerEntry } from './containerEntry';

const LOCAL = 30; // bytes of a local header before its name
const CENTRAL = 46;
const END = 22;
const NONE = 0xffffffff;

const u16 = (v: DataView, at: number): number => v.getUint16(at, true);
const u32 = (v: DataView, at: number): number => v.getUint32(at, true);
const u64 = (v: DataView, at: number): number => Number(v.getBigUint64(at, true));

async function viewOf(file: Blob, from: number, to: number): Promise<DataView> {
  return new DataView(await file.slice(from, to).arrayBuffer());
}

/** Where the central directory lies (APPNOTE.TXT 4.3.16, and 4.3.14 for zip64); null when there is none. */
async function directoryOf(file: Blob): Promise<{ from: number; size: number } | null> {
  const tailFrom = Math.max(0, file.size - END - 65_535 - 20);
  const tail = await viewOf(file, tailFrom, file.size);
  let end = tail.byteLength - END;
  while (end >= 0 && u32(tail, end) !== 0x06054b50) end--;
  if (end < 0) return null;
  const size = u32(tail, end + 12);
  const from = u32(tail, end + 16);
  if (size !== NONE && from !== NONE) return { from, size };
  const locator = end - 20;
  if (locator < 0 || u32(tail, locator) !== 0x07064b50) return null;
  const at = u64(tail, locator + 8);
  const record = await viewOf(file, at, at + 56);
  return record.byteLength < 56 ? null : { from: u64(record, 48), size: u64(record, 40) };
}

/** Sizes and place of an entry, from the zip64 extra field where the plain ones are not enough (4.5.3). */
function wideFields(view: DataView, at: number, end: number, plain: number[]): number[] {
  const wide = [...plain];
  while (at + 4 <= end) {
    const length = u16(view, at + 2);
    if (u16(view, at) === 1) {
      let field = at + 4;
      for (const [i, value] of plain.entries()) {
        if (value !== NONE || field + 8 > end) continue;
        wide[i] = u64(view, field);
        field += 8;
      }
    }
    at += 4 + length;
  }
  return wide;
}

/** The files of a zip by its central directory; null when it has none (cut off, or no zip). Folders are left out. */
export async function zipEntries(file: Blob): Promise<ContainerEntry[] | null> {
  const directory = await directoryOf(file);
  if (!directory) return null;
  const view = await viewOf(file, directory.from, directory.from + directory.size);
  const entries: ContainerEntry[] = [];
  for (let at = 0; at + CENTRAL <= view.byteLength && u32(view, at) === 0x02014b50; ) {
    const [nameLength, extraLength, commentLength] = [u16(view, at + 28), u16(view, at + 30), u16(view, at + 32)];
    const nameFrom = at + CENTRAL;
    const extraFrom = nameFrom + nameLength;
    const next = extraFrom + extraLength + commentLength;
    if (next > view.byteLength) break;
    const name = new TextDecoder().decode(new Uint8Array(view.buffer, nameFrom, nameLength));
    const [size, packed, place] = wideFields(view, extraFrom, extraFrom + extraLength, [
      u32(view, at + 24),
      u32(view, at + 20),
      u32(view, at + 42)
    ]) as [number, number, number];
    const method = u16(view, at + 10);
    const crc = u32(view, at + 16);
    const encrypted = (u16(view, at + 8) & 1) === 1;
    if (!name.endsWith('/')) {
      entries.push({ name, size, encrypted, open: () => openEntry(file, { size, packed, place, method, crc, encrypted }) });
    }
    at = next;
  }
  return entries;
}

interface Packed {
  size: number;
  packed: number;
  place: number;
  method: number;
  crc: number;
  encrypted: boolean;
}

async function openEntry(zip: Blob, entry: Packed): Promise<{ file: Blob; packed: boolean } | null> {
  if (entry.encrypted || (entry.method !== 0 && entry.method !== 8)) return null;
  const local = await viewOf(zip, entry.place, entry.place + LOCAL);
  if (local.byteLength < LOCAL || u32(local, 0) !== 0x04034b50) return null;
  const from = entry.place + LOCAL + u16(local, 26) + u16(local, 28);
  const bytes = zip.slice(from, from + entry.packed);
  if (entry.method === 0) return { file: bytes, packed: false };
  // Deflate is what gzip holds too: with its head and tail (RFC 1952) nothing has to be unpacked for it.
  const tail = new DataView(new ArrayBuffer(8));
  tail.setUint32(0, entry.crc, true);
  tail.setUint32(4, entry.size % 2 ** 32, true);
  return { file: new Blob([new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]), bytes, tail.buffer]), packed: true };
}
