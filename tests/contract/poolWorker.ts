// eslint-disable-next-line @typescript-eslint/triple-slash-reference -- a declaration of a virtual module is nothing that can be imported
/// <reference path="../../workers/postgres/virtualPgbase.d.ts" />
/**
 * A worker that makes a database as earlier versions did: PGlite on its own `opfs-ahp`, and a mark beside it.
 * Told the project and the SQL to run; answers when all lies on disk, its files still held with `hold`.
 */
import { PGlite } from '@electric-sql/pglite';
import { OpfsAhpFS } from '@electric-sql/pglite/opfs-ahp';
import { fetchArtifacts, fetchBase } from '../../workers/postgres/artifacts';

export interface PoolOrder {
  projectId: string;
  sql: string;
  /** Do not shut Postgres down: its log is to be replayed. */
  hold: boolean;
}

self.onmessage = async ({ data: { projectId, sql, hold } }: MessageEvent<PoolOrder>) => {
  const pg = await PGlite.create({
    ...(await fetchArtifacts()),
    fs: new OpfsAhpFS(`projects/${projectId}/pgdata`, { initialPoolSize: 360, maintainedPoolSize: 40 }),
    loadDataDir: new Blob([await fetchBase()])
  });
  await pg.exec(sql);
  if (!hold) await pg.close();
  const home = await (await (await navigator.storage.getDirectory()).getDirectoryHandle('projects')).getDirectoryHandle(projectId);
  const mark = await (await home.getFileHandle('postgres.json', { create: true })).createSyncAccessHandle();
  mark.write(new TextEncoder().encode('{"format":1}'), { at: 0 });
  mark.close();
  self.postMessage('done');
};
