import type { ChooseOfArchive } from '../wire/archive';
import type { EngineErrorData } from '../wire/errors';
import type { OpenSource, Progress } from '../wire/opening';
import { archiveContents, chosenEntries } from './archive/archiveContents';
import { openArchive } from './archive/archiveFile';
import { archiveScript } from './archive/archiveScript';
import { dumpSource, type DumpSource } from './dumpSource';

/**
 * The script that a source brings: a dump as it is, an archive after it was asked what of it is wanted. Undefined
 * for any other source. Rejects with EngineErrorData; `cancelled` when nothing is wanted.
 */
export async function chosenDump(
  source: OpenSource,
  choose: ChooseOfArchive,
  onProgress: (progress: Progress) => void
): Promise<DumpSource | undefined> {
  if (source.kind === 'dump') return dumpSource(source.file, source.packed);
  if (source.kind !== 'archive') return undefined;
  onProgress({ label: 'Reading what is in the archive', done: 0, total: null, unit: 'bytes' });
  const archive = await openArchive(source.parts);
  const choice = await choose(archiveContents(archive.toc));
  if (!choice) throw { code: 'cancelled', message: 'Cancelled.' } satisfies EngineErrorData;
  return archiveScript(archive, chosenEntries(archive.toc, choice));
}
