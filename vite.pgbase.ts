import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { gunzipSync } from 'node:zlib';
import { normalizePath, type Plugin } from 'vite';
import { baseFilesOf, hashOfBase } from './workers/postgres/baseFiles.ts';

const ID = 'virtual:pgbase';

/** How initdb is run. Segments of 1 MB: a new database writes one of them, not 16 MB. */
const initDbStartParams = ['--no-data-checksums', '--wal-segsize=1'];

/**
 * What is done to the new cluster. Its templates take two thirds of its files, and every file is a handle
 * to open at each start; `CREATE DATABASE` has no use where a connection is to one database.
 */
const preparation = [
  // PGlite's libraries that convert encodings end in a trap, and the connection with them: an error is better.
  'UPDATE pg_conversion SET condefault = false',
  `UPDATE pg_database SET datistemplate = false`,
  'DROP DATABASE template1',
  'DROP DATABASE template0',
  'ALTER SYSTEM SET wal_recycle = off',
  'ALTER SYSTEM SET wal_init_zero = off',
  "ALTER SYSTEM SET min_wal_size = '2MB'",
  'ALTER SYSTEM SET max_wal_senders = 0',
  'ALTER SYSTEM SET wal_level = minimal',
  'VACUUM FREEZE',
  'CHECKPOINT'
];

/** initdb's work is done once, when the app is built: the gzip'd tar of a new data directory, kept beside node_modules. */
async function makeBase(): Promise<string> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@electric-sql/pglite');
  const { version } = JSON.parse(readFileSync(join(dirname(entry), '../package.json'), 'utf8')) as { version: string };
  const recipe = createHash('sha256')
    .update(JSON.stringify([version, initDbStartParams, preparation, dropSpare.toString()]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(dirname(entry), '../../../.cache/rowhouse');
  const file = join(folder, `pgbase-${recipe}.bin`);
  if (existsSync(file)) return file;
  const { PGlite } = await import('@electric-sql/pglite');
  const open = async (loadDataDir?: Blob) => {
    const pg = await PGlite.create({ initDbStartParams, loadDataDir });
    return pg;
  };
  // Settings count from the next start on: hence twice.
  const first = await open();
  for (const sql of preparation) await first.exec(sql);
  const once = await first.dumpDataDir('none');
  await first.close();
  const second = await open(once);
  await second.exec('CHECKPOINT');
  const tar = await closed(second);
  mkdirSync(folder, { recursive: true });
  const half = `${file}.${process.pid}`;
  writeFileSync(half, new Uint8Array(await tar.arrayBuffer()));
  renameSync(half, file); // whole or not there, when two builds run at once
  return file;
}

/** Shuts down, and takes the files as they are then: a cluster that was shut down needs no recovery at its start. */
async function closed(pg: PGlite): Promise<Blob> {
  const [segment] = (await pg.query<{ name: string }>('SELECT pg_walfile_name(pg_current_wal_insert_lsn()) AS name')).rows;
  const fs = pg.fs!;
  const end = fs.closeFs.bind(fs);
  let tar: Blob | undefined;
  fs.closeFs = async () => {
    dropSpare(pg, segment!.name);
    tar = await fs.dumpTar('pgdata', 'gzip');
    await end();
  };
  await pg.close();
  return tar!;
}

/**
 * Deletes what Postgres makes again when it needs it: maps of free space and visibility, and segments of the
 * write-ahead log that no recovery reads.
 */
function dropSpare(pg: PGlite, segment: string): void {
  const { FS } = pg.Module;
  const data = '/pglite/data';
  for (const name of FS.readdir(`${data}/pg_wal`)) {
    if (/^[0-9A-F]{24}$/.test(name) && name !== segment) FS.unlink(`${data}/pg_wal/${name}`);
  }
  const [database] = FS.readdir(`${data}/base`).filter((name: string) => /^\d+$/.test(name));
  for (const folder of [`${data}/global`, `${data}/base/${database}`]) {
    for (const name of FS.readdir(folder)) if (/_(?:fsm|vm)$/.test(name)) FS.unlink(`${folder}/${name}`);
  }
}

let base: Promise<string> | undefined;

/** `virtual:pgbase`: where the prepared data directory of a new Postgres database lies, its hash and its files. */
export const pgBase = (): Plugin => ({
  name: 'pgbase',
  enforce: 'pre',
  configureServer() {
    // Made once, in some seconds: begun at the start of a server, it is there when the first database is opened.
    base ??= makeBase();
    base.catch(() => undefined); // heard by who asks for it
  },
  resolveId(id) {
    return id === ID ? `\0${ID}` : undefined;
  },
  async load(id) {
    if (id !== `\0${ID}`) return undefined;
    base ??= makeBase();
    const file = await base;
    const entries = baseFilesOf(gunzipSync(readFileSync(file)));
    const files = entries.map(({ name, data }) => ({ name, size: data.length }));
    return [
      `export { default as url } from ${JSON.stringify(`${normalizePath(file)}?url&no-inline`)};`,
      `export const hash = ${JSON.stringify(await hashOfBase(entries))};`,
      `export const files = ${JSON.stringify(files)};`
    ].join('\n');
  }
});
