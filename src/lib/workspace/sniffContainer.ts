import type { LogFile } from '$workers/engine';
import { tarEntries } from '$workers/formats/tarEntries';
import { packingOf } from '$workers/formats/unpack';
import { unpackedBlob } from '$workers/formats/unpackedBlob';
import type { ContainerEntry } from './containerEntry';
import { logOf } from './pairLogs';
import { sniffHead } from './sniffHead';
import { refuse, type Opened, type Sniffed } from './sniffed';
import { zipEntries } from './zipEntries';

export type Container = 'zip' | 'tar' | 'folder';

const words: Record<Container, string> = { zip: 'a zip archive', tar: 'a tar archive', folder: 'a folder' };
/** How many files of a container are looked at. */
const MOST_ENTRIES = 1_000;
/** How many of those that cannot be read are named. */
const MOST_TOLD = 3;
/** A container in a container in a container is not looked into. */
const DEEPEST = 2;

/** Looks into a zip or a tar; `bytes` is unpacked, where it was packed as a whole. */
export async function sniffContainer(kind: 'zip' | 'tar', bytes: Blob, name: string, depth = 0): Promise<Sniffed> {
  const entries = kind === 'zip' ? await zipEntries(bytes) : (await tarEntries(bytes)).map(asEntry);
  if (!entries) return refuse(name, 'is a zip archive that is cut off or damaged.', 'Download or copy it again.');
  return sniffEntries(kind, entries, name, depth);
}

const asEntry = ({ name, file }: { name: string; file: Blob }): ContainerEntry => ({
  name,
  size: file.size,
  open: async () => ({ file, packed: false })
});

/** All databases among files; refused in words where there is none, or where one of several files lacks one of them. */
export async function sniffEntries(kind: Container, entries: readonly ContainerEntry[], name: string, depth = 0): Promise<Sniffed> {
  try {
    return await sniffAll(kind, entries, name, depth);
  } catch (e) {
    if (!(e instanceof Unopened)) throw e;
    return refuse(name, `holds ${e.message.replace(/\.$/, '')}.`, 'Nothing can be made of the rest without it. See that it can be read, or unpack it, and drop the folder.');
  }
}

/** A file without which the others are no database, and why it is not had. */
class Unopened extends Error {}

async function sniffAll(kind: Container, entries: readonly ContainerEntry[], name: string, depth: number): Promise<Sniffed> {
  const files = entries.filter((e) => e.size > 0 && !/(^|\/)(__MACOSX\/|\.)/.test(e.name));
  const what = words[kind];
  if (files.length === 0) return refuse(name, `is ${what} with nothing in it.`, 'Pack the database again.');
  const refused = otherKind(files) ?? (files.every((e) => e.encrypted) ? locked : undefined);
  if (refused) return refuse(name, ...refused);
  const directory = files.find((e) => /(^|\/)global\/pg_control$/.test(e.name));
  if (directory) return dataDirectory(entries, directory.name.replace(/\/?global\/pg_control$/, ''), name);
  const { archives, rest } = await pullArchives(files, name);
  const found = [...archives];
  const logs: LogFile[] = [];
  const damaged: string[] = [];
  /** What of a container within is not looked at. */
  const within: string[] = [];
  for (const entry of rest.slice(0, MOST_ENTRIES)) {
    // One that is damaged does not hide the others.
    const sniffed = await sniffEntry(entry, depth).catch((e: unknown) => {
      damaged.push(`${entry.name} cannot be read: ${wordsOf(e)}`);
      return null;
    });
    if (sniffed?.kind === 'refused') logs.push(...(sniffed.log ? [sniffed.log] : []));
    else if (sniffed) {
      if (sniffed.passedOver) within.push(`In ${entry.name}: ${sniffed.passedOver}`);
      found.push(...(sniffed.kind === 'several' ? sniffed.found : [sniffed]));
    }
  }
  // Beside a database scripts are what it was made by, more often than another one.
  const isPassed = (f: Opened): boolean => found.some((other) => other.kind === 'sqlite') && (f.kind === 'postgres-dump' || f.kind === 'sqlite-script');
  const databases = found.filter((f) => !isPassed(f));
  const passedOver = [
    ...scriptsInWords(found.filter(isPassed)),
    ...(rest.length > MOST_ENTRIES ? [`Only the first ${MOST_ENTRIES.toLocaleString('en')} of its ${rest.length.toLocaleString('en')} files were looked at.`] : []),
    ...damaged.slice(0, MOST_TOLD).map((one) => (one.endsWith('.') ? one : `${one}.`)),
    ...(damaged.length > MOST_TOLD ? [`${damaged.length - MOST_TOLD} more could not be read.`] : []),
    ...within
  ].join(' ');
  if (databases.length === 0 && damaged[0]) return refuse(name, `is ${what} without a database in it that can be read.`, damaged[0]);
  if (databases.length === 0) {
    return refuse(name, `is ${what} without a database in it.`, passedOver || 'Unpack it and drop the database that you look for.');
  }
  const [only, ...others] = databases.map((f) => (f.kind === 'sqlite' ? { ...f, log: f.log ?? logOf(f.name, logs, databases.length) } : f));
  const told = passedOver ? { passedOver } : {};
  return others.length === 0 ? { ...only!, ...told } : { kind: 'several', found: [only!, ...others], ...told };
}

/** Scripts that lay beside a database, a sentence. */
function scriptsInWords(scripts: readonly Opened[]): string[] {
  if (scripts.length === 0) return [];
  const names = scripts.slice(0, MOST_TOLD).map((s) => s.name).join(', ');
  return scripts.length === 1
    ? [`The script ${names} beside it was left alone: it may be what it was made by. To open it as well, drop it by itself.`]
    : [`${scripts.length} scripts beside it were left alone (${names}${scripts.length > MOST_TOLD ? ', …' : ''}): it may be what they have made. To open them as well, drop them by themselves.`];
}

/** What one file of a container is. Rejects, in words, where it cannot be looked into. */
async function sniffEntry(entry: ContainerEntry, depth: number): Promise<Sniffed> {
  let opened = await entry.open();
  if (!opened) throw new Error('It is locked by a password, or packed in a way that is not read here.');
  // What the container packed may be packed itself.
  if (opened.packed && packingOf(await startOf(opened.file))) opened = { file: await unpackedBlob(opened.file), packed: false };
  const name = baseName(entry.name);
  const { verdict, packed } = await sniffHead(opened.file);
  if (verdict.kind === 'zip' || verdict.kind === 'tar') {
    if (depth + 1 >= DEEPEST) throw new Error('It is a container in one that is in another.');
    return sniffContainer(verdict.kind, packed ? await unpackedBlob(opened.file) : opened.file, name, depth + 1);
  }
  if (verdict.kind !== 'refused') return { kind: verdict.kind, file: opened.file, packed, name };
  return { ...refuse(name, verdict.what, verdict.hint), log: verdict.log ? { name, file: opened.file, packed } : undefined };
}

/** The first bytes of what is in a packed file. */
async function startOf(file: Blob): Promise<Uint8Array> {
  const reader = file.stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    return (await reader.read()).value ?? new Uint8Array(0);
  } catch (e) {
    if (e instanceof DOMException) throw e;
    return new Uint8Array(0); // damaged: said where it is looked at whole
  } finally {
    await reader.cancel().catch(() => undefined); // broken already: there is nothing to cancel
  }
}

/** A file that is needed; an empty one has nothing to open. Throws Unopened. */
async function partOf(entry: ContainerEntry): Promise<{ file: Blob; packed: boolean }> {
  const found = await entry.open().catch((e: unknown) => {
    throw new Unopened(`${entry.name}, which cannot be read: ${wordsOf(e)}`, { cause: e });
  });
  if (!found && entry.size > 0) throw new Unopened(`${entry.name}, which is locked by a password or packed in a way that is not read here`);
  return found ?? { file: new Blob(), packed: false };
}

/** Archives of pg_dump in the directory or the tar format: all files of each folder that holds a table of contents. */
async function pullArchives(files: readonly ContainerEntry[], name: string): Promise<{ archives: Opened[]; rest: ContainerEntry[] }> {
  const folders = new Set(files.filter((e) => baseName(e.name) === 'toc.dat').map((e) => folderOf(e.name)));
  const archives = await Promise.all(
    [...folders].map(async (folder): Promise<Opened> => {
      const members = files.filter((e) => folderOf(e.name) === folder);
      const parts = await Promise.all(members.map(async (e) => ({ name: baseName(e.name), ...(await partOf(e)) })));
      // The folder of the only one is called as it happened ("dir"): what it came in has its name.
      return { kind: 'postgres-archive', file: new Blob(), packed: false, name: (folders.size > 1 && baseName(folder)) || name, parts };
    })
  );
  return { archives, rest: files.filter((e) => !folders.has(folderOf(e.name))) };
}

/** A data directory is all that it is: whether this Postgres can read it is told by its worker. */
async function dataDirectory(files: readonly ContainerEntry[], folder: string, name: string): Promise<Opened> {
  const inside = files.filter((e) => folder === '' || e.name.startsWith(`${folder}/`));
  const parts = await Promise.all(
    inside.map(async (e) => {
      const { file, packed } = await partOf(e);
      return { name: e.name, file: packed ? await unpackedBlob(file) : file };
    })
  );
  return { kind: 'postgres-directory', file: new Blob(), packed: false, name, parts };
}

const wordsOf = (e: unknown): string => {
  const { message } = (e ?? {}) as { message?: unknown };
  return typeof message === 'string' ? message : String(e);
};

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

type Words = [what: string, hint: string];
const locked: Words = ['is a zip archive that is locked by a password.', 'Unpack it with its password and drop what is inside.'];
const tableFile = 'Open or create a database first, then import this file into a table of it.';

/** What is told by the names in it. */
function otherKind(files: readonly ContainerEntry[]): Words | undefined {
  const has = (pattern: RegExp): boolean => files.some((f) => pattern.test(f.name));
  if (has(/^xl\/workbook/)) return ['is an Excel workbook: tables, and no database.', tableFile];
  if (has(/^\[Content_Types\]\.xml$/)) return ['is an Office document.', tableFile];
  if (has(/^mimetype$/) && has(/^content\.xml$/)) return ['is an OpenDocument file.', tableFile];
  return undefined;
}
