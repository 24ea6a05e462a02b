import type { Packing } from '../../formats/unpack';
import type { EngineErrorData } from '../../wire/errors';
import { ArchiveCursor, EndOfBytes } from './archiveCursor';

/** One entry of an archive's table of contents, as pg_dump writes it. */
export interface TocEntry {
  dumpId: number;
  /** What it is: `TABLE`, `TABLE DATA`, `FK CONSTRAINT`, `BLOBS`… */
  kind: string;
  /** Its name, of a function with its arguments. */
  tag: string;
  schema: string | null;
  /** SQL that makes it; empty for data. */
  definition: string;
  /** `COPY … FROM stdin;` in front of its rows; empty where these are INSERTs. */
  copy: string;
  /** dumpIds that must come before it. */
  dependencies: number[];
  /** Whether rows or large objects stand in the archive for it. */
  hasData: boolean;
  /** Custom format: where its data begins; null where the archive, written to a pipe, does not know. */
  dataAt: number | null;
  /** Tar and directory format: the file of its data. */
  fileName: string | null;
}

/** What the head of an archive and its table of contents say. */
export interface ArchiveToc {
  format: 'custom' | 'tar';
  packing: Packing;
  database: string;
  /** Version of the server that was dumped, as it says it. */
  serverVersion: string;
  entries: TocEntry[];
  /** Where the table of contents ends, and the sizes that numbers have. */
  end: number;
  intSize: number;
  offsetSize: number;
}

const MAGIC = 'PGDMP';
/** Formats up to this one are known: PostgreSQL 18 writes 1.16. */
const NEWEST = 0x0110;
const OLDEST = 0x010a;

const damaged = (what: string): EngineErrorData => ({
  code: 'damaged',
  message: `The archive is damaged: ${what}.`,
  hint: 'Copy or download it again.'
});

/** Whether bytes begin as an archive of pg_dump does (custom format, or `toc.dat` of the other two). */
export const isArchive = (head: Uint8Array): boolean => [...MAGIC].every((c, i) => head[i] === c.charCodeAt(0));

/**
 * Reads head and table of contents of an archive: formats 1.10 to 1.16, which pg_dump 8.4 to 18 write
 * (ReadHead and ReadToc of pg_backup_archiver.c). Reads no further into the file than it must. Rejects with
 * EngineErrorData `damaged` or `unsupported`.
 */
export async function readToc(file: Blob): Promise<ArchiveToc> {
  for (let length = 1024 * 1024; ; length *= 4) {
    const bytes = new Uint8Array(await file.slice(0, length).arrayBuffer());
    try {
      return parseToc(bytes);
    } catch (e) {
      if (!(e instanceof EndOfBytes)) throw e;
      if (length >= file.size) throw damaged('its table of contents is cut off');
    }
  }
}

function parseToc(bytes: Uint8Array): ArchiveToc {
  if (!isArchive(bytes)) throw damaged('it does not begin as an archive of pg_dump does');
  const cursor = new ArchiveCursor(bytes, MAGIC.length);
  const version = (cursor.byte() << 8) | cursor.byte();
  cursor.byte(); // revision
  if (version < OLDEST || version > NEWEST) {
    throw {
      code: 'unsupported',
      message: `The archive has format ${version >> 8}.${version & 0xff}, which is ${version > NEWEST ? 'newer' : 'older'} than those known here (1.10 to 1.16).`,
      hint: 'Turn it into a script with the pg_restore that belongs to it: pg_restore -f dump.sql <file>'
    } satisfies EngineErrorData;
  }
  cursor.intSize = cursor.byte();
  cursor.offsetSize = cursor.byte();
  const format = cursor.byte();
  if ((format !== 1 && format !== 3) || cursor.intSize > 8 || cursor.offsetSize > 8) throw damaged('its head makes no sense');
  const packing = packingOf(cursor, version);
  for (let i = 0; i < 7; i++) cursor.int(); // when it was made
  const database = cursor.text() ?? '';
  const serverVersion = cursor.text() ?? '';
  cursor.text(); // version of pg_dump
  const count = cursor.int();
  const entries: TocEntry[] = [];
  for (let i = 0; i < count; i++) entries.push(readEntry(cursor, version, format === 1));
  const { intSize, offsetSize, at: end } = cursor;
  return { format: format === 1 ? 'custom' : 'tar', packing, database, serverVersion, entries, end, intSize, offsetSize };
}

function packingOf(cursor: ArchiveCursor, version: number): Packing {
  if (version < 0x010f) return cursor.int() === 0 ? 'none' : 'zlib';
  const packing = (['none', 'zlib', 'lz4', 'zstd'] as const)[cursor.byte()];
  if (!packing) throw damaged('it is packed in an unknown way');
  return packing;
}

function readEntry(cursor: ArchiveCursor, version: number, custom: boolean): TocEntry {
  const dumpId = cursor.int();
  const hadDumper = cursor.int() !== 0;
  cursor.text(); // oid of its catalog
  cursor.text(); // its own oid
  const tag = cursor.text() ?? '';
  const kind = cursor.text() ?? '';
  if (version >= 0x010b) cursor.int(); // section
  const definition = cursor.text() ?? '';
  cursor.text(); // how it is dropped
  const copy = cursor.text() ?? '';
  const schema = cursor.text() || null;
  cursor.text(); // tablespace
  if (version >= 0x010e) cursor.text(); // table access method
  if (version >= 0x0110) cursor.int(); // kind of relation
  cursor.text(); // owner
  cursor.text(); // "with oids", of old
  const dependencies: number[] = [];
  for (let id = cursor.text(); id !== null; id = cursor.text()) dependencies.push(Number(id));
  let dataAt: number | null = null;
  let fileName: string | null = null;
  let hasData = hadDumper;
  if (custom) {
    const { state, at } = cursor.offset();
    if (state === 'none') hasData = false;
    if (state === 'set') dataAt = at;
  } else {
    fileName = cursor.text() || null;
    hasData = fileName !== null;
  }
  return { dumpId, kind, tag, schema, definition, copy, dependencies, hasData, dataAt, fileName };
}
