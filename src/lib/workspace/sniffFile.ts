import type { LogFile } from '$workers/engine';
import { logOf } from './pairLogs';
import { sniffBytes, type ByteVerdict } from './sniffBytes';
import { zipEntries, type ZipEntry } from './zipEntries';

/** What a dropped file is, told by its bytes, never by its name. */
export type Sniffed =
  | {
      /**
       * A database file; a plain dump of Postgres; an archive of pg_dump; a script of SQL for SQLite, as its `.dump`
       * writes it.
       */
      kind: 'sqlite' | 'postgres-dump' | 'postgres-archive' | 'sqlite-script';
      /** The bytes: of the file itself, or of the one file within it where it is a zip. */
      file: Blob;
      gzip: boolean;
      /** What it is called, within the zip where it is one. */
      name: string;
      /** Of a database: what lay beside it. */
      log?: LogFile;
    }
  /** One sentence that says what it is, and what to do. */
  | {
      kind: 'refused';
      message: string;
      hint: string;
      /** What could be made of it all the same. */
      offer?: 'empty-database';
      /** It is of use beside its database. */
      log?: LogFile;
    };

export type Refused = Extract<Sniffed, { kind: 'refused' }>;
export type Opened = Exclude<Sniffed, Refused>;

const HEAD_BYTES = 65_536;
/** How many files of a zip are looked at. */
const MOST_ENTRIES = 200;

/** The beginning of a file's bytes; of what is inside where it is gzip'd. */
interface Head {
  bytes: Uint8Array;
  /** True when these are all bytes. */
  whole: boolean;
  gzip: boolean;
  /** True when the gzip'd bytes end too early or are wrong within the head. */
  broken: boolean;
}

async function headOf(file: Blob): Promise<Head> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return gzip ? unzippedHead(file) : { bytes, whole: file.size <= HEAD_BYTES, gzip, broken: false };
}

async function unzippedHead(file: Blob): Promise<Head> {
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  let whole = false;
  let broken = false;
  try {
    while (length < HEAD_BYTES && !whole) {
      const { value, done } = await reader.read();
      whole = done;
      if (!value) continue;
      const part = value.subarray(0, HEAD_BYTES - length);
      head.set(part, length);
      length += part.length;
    }
  } catch (e) {
    if (e instanceof DOMException) throw e;
    broken = true; // what came before the fault still tells what it is
  } finally {
    void reader.cancel().catch(() => undefined); // the rest is not wanted
  }
  return { bytes: head.slice(0, length), whole, gzip: true, broken };
}

const refuse = (name: string, what: string, hint: string): Refused => ({ kind: 'refused', message: `${name} ${what}`, hint });

/** Tells what a file is, and where its bytes are. Never rejects: what cannot be read is refused in words too. */
export async function sniffFile(file: File): Promise<Sniffed> {
  try {
    if (file.size === 0) return sniffEmpty(file);
    const head = await headOf(file);
    const verdict = verdictOf(head);
    if (verdict.kind === 'zip') {
      if (head.gzip) return refuse(file.name, 'is a zip within a gzip file.', 'Unpack it and drop what is inside.');
      return await sniffZip(file);
    }
    if (verdict.kind === 'refused') {
      const refused = refuse(file.name, verdict.what, verdict.hint);
      return verdict.log ? { ...refused, log: { name: file.name, file, gzip: head.gzip } } : refused;
    }
    return { kind: verdict.kind, file, gzip: head.gzip, name: file.name };
  } catch (e) {
    // Folders come as files that cannot be read (NotFoundError in Chromium, NotReadableError elsewhere).
    if (!(e instanceof DOMException)) throw e;
    return refuse(
      file.name,
      'is a folder, or can no longer be read.',
      'Drop the files inside of it; if it was a file, choose it again: it has changed or moved meanwhile.'
    );
  }
}

function verdictOf(head: Head): ByteVerdict {
  if (head.gzip && head.bytes.length === 0) {
    return head.broken
      ? { kind: 'refused', what: 'is a gzip file that is cut off or damaged.', hint: 'Download or copy it again.' }
      : { kind: 'refused', what: 'is a gzip file with nothing in it.', hint: 'Pack the database again.' };
  }
  return sniffBytes(head.bytes, head.whole);
}

/** No bytes are a valid, empty database to SQLite; a script of no bytes is none. Here only the name can tell. */
function sniffEmpty(file: File): Sniffed {
  const what = 'is empty: it holds no bytes at all.';
  if (/\.(sql|dump|csv|txt|json|gz|zip|tar)$/i.test(file.name)) return refuse(file.name, what, 'Copy or download it again.');
  const hint = 'If it should hold something, copy or download it again. To SQLite it is a new database.';
  return { kind: 'refused', message: `${file.name} ${what}`, hint, offer: 'empty-database' };
}

/** The one database or script in a zip. */
async function sniffZip(zip: File): Promise<Sniffed> {
  const entries = await zipEntries(zip);
  if (!entries) return refuse(zip.name, 'is a zip archive that is cut off or damaged.', 'Download or copy it again.');
  const files = entries.filter((e) => e.size > 0 && !/(^|\/)(__MACOSX\/|\.)/.test(e.name));
  if (files.length === 0) return refuse(zip.name, 'is a zip archive with nothing in it.', 'Pack the database again.');
  const office = officeKind(files);
  if (office) return refuse(zip.name, office, 'Open or create a database first, then import this file into a table of it.');
  if (files.every((e) => e.encrypted)) {
    return refuse(zip.name, 'is a zip archive that is locked by a password.', 'Unpack it with its password and drop what is inside.');
  }
  const found: Opened[] = [];
  const logs: LogFile[] = [];
  for (const entry of files.slice(0, MOST_ENTRIES)) {
    const opened = await entry.open();
    if (!opened) continue;
    const head = await headOf(opened.file);
    const verdict = verdictOf(head);
    const { kind } = verdict;
    if (verdict.kind === 'refused' && verdict.log) logs.push({ name: baseName(entry.name), ...opened });
    // A gzip'd file within is packed twice when the zip deflated it.
    const twice = opened.gzip && head.bytes[0] === 0x1f && head.bytes[1] === 0x8b;
    if (kind !== 'refused' && kind !== 'zip' && !twice) found.push({ kind, file: opened.file, gzip: head.gzip, name: baseName(entry.name) });
  }
  const databases = found.some((f) => f.kind === 'sqlite') ? found.filter((f) => f.kind === 'sqlite') : found;
  const [only] = databases;
  if (only && databases.length === 1) return { ...only, log: only.kind === 'sqlite' ? logOf(only.name, logs, 1) : undefined };
  if (databases.length === 0) return refuse(zip.name, 'is a zip archive without a database in it.', 'Unpack it and drop the database that you look for.');
  const names = databases.slice(0, 3).map((f) => f.name).join(', ');
  return refuse(zip.name, `is a zip archive with ${databases.length} databases in it (${names}${databases.length > 3 ? ', …' : ''}).`, 'Unpack it and drop those that you want.');
}

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function officeKind(files: ZipEntry[]): string | undefined {
  const has = (pattern: RegExp): boolean => files.some((f) => pattern.test(f.name));
  if (has(/^xl\/workbook/)) return 'is an Excel workbook: tables, and no database.';
  if (has(/^\[Content_Types\]\.xml$/)) return 'is an Office document.';
  if (has(/^mimetype$/) && has(/^content\.xml$/)) return 'is an OpenDocument file.';
  return undefined;
}
