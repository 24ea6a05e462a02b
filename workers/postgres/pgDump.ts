import type { PGlite } from '@electric-sql/pglite';
import { messageOf } from '../wire/errors';
import type { MessageHandler } from './backend';
import type { Session } from './session';

/** What pg_dump sets in a session and leaves so. */
const TOUCHED = [
  'search_path', 'DateStyle', 'IntervalStyle', 'extra_float_digits', 'synchronize_seqscans', 'statement_timeout',
  'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout', 'row_security', 'client_encoding',
  'default_transaction_read_only', 'quote_all_identifiers', 'restrict_nonsystem_relation_kind'
];

/**
 * Runs the real pg_dump (pglite-tools) over this session, and leaves the session's settings as they were.
 * No transaction may be open. Throws EngineErrorData.
 * @param args its command line, without connection and file
 * @returns the script that it wrote
 */
export async function runPgDump(session: Session, args: readonly string[]): Promise<string> {
  const before = readSettings(session);
  try {
    const { pgDump } = await import('@electric-sql/pglite-tools/pg_dump');
    const file = await pgDump({ pg: overSession(session) as unknown as PGlite, args: [...args] });
    return await file.text();
  } catch (e) {
    if (session.backend.lost) throw session.backend.lost;
    const words = messageOf(e);
    throw { code: 'internal', message: 'pg_dump could not write this database.', detail: words };
  } finally {
    if (!session.backend.lost) {
      // It ends within its own transaction.
      if (session.backend.status !== 'I') session.exec('ROLLBACK');
      session.exec('DEALLOCATE ALL');
      for (const [name, value] of readSettings(session)) {
        const was = before.get(name);
        if (was !== undefined && was !== value) session.ask('SELECT pg_catalog.set_config($1, $2, false)', [name, was]);
      }
    }
  }
}

function readSettings(session: Session): Map<string, string> {
  const rows = session.ask('SELECT name, setting FROM pg_catalog.pg_settings WHERE name = ANY ($1)', [`{${TOUCHED.join(',')}}`]);
  return new Map(rows.map(([name, value]) => [name!, value!]));
}

/**
 * What pglite-tools asks of a PGlite, on our own wire. It sets the search path to what it read, which is a
 * syntax error where that is empty; the settings are put back above instead, so those statements are let go.
 */
function overSession(session: Session): Pick<PGlite, 'execProtocolRawStream'> & { query: unknown; exec: unknown } {
  return {
    query: () => Promise.resolve({ rows: [{ search_path: '' }] }),
    exec: () => Promise.resolve([]),
    execProtocolRawStream: (message, { onRawData }) => {
      const parts: Uint8Array[] = [];
      let length = 0;
      const take: MessageHandler = (_, bytes, from, to) => {
        const part = bytes.slice(from - 5, to);
        parts.push(part);
        length += part.length;
      };
      // Its own start-up packet has no type; X says good-bye, but the session goes on.
      if (message[0] === 0) session.backend.startUp(message.slice(), take);
      else if (message[0] !== 0x58) session.backend.exchange(message.slice(), take);
      // All at once: it copies what it has at each call.
      const all = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      if (length > 0) onRawData(all);
      return Promise.resolve();
    }
  };
}
