import type { DumpSource } from '../dumpSource';
import type { ArchiveFile } from './archiveFile';
import type { TocEntry } from './archiveToc';

/** Rights come after everything that they are about, what is computed from rows comes last (pg_backup_archiver.c). */
const passOf = ({ kind, tag }: TocEntry): number => {
  if (kind === 'ACL' || kind === 'DEFAULT ACL' || kind.startsWith('ACL ')) return 1;
  if (kind === 'EVENT TRIGGER' || kind === 'MATERIALIZED VIEW DATA') return 2;
  return kind === 'COMMENT' && tag.startsWith('EVENT TRIGGER ') ? 2 : 0;
};

/** They are about another database than the one that is made here, or are made anew by ANALYZE. */
const leftOut = new Set(['DATABASE', 'DATABASE PROPERTIES', 'STATISTICS DATA']);

/** How much of a large object goes into one statement, in bytes. */
const PIECE = 256 * 1024;

/** What pg_restore begins with: bodies of functions may name what comes later. */
const SETTINGS = 'SET check_function_bodies = false;\nSET xmloption = content;\nSET client_min_messages = warning;\nSET row_security = off;\n';

const encoder = new TextEncoder();

/**
 * An archive as the plain script that pg_restore would make of it, so that it is loaded in the one way in which
 * dumps are. What is damaged ends it with a word.
 * @param entries those that are wanted, in the order of the archive
 */
export function archiveScript(archive: ArchiveFile, entries: readonly TocEntry[]): DumpSource {
  let broken: string | undefined;
  async function* read(): AsyncGenerator<Uint8Array> {
    // An archive that sets its own search path stays with it; an older one goes from schema to schema.
    const fixedPath = entries.some((e) => e.kind === 'SEARCHPATH');
    let path: string | null = null;
    yield encoder.encode(SETTINGS);
    for (const pass of [0, 1, 2]) {
      for (const entry of entries) {
        if (passOf(entry) !== pass || leftOut.has(entry.kind)) continue;
        if (!fixedPath && entry.schema !== null && entry.schema !== path) {
          path = entry.schema;
          yield encoder.encode(`SET search_path = "${path.replaceAll('"', '""')}", pg_catalog;\n`);
        }
        if (entry.kind === 'BLOB METADATA') yield* madeLargeObjects(entry);
        else if (entry.definition.trim() !== '') yield encoder.encode(`${entry.definition}\n`);
        if (!entry.hasData) continue;
        if (entry.kind === 'BLOBS') yield* largeObjects(archive, entry);
        else yield* rows(archive, entry);
      }
    }
  }
  async function* whole(): AsyncGenerator<Uint8Array> {
    try {
      yield* read();
    } catch (e) {
      if (e instanceof DOMException) throw e; // the file has changed or is gone
      broken = (e as { message?: string }).message ?? String(e);
    }
  }
  return {
    bytes: whole(),
    total: archive.total,
    get done() {
      return archive.done;
    },
    get broken() {
      return broken;
    }
  };
}

async function* rows(archive: ArchiveFile, entry: TocEntry): AsyncGenerator<Uint8Array> {
  if (entry.copy) yield encoder.encode(entry.copy.endsWith('\n') ? entry.copy : `${entry.copy}\n`);
  yield* archive.data(entry);
  yield encoder.encode('\n');
}

/** From version 17 on many large objects stand in one entry: a line each. */
function* madeLargeObjects(entry: TocEntry): Generator<Uint8Array> {
  for (const [oid] of entry.definition.matchAll(/^\d+$/gm)) yield encoder.encode(`SELECT pg_catalog.lo_create('${oid}');\n`);
}

async function* largeObjects(archive: ArchiveFile, entry: TocEntry): AsyncGenerator<Uint8Array> {
  for await (const { oid, bytes } of archive.largeObjects(entry)) {
    let at = 0;
    for await (const chunk of bytes) {
      for (let from = 0; from < chunk.length; from += PIECE) {
        const piece = chunk.subarray(from, from + PIECE);
        yield encoder.encode(`SELECT pg_catalog.lo_put(${oid}, ${at}, '\\x${hex(piece)}');\n`);
        at += piece.length;
      }
    }
  }
}

const hex = (bytes: Uint8Array): string => {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
};
