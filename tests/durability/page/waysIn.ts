/** What waysIn.spec.ts does in the page: databases on their way in, and out, and the look at what is left when it is cut short. */
import { intoFile } from '$lib/workspace/fileTarget';
import type { EngineKind, OpenSource } from '../../../workers/engine';
import { removeProject } from '../../../workers/storage/projectFolder';
import { EngineAtWork } from '../../bench/page/engineAtWork';
import { engineFaults, rows } from './engineFaults';

export type Way = 'archive' | 'import' | 'salvage' | 'copy' | 'back';

/** Rows of one import, and of the table that is salvaged. */
const ROWS = 20_000;
const PAGE = 4096;
const TEXT = 'some text of a row '.repeat(4);

const alive = new Set<EngineAtWork>();
/** How often all was ended. */
let endings = 0;
const files = new Map<string, Blob>();

async function openOne(kind: EngineKind, source: OpenSource, projectId: string): Promise<EngineAtWork> {
  const before = endings;
  const engine = await EngineAtWork.open(kind, source, projectId);
  if (endings !== before) {
    // Ended while it opened: nobody may go on with it, and it must hold nothing.
    engine.kill();
    throw new Error('It was ended.');
  }
  alive.add(engine);
  return engine;
}

const tell = (what: string): Promise<void> => (globalThis as unknown as { returned: (what: string) => Promise<void> }).returned(what);

async function bytesOf(read: (add: (chunk: Uint8Array) => Promise<void>) => Promise<unknown>): Promise<Blob> {
  const parts: BlobPart[] = [];
  await read(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>));
  return new Blob(parts);
}

/** A database with a page of its table gone. */
async function damagedFile(projectId: string): Promise<Blob> {
  const engine = await openOne('sqlite', { kind: 'empty' }, projectId);
  await rows(
    engine,
    `CREATE TABLE hurt (id INTEGER PRIMARY KEY, word TEXT); CREATE INDEX by_word ON hurt (word);
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS}) INSERT INTO hurt SELECT i, 'word ' || i FROM n`
  );
  const bytes = new Uint8Array(await (await bytesOf((add) => engine.call.saveCopy(add))).arrayBuffer());
  await engine.close();
  await removeProject(projectId);
  const leaf = Array.from({ length: bytes.length / PAGE }, (_, i) => i).filter((i) => i > 9 && bytes[i * PAGE] === 13)[5]!;
  bytes.fill(0, leaf * PAGE, (leaf + 1) * PAGE);
  return new Blob([bytes]);
}

async function importRows(engine: EngineAtWork, n: number): Promise<void> {
  const file = new Blob([`n,i,b\n${Array.from({ length: ROWS }, (_, i) => `${n},${i},${TEXT}${i}\n`).join('')}`]);
  const { options } = await engine.call.inspectFile({ file, name: 'rows.csv' }, null, false);
  const catalog = await engine.call.catalog();
  const mapping = ([['n', 'integer'], ['i', 'integer'], ['b', 'text']] as const).map(([column, type], from) => ({ from, column, type, family: type }));
  const report = await engine.call.importRows({
    files: [{ file, name: 'rows.csv', options, columns: ['n', 'i', 'b'], mapping }],
    target: { schema: catalog.defaultSchema, relation: 't' },
    ...{ create: false, conflict: 'fail', keys: [], badRows: 'all', dryRun: false }
  });
  if (!report.kept) throw new Error(report.error?.message);
}

/** Makes what the ways begin with. */
async function prepare(kind: EngineKind, projectId: string): Promise<void> {
  const engine = await openOne(kind, { kind: 'empty' }, projectId);
  await rows(engine, 'CREATE TABLE t (n integer, i integer, b text); CREATE INDEX by_n ON t (n)');
  await importRows(engine, 0);
  await engine.close();
}

async function diskFile(): Promise<FileSystemFileHandle> {
  const disk = await (await navigator.storage.getDirectory()).getDirectoryHandle('disk', { create: true });
  return disk.getFileHandle('way.sqlite', { create: true });
}

/** Saves a database back into one file without end, another round of the same rows each time, and tells of each. */
async function saveBack(engine: EngineAtWork): Promise<never> {
  await rows(engine, 'CREATE TABLE IF NOT EXISTS same (i INTEGER PRIMARY KEY, round INTEGER)');
  const [row] = await rows(engine, 'SELECT coalesce(max(round), -1) FROM same');
  const last = Number(row![0]);
  if (last < 0) await rows(engine, 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO same SELECT i, 0 FROM n');
  const target = await diskFile();
  for (let round = Math.max(last, 0) + 1; ; round++) {
    await rows(engine, `UPDATE same SET round = ${round}`);
    await intoFile({ name: target.name, mime: '', target }, (write) => engine.call.saveCopy(write));
    await tell(`back ${round}`);
  }
}

/** What is wrong with the file that was being written: it is as one round left it, that which was told last or a later one. */
async function faultsOfDisk(told: number): Promise<string[]> {
  const file = await (await diskFile()).getFile();
  if (file.size === 0) return told > 0 ? [`round ${told} was told, and the file is empty`] : [];
  const engine = await openOne('sqlite', { kind: 'file', file, packed: false }, 'ways-disk');
  const rounds = (await rows(engine, 'SELECT round, count(*) FROM same GROUP BY round')).map(([round, count]) => ({ round: Number(round), count: Number(count) }));
  const [first] = rounds;
  const wrong = await engineFaults(engine, 'sqlite');
  if (rounds.length !== 1 || first!.count !== 5000) wrong.push(`the file holds ${JSON.stringify(rounds)}`);
  else if (first!.round < told) wrong.push(`the file holds round ${first!.round}, and ${told} was told`);
  await engine.close();
  await removeProject('ways-disk');
  return wrong;
}

/** Goes a way, and tells of its return. */
async function go(way: Way, kind: EngineKind, projectId: string, made: string, n: number, archive: number[] | null): Promise<void> {
  if (way === 'archive') {
    const file = new Blob([new Uint8Array(archive!)]);
    await openOne('postgres', { kind: 'archive', parts: [{ name: 'a.dump', file }] }, made);
  } else if (way === 'salvage') {
    const damaged = await openOne('sqlite', { kind: 'stored' }, projectId);
    const script = await bytesOf((add) => damaged.call.salvage(add));
    await openOne('sqlite', { kind: 'dump', file: script, packed: false }, made);
  } else {
    const engine = await openOne(kind, { kind: 'stored' }, projectId);
    if (way === 'import') await importRows(engine, n);
    else if (way === 'back') await saveBack(engine);
    else for (;;) await bytesOf((add) => engine.call.saveCopy(add));
  }
  await tell(made);
}

/** What is wrong with a project that had 20,000 rows for each number up to `returned`, and may have those of one more. */
async function faultsOfImports(kind: EngineKind, projectId: string, returned: number[], tried: number | null): Promise<string[]> {
  const engine = await openOne(kind, { kind: 'stored' }, projectId);
  const found = await rows(engine, 'SELECT n, count(*) FROM t GROUP BY n ORDER BY n');
  const wrong = found.filter(([, count]) => Number(count) !== ROWS).map(([n, count]) => `${count} of ${ROWS} rows of import ${n}`);
  const there = new Set(found.map(([n]) => Number(n)));
  for (const n of returned) if (!there.has(n)) wrong.push(`import ${n} returned and is not there`);
  for (const n of there) if (!returned.includes(n) && n !== tried) wrong.push(`import ${n} is there, of which nothing is known`);
  wrong.push(...(await engineFaults(engine, kind)));
  await engine.close();
  return wrong;
}

/** Numbers of the imports that are there. */
async function importsOf(kind: EngineKind, projectId: string): Promise<number[]> {
  const engine = await openOne(kind, { kind: 'stored' }, projectId);
  const found = (await rows(engine, 'SELECT DISTINCT n FROM t ORDER BY n')).map(([n]) => Number(n));
  await engine.close();
  return found;
}

/**
 * What is wrong with a project that was being made: whole where that returned. Else nothing names it, and it opens, each
 * table whole or empty, or is refused in a sentence. It is removed, as the page does, and its place can be taken again.
 */
async function faultsOfMade(kind: EngineKind, projectId: string, isWhole: boolean, tables: Record<string, number>): Promise<string[]> {
  const wrong: string[] = [];
  let engine: EngineAtWork | undefined;
  try {
    engine = await openOne(kind, { kind: 'stored' }, projectId);
    const { schemas } = await engine.call.catalog();
    const there = schemas.flatMap((s) => s.relations.map((r) => r.relation));
    for (const [table, count] of Object.entries(tables)) {
      if (!there.includes(table)) {
        if (isWhole) wrong.push(`there is no ${table}`);
        continue;
      }
      const now = Number((await rows(engine, `SELECT count(*) FROM ${table}`))[0]![0]);
      // A script's rows go in by batches of statements; those of an archive by table.
      const isHalf = kind === 'postgres' && now !== 0 && now !== count;
      if (isHalf || (isWhole && now !== count)) wrong.push(`${now} of ${count} rows of ${table}`);
    }
    wrong.push(...(await engineFaults(engine, kind)));
    await engine.close();
  } catch (e) {
    engine?.kill();
    if (isWhole || !/^Error: open: (?:storage|damaged)/.test(String(e))) wrong.push(String(e));
  }
  await removeProject(projectId);
  const again = await openOne(kind, { kind: 'empty' }, projectId);
  await again.close();
  await removeProject(projectId);
  return wrong;
}

export const waysIn = {
  prepare,
  /** A damaged database as a project; rows that can be read of it. */
  async prepareDamaged(projectId: string): Promise<number> {
    const file = await damagedFile(`${projectId}-before`);
    files.set(projectId, file);
    const engine = await openOne('sqlite', { kind: 'file', file, packed: false }, projectId);
    await engine.saved();
    return waysIn.readable(engine);
  },
  async readable(engine: EngineAtWork): Promise<number> {
    let length = 0;
    const report = await engine.call.salvage(async (chunk) => void (length += chunk.length));
    await engine.close();
    return length === 0 ? 0 : report.tables.find((t) => t.name === 'hurt')!.rows;
  },
  readableOf: async (projectId: string): Promise<number> => waysIn.readable(await openOne('sqlite', { kind: 'stored' }, projectId)),
  go: (...args: Parameters<typeof go>): void => void go(...args).catch((e: unknown) => console.debug('cut short', e)),
  end(): void {
    endings++;
    for (const engine of alive) engine.kill();
    alive.clear();
  },
  faultsOfImports,
  importsOf,
  faultsOfMade,
  faultsOfDisk
};
