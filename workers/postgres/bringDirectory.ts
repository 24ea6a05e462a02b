import type { OpenedStore } from '../storage/storeTypes';
import type { ArchivePart } from '../wire/archive';
import type { EngineErrorData } from '../wire/errors';
import type { Progress } from '../wire/opening';
import { fetchBase } from './artifacts';
import { baseFilesOf } from './baseFiles';

const CONTROL = 'global/pg_control';
const PIECE = 1 << 20;
/** Of the running server, or of one statement: no part of the database. */
const passing = /^(?:postmaster\.(?:pid|opts)|base\/pgsql_tmp\/.*|.*\/pg_internal\.init)$/;

/** The files of a data directory, by their names within it, wherever in a container it lay. */
export function directoryFiles(parts: readonly ArchivePart[]): Map<string, Blob> {
  const root = parts.find(({ name }) => name === CONTROL || name.endsWith(`/${CONTROL}`))?.name.slice(0, -CONTROL.length) ?? '';
  const inside = parts.filter(({ name }) => name.startsWith(root)).map(({ name, file }): [string, Blob] => [name.slice(root.length), file]);
  return new Map(inside.filter(([name]) => !passing.test(name)));
}

/**
 * Copies a data directory into an empty store and commits it. Throws EngineErrorData `unsupported` where another
 * version of Postgres has written it, or one for another kind of machine.
 */
export async function bringDirectory(files: ReadonlyMap<string, Blob>, store: OpenedStore, onProgress: (progress: Progress) => void): Promise<void> {
  const base = baseFilesOf(await fetchBase());
  const ours = (name: string): Uint8Array => base.find((file) => file.name === name)!.data;
  await checkVersion(files, ours);
  const total = [...files.values()].reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  try {
    // A tar may leave out empty folders, and Postgres makes none of its own.
    for (const name of foldersOf(files, base.map((file) => file.name))) store.create(name);
    for (const [name, file] of files) {
      if (file.size === 0) store.create(name);
      for (let at = 0; at < file.size; at += PIECE) {
        const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
        store.write(name, at, piece);
        done += piece.length;
        onProgress({ label: 'Bringing the data directory in', done, total, unit: 'bytes' });
      }
    }
    store.commit({ label: 'Opened from a data directory' });
  } catch (e) {
    store.rollback();
    throw e;
  }
}

function foldersOf(files: ReadonlyMap<string, Blob>, base: readonly string[]): Set<string> {
  const folders = new Set(base.filter((name) => name.endsWith('/') && !/^base\/./.test(name)));
  for (const name of files.keys()) {
    for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) folders.add(name.slice(0, at + 1));
  }
  return folders;
}

/** Where pg_control names its own format and that of the catalogs (ControlFileData), each a number of four bytes. */
const CONTROL_VERSION = 8;
const CATALOG_VERSION = 12;

async function checkVersion(files: ReadonlyMap<string, Blob>, ours: (name: string) => Uint8Array): Promise<void> {
  const control = files.get(CONTROL);
  const version = (await files.get('PG_VERSION')?.text())?.trim();
  if (!control || control.size < 16 || !version) throw damaged();
  const wanted = new TextDecoder().decode(ours('PG_VERSION')).trim();
  if (version !== wanted) throw otherVersion(`PostgreSQL ${version}`, wanted);
  const theirs = new DataView(await control.slice(0, 16).arrayBuffer());
  const own = ours(CONTROL);
  const mine = new DataView(own.buffer, own.byteOffset, 16);
  for (const at of [CONTROL_VERSION, CATALOG_VERSION]) {
    if (theirs.getUint32(at, true) === mine.getUint32(at, true)) continue;
    throw otherVersion(`another build of PostgreSQL ${version} (catalog ${theirs.getUint32(CATALOG_VERSION, true)})`, wanted);
  }
}

const otherVersion = (what: string, wanted: string): EngineErrorData => ({
  code: 'unsupported',
  message: `This data directory was written by ${what}: here is PostgreSQL ${wanted}, which cannot read it.`,
  hint: 'Open it with the version that wrote it, dump it with "pg_dump --format=custom", and open the dump.'
});

const damaged = (): EngineErrorData => ({
  code: 'damaged',
  message: 'This data directory is not whole: its PG_VERSION or its global/pg_control is missing.',
  hint: 'Copy or pack it again, while nothing writes to it.'
});
