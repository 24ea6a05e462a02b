import { HEADER_BYTES, isPageSize, readHeader } from './databaseHeader';

interface Bytes {
  size(): number;
  read(at: number, into: Uint8Array): unknown;
}

/** Pages that are looked at. */
const LOOKED_AT = 200;
const PAGE_SIZES = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536];
/** Kinds of b-tree pages, and how long their headers are. */
const HEADS = new Map([[2, 12], [5, 12], [10, 8], [13, 8]]);

/**
 * The page size of a database whose header names one that cannot be, or one by which neither its length nor its pages
 * come out: by its length in pages where the header tells it, else by the b-tree pages that stand where pages of that
 * size begin. Null where the header is to be believed, 0 where none fits.
 */
export function mendedPageSize(file: Bytes): number | null {
  const start = new Uint8Array(HEADER_BYTES);
  file.read(0, start);
  const header = readHeader(start);
  if (!header) return null;
  const { pages, pageSize } = header;
  const size = file.size();
  if (pageSize > 0 && (pages === 0 || pages * pageSize === size || isTree(file, 1, pageSize))) return null;
  const told = pages > 0 ? size / pages : 0;
  if (isPageSize(told) && isTree(file, 1, told)) return told;
  if (pageSize > 0) return null;
  const fitting = PAGE_SIZES.filter((bytes) => bytes <= size && isTree(file, 1, bytes)).map((bytes) => ({ bytes, share: shareOfTrees(file, bytes) }));
  const most = Math.max(0, ...fitting.map(({ share }) => share));
  // Every second page is a page of twice the size as well; half a page hardly ever looks like one.
  return fitting.find(({ share }) => share >= most * 0.75)?.bytes ?? 0;
}

/** Whether any of the first pages is a b-tree page of that size: what can be read of a database stands in those. */
export const hasTrees = (file: Bytes, pageSize: number): boolean => shareOfTrees(file, pageSize) > 0;

function shareOfTrees(file: Bytes, bytes: number): number {
  const looked = Math.min(LOOKED_AT, Math.max(1, Math.floor(file.size() / bytes)));
  let trees = 0;
  for (let page = 1; page <= looked; page++) if (isTree(file, page, bytes)) trees++;
  return trees / looked;
}

/** Whether what stands in a page's place is a b-tree page of that size: its head, and where its cells lie. */
function isTree(file: Bytes, page: number, bytes: number): boolean {
  const content = new Uint8Array(bytes);
  file.read((page - 1) * bytes, content);
  const view = new DataView(content.buffer);
  const from = page === 1 ? HEADER_BYTES : 0;
  const head = HEADS.get(content[from]!);
  if (head === undefined) return false;
  const cells = view.getUint16(from + 3);
  const first = view.getUint16(from + 5) || 65_536;
  const behind = from + head + 2 * cells;
  if (behind > bytes || first < behind || first > bytes) return false;
  for (let cell = 0; cell < cells; cell++) {
    const at = view.getUint16(from + head + 2 * cell);
    if (at < first || at >= bytes) return false;
  }
  return true;
}
