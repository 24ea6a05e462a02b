import { PGlite, type PGliteOptions } from '@electric-sql/pglite';

/**
 * Beyond PGlite's own. Frames of the store are atomic, so no page is ever torn: no full pages in the log, and no more
 * in it than recovery needs. Buffers of 64 MB, half of what PGlite takes; each scan of a table begins at its beginning, so
 * that pages of rows without an order stay in one.
 */
const settings = [
  'full_page_writes=off',
  'wal_level=minimal',
  'max_wal_senders=0',
  'wal_recycle=off',
  'wal_init_zero=off',
  'shared_buffers=64MB',
  'synchronize_seqscans=off',
  'work_mem=16MB'
];

export interface Limits {
  /** Megabytes that temporary files may take. */
  temporary: number;
  /** The user may only look. */
  looks: boolean;
}

/** Starts PGlite on a data directory that is there. */
export async function startPostgres(options: PGliteOptions, limits: Limits): Promise<PGlite> {
  const all = [...settings, `temp_file_limit=${limits.temporary}MB`, ...(limits.looks ? ['default_transaction_read_only=on'] : [])];
  const startParams = [...PGlite.defaultStartParams, ...all.flatMap((setting) => ['-c', setting])];
  const pg = new EngineAlone({ ...options, startParams, relaxedDurability: false });
  await pg.waitReady;
  return pg;
}

/** PGlite asks for all types of arrays before anybody else may ask, for parsers of its own that are not used here. */
class EngineAlone extends PGlite {
  override async _initArrayTypes(): Promise<void> {}
}
