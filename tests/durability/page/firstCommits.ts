/** What firstCommits.spec.ts does in the page: projects that are brought in, and cut short with their first commits. */
import type { EngineKind, OpenSource } from '../../../workers/engine';
import { removeProject } from '../../../workers/storage/projectFolder';
import { EngineAtWork } from '../../bench/page/engineAtWork';
import { engineFaults, rows } from './engineFaults';

export type Beginning = 'empty' | 'file' | 'large file' | 'dump' | 'branch';

const alive = new Set<EngineAtWork>();
/** How often all workers were ended: what is opened meanwhile is ended when it is. */
let ends = 0;
const CACHE = 'first-commits';
/** More than is copied before a project is open. */
const LARGE = 24 << 20;

async function openOne(kind: EngineKind, source: OpenSource, projectId: string): Promise<EngineAtWork> {
  const before = ends;
  const engine = await EngineAtWork.open(kind, source, projectId);
  if (ends !== before) engine.kill();
  else alive.add(engine);
  return engine;
}

/** A database of its own making, the same each time: a file of a large project is asked for again. */
async function sqliteFile(isLarge: boolean): Promise<Blob> {
  const cache = await caches.open(CACHE);
  const address = `/${isLarge ? 'large' : 'small'}.sqlite`;
  const known = await cache.match(address);
  if (known) return known.blob();
  const projectId = `first-file-${isLarge}`;
  const engine = await openOne('sqlite', { kind: 'empty' }, projectId);
  await rows(engine, `CREATE TABLE there (a integer, b blob); INSERT INTO there VALUES (1, zeroblob(${isLarge ? LARGE : 20_000}))`);
  const parts: BlobPart[] = [];
  await engine.call.saveCopy(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>));
  await engine.close();
  await removeProject(projectId);
  await cache.put(address, new Response(new Blob(parts)));
  return new Blob(parts);
}

async function sourceOf(beginning: Beginning): Promise<OpenSource> {
  if (beginning === 'empty') return { kind: 'empty' };
  if (beginning === 'file' || beginning === 'large file') return { kind: 'file', packed: false, file: await sqliteFile(beginning === 'large file') };
  return { kind: 'dump', packed: false, file: new Blob(['CREATE TABLE there (a integer, b text);\nINSERT INTO there VALUES (1, \'of the dump\');\n']) };
}

/** Brings a project in and commits; tells of each commit that returned. Rests now and then, as `rests` says, in ms. */
async function begin(kind: EngineKind, beginning: Beginning, projectId: string, rests: number[]): Promise<void> {
  const { told } = globalThis as unknown as { told: (project: string, n: number) => Promise<void> };
  let engine: EngineAtWork;
  if (beginning === 'branch') {
    const from = await openOne(kind, { kind: 'dump', packed: false, file: new Blob(['CREATE TABLE there (a integer, b text);']) }, `${projectId}-from`);
    await from.call.branch(projectId);
    engine = await openOne(kind, { kind: 'stored' }, projectId);
  } else engine = await openOne(kind, await sourceOf(beginning), projectId);
  for (let n = 1; ; n++) {
    await rows(engine, n === 1 ? `CREATE TABLE kept AS SELECT 1 AS n` : `INSERT INTO kept VALUES (${n})`);
    void told(projectId, n);
    await new Promise((resolve) => setTimeout(resolve, rests[n % rests.length]));
  }
}

/** What is wrong with a project of which `told` commits are known; it is removed then. */
async function faults(kind: EngineKind, beginning: Beginning, projectId: string, told: number): Promise<string[]> {
  const wrong: string[] = [];
  try {
    const engine = await openOne(kind, { kind: 'stored' }, projectId).catch(async (e: unknown) => {
      if (beginning !== 'large file' || !String(e).includes('needs-file')) throw e;
      return openOne(kind, await sourceOf(beginning), projectId);
    });
    const names = (await engine.call.catalog()).schemas.flatMap((s) => s.relations.map((r) => r.relation));
    const [[count, most]] = names.includes('kept') ? ((await rows(engine, 'SELECT count(*), max(n) FROM kept')) as [[string, string]]) : [[0, 0]];
    if (Number(count) < told || count !== most) wrong.push(`${count} commits up to ${most}, ${told} were told`);
    wrong.push(...(await engineFaults(engine, kind)));
    await engine.close();
  } catch (e) {
    if (told > 0) wrong.push(`${told} commits were told: ${e}`);
  }
  firstCommits.end();
  for (const id of [projectId, `${projectId}-from`]) await removeProject(id);
  return wrong;
}

export const firstCommits = {
  begin: (...args: Parameters<typeof begin>): void => void begin(...args).catch((e: unknown) => console.debug('cut short', e)),
  /** Ends all workers. */
  end(): void {
    ends++;
    for (const engine of alive) engine.kill();
    alive.clear();
  },
  faults
};
