import type { PGlite } from '@electric-sql/pglite';
import { fetchArtifacts, fetchBase } from './artifacts';
import type { EngineCode } from '../wire/opening';
import type { DataDirectory } from './dataDirectory';
import { startPostgres } from './startPostgres';

/** Megabytes that temporary files may take: they lie in memory. */
const TEMPORARY = 512;

/** The database of a project where there is no OPFS. src/lib/persistence/projectStorage.ts deletes it by its name. */
const databaseOf = (projectId: string): string => `rowhouse-${projectId}`;

/** Without OPFS: IndexedDB by PGlite's own file system, and memory where that is missing as well. */
export async function openInIdb(projectId: string, fresh: boolean, known?: EngineCode): Promise<DataDirectory> {
  const loadDataDir = fresh ? new Blob([await fetchBase()]) : undefined;
  const artifacts = await fetchArtifacts(known);
  const code = { module: artifacts.pgliteWasmModule, files: artifacts.fsBundle };
  const start = (dataDir: string) =>
    startPostgres({ ...artifacts, dataDir, loadDataDir }, { temporary: TEMPORARY, looks: false });
  try {
    return directoryOf(await start(`idb://${databaseOf(projectId)}`), code, 'idb', () => openInIdb(projectId, false, code));
  } catch (e) {
    if (!fresh) throw e;
    return directoryOf(await start('memory://'), code, 'memory', () => Promise.reject(e));
  }
}

const directoryOf = (
  pg: PGlite,
  code: EngineCode,
  where: 'idb' | 'memory',
  restart: () => Promise<DataDirectory>
): DataDirectory => ({
  pg,
  code,
  where,
  readOnly: null,
  isDue: () => false,
  sync: () => pg.syncToFs(),
  keep: () => pg.syncToFs(),
  walBytes: () => 0,
  noteCheckpoint: () => undefined,
  store: null,
  full: () => null,
  size: () => 0,
  usage: async () => ({ bytes: (await navigator.storage?.estimate?.())?.usage ?? 0, files: 0 }),
  restart,
  close: () => pg.close()
});
