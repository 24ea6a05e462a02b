import { unpackPage, type EngineKind } from '../../../workers/engine';
import type { EngineAtWork } from '../../bench/page/engineAtWork';

/** Rows of a script's last statement, as texts. */
export async function rows(on: EngineAtWork, sql: string): Promise<string[][]> {
  const { outcomes } = await on.call.run({ sql });
  const last = outcomes.at(-1)!;
  if (last.state !== 'done') throw new Error(`${sql}: ${last.error?.message}`);
  if (last.resultId === undefined) return [];
  const page = unpackPage(await on.call.fetch(last.resultId, 0, last.rows ?? 0));
  await on.call.release(last.resultId);
  return page.map((row) => row.map(String));
}

/** What the engine itself finds wrong. */
export const engineFaults = (on: EngineAtWork, kind: EngineKind): Promise<string[]> => (kind === 'sqlite' ? sqliteFaults(on) : postgresFaults(on));

async function sqliteFaults(on: EngineAtWork): Promise<string[]> {
  const found = (await rows(on, 'PRAGMA integrity_check')).map(([line]) => line!);
  return found.join() === 'ok' ? [] : found;
}

/** Every index against its table, every table read whole. */
async function postgresFaults(on: EngineAtWork): Promise<string[]> {
  try {
    await rows(on, 'CREATE EXTENSION IF NOT EXISTS amcheck');
    await rows(
      on,
      `SELECT bt_index_check(c.oid, i.indisunique) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        JOIN pg_am am ON am.oid = c.relam WHERE am.amname = 'btree' AND c.relpersistence <> 't' AND i.indisready AND i.indisvalid`
    );
    for (const [name] of await rows(on, `SELECT oid::regclass FROM pg_class WHERE relkind IN ('r', 't', 'm')`)) {
      await rows(on, `SELECT count(*) FROM ${name}`);
    }
    return [];
  } catch (e) {
    return [String(e)];
  }
}
