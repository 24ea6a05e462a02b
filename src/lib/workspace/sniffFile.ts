/** What a file is, told by its bytes. */
export type Sniffed =
  | { kind: 'sqlite'; gzip: boolean }
  | { kind: 'postgres-dump'; gzip: boolean }
  | { kind: 'refused'; message: string; hint: string };

const HEAD_BYTES = 8192;

async function headOf(file: Blob): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
}

/** The first bytes of what is inside a gzip file. */
async function unzippedHead(file: Blob): Promise<Uint8Array> {
  const reader = file.slice(0, 1 << 20).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const { value } = await reader.read();
  void reader.cancel().catch(() => undefined); // the rest is not wanted
  return value ?? new Uint8Array();
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  [...text].every((c, i) => bytes[i] === c.charCodeAt(0));

/** Tells what a file is. */
export async function sniffFile(file: File): Promise<Sniffed> {
  let head = await headOf(file);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  if (gzip) head = await unzippedHead(file);
  if (head.length === 0 || startsWith(head, 'SQLite format 3\0')) return { kind: 'sqlite', gzip };
  const text = new TextDecoder().decode(head);
  if (/^(\ufeff)?\s*(--|\\|SET |CREATE |INSERT |COPY |BEGIN|\/\*)/i.test(text)) return { kind: 'postgres-dump', gzip };
  return {
    kind: 'refused',
    message: `${file.name} is neither an SQLite database nor a Postgres dump.`,
    hint: 'Open a .sqlite file, or a plain dump made with pg_dump.'
  };
}
