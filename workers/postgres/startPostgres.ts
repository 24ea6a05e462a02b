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

/**
 * Starts PGlite on a data directory that is there.
 * @param limits `temporary`: megabytes that temporary files may take; `looks`: nothing may be written by the user
 */
export function startPostgres(options: PGliteOptions, limits: { temporary: number; looks: boolean }): Promise<PGlite> {
  const all = [...settings, `temp_file_limit=${limits.temporary}MB`, ...(limits.looks ? ['default_transaction_read_only=on'] : [])];
  const startParams = [...PGlite.defaultStartParams, ...all.flatMap((setting) => ['-c', setting])];
  return PGlite.create({ ...options, startParams, relaxedDurability: false });
}
