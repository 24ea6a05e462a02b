/** Builds another base than the app's own (with a table in it), and begins a project from it as an app of that build does. */
import { PGlite } from '@electric-sql/pglite';
import { gunzipSync } from 'fflate';
import { fetchArtifacts, fetchBase } from '../../workers/postgres/artifacts';
import { baseFilesOf, bytesOfBase, hashOfBase } from '../../workers/postgres/baseFiles';
import { openStore } from '../../workers/storage/openStore';

self.onmessage = async ({ data: { projectId, table } }: MessageEvent<{ projectId: string; table: string }>) => {
  const pg = await PGlite.create({ ...(await fetchArtifacts()), loadDataDir: new Blob([await fetchBase()]) });
  await pg.exec(`CREATE TABLE ${table} (a int); INSERT INTO ${table} VALUES (1); CHECKPOINT`);
  const tar = new Uint8Array(await (await pg.dumpDataDir('gzip')).arrayBuffer());
  await pg.close();
  const files = baseFilesOf(gunzipSync(tar)).filter(({ name }) => name !== 'postmaster.pid');
  const hash = await hashOfBase(files);
  const store = await openStore({
    projectId,
    opening: '0-another-build',
    access: 'write',
    source: { kind: 'shared', base: { hash, files: files.map(({ name, data }) => ({ name, size: data.length })), bytes: () => bytesOfBase(files) } },
    blockSize: 8192
  });
  store.create('note');
  store.commit();
  store.close();
  self.postMessage(hash);
};
