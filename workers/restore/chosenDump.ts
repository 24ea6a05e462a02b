import { fileChunks } from '../formats/fileChunks';
import type { ChooseOfArchive } from '../wire/archive';
import type { EngineErrorData } from '../wire/errors';
import type { OpenSource, Progress } from '../wire/opening';
import { archiveContents, chosenEntries } from './archive/archiveContents';
import { openArchive } from './archive/archiveFile';
import { archiveScript } from './archive/archiveScript';
import { clusterDatabases } from './clusterDatabases';
import { dumpSource, type DumpSource } from './dumpSource';
import { readOutline } from './plain/readOutline';

/**
 * The script that a source brings: a dump as it is, an archive (or a dump that says so) after it was asked what of it is
 * wanted. Undefined for any other source. Rejects with EngineErrorData; `cancelled` when nothing is wanted.
 */
export async function chosenDump(
  source: OpenSource,
  choose: ChooseOfArchive,
  onProgress: (progress: Progress) => void
): Promise<DumpSource | undefined> {
  if (source.kind === 'dump') {
    const database = await chosenDatabase(source, choose, onProgress);
    return source.chosen ? chosenOfDump(source, database, choose, onProgress) : dumpSource(source.file, source.packed, { database });
  }
  if (source.kind !== 'archive') return undefined;
  onProgress({ label: 'Reading what is in the archive', done: 0, total: null, unit: 'bytes' });
  const archive = await openArchive(source.parts);
  const choice = await choose(archiveContents(archive.toc));
  if (!choice) throw { code: 'cancelled', message: 'Cancelled.' } satisfies EngineErrorData;
  return archiveScript(archive, chosenEntries(archive.toc, choice));
}

/** What of a dump is wanted: it is read to its end for what it holds, and then again. */
async function chosenOfDump(
  { file, packed }: { file: Blob; packed: boolean },
  database: string | undefined,
  choose: ChooseOfArchive,
  onProgress: (progress: Progress) => void
): Promise<DumpSource> {
  const outline = await readOutline(dumpSource(file, packed, { database }), onProgress);
  const { serverVersion } = outline;
  const choice = await choose({ ...archiveContents({ entries: outline.entries, database: database ?? '', serverVersion }), isScript: true });
  if (!choice) throw { code: 'cancelled', message: 'Cancelled.' } satisfies EngineErrorData;
  return dumpSource(file, packed, { database, leavesOut: outline.without(choice) });
}

/** Which database of a file of pg_dumpall is loaded; asked where there are several with tables. */
async function chosenDatabase(
  { file, packed }: { file: Blob; packed: boolean },
  choose: ChooseOfArchive,
  onProgress: (progress: Progress) => void
): Promise<string | undefined> {
  let done = 0;
  const counted = (bytes: number): void => {
    done += bytes;
    // Any other dump is known by its beginning, which is no work to tell of.
    if (done > TOLD_BYTES) onProgress({ label: 'Looking for databases', done, total: file.size, unit: 'bytes' });
  };
  const databases = (await clusterDatabases(fileChunks(file, packed, counted)).catch(unreadable))?.filter(({ tables }) => tables > 0);
  if (!databases || databases.length <= 1) return databases?.[0]?.name;
  const choice = await choose({ database: '', serverVersion: '', tables: [], others: [], largeObjects: false, databases });
  if (!choice) throw { code: 'cancelled', message: 'Cancelled.' } satisfies EngineErrorData;
  return choice.database;
}

const TOLD_BYTES = 16 * 1024 * 1024;

/** A packing that is broken is told by the loading, which takes what there is. */
function unreadable(e: unknown): null {
  if (e instanceof DOMException) throw e;
  return null;
}
