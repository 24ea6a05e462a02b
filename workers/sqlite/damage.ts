import type { EngineErrorData } from '../wire/errors';
import { isErrorData } from '../wire/errors';
import type { Notice } from '../wire/results';
import type { DatabaseHeader } from './databaseHeader';
import { textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

/** Up to this size a file that was just dropped is checked whole. */
const CHECKED_BYTES = 4 * 1024 * 1024;

export interface Damage {
  notice: Notice;
  /** The schema itself cannot be read whole: SQLite must be told to take what it understands. */
  schema: boolean;
}

const notice = (detail: string): Notice => ({
  severity: 'WARNING',
  message: 'This database is damaged. It is open for reading only; what can be read is shown.',
  detail,
  hint: 'If a file of its name that ends in -journal or -wal lies beside it, drop both together. Else get the file again from where it came from, or save what can be read as a new database.'
});

/**
 * What is wrong with a database as far as can be told quickly; null when nothing is. Throws EngineErrorData when
 * it cannot be read at all.
 * @param unchanged nothing was committed here yet: the file is as it came
 * @param mended in words, what of its header is not read as it stands
 */
export function damageOf(
  connection: SqliteConnection,
  header: DatabaseHeader | null,
  size: number,
  unchanged: boolean,
  mended: string | null = null
): Damage | null {
  if (!header) return null;
  const wanted = header.pages * header.pageSize;
  const cut =
    wanted > size ? `The file is cut off: ${size.toLocaleString('en')} of ${wanted.toLocaleString('en')} bytes are there.` : null;
  // Everything that later reads the schema reads these columns: what fails, fails here.
  const readSchema = (): unknown => connection.query('SELECT type, name, tbl_name, sql FROM sqlite_schema');
  try {
    readSchema();
  } catch (e) {
    if (!isErrorData(e) || connection.broken || !isDamage(e)) throw refused(e, cut);
    try {
      connection.query('PRAGMA writable_schema=on');
      readSchema();
    } catch (again) {
      throw refused(again, cut);
    }
    return { notice: notice(mended ?? cut ?? e.message), schema: true };
  }
  if (mended) return { notice: notice(mended), schema: false };
  if (cut) return { notice: notice(cut), schema: false };
  if (!unchanged || size > CHECKED_BYTES) return null;
  try {
    const found = textOf(connection.query('PRAGMA quick_check(1)')[0]?.[0]);
    return found === 'ok' ? null : { notice: notice(found.replace(/^\*\*\* in database main \*\*\*\s*/, '')), schema: false };
  } catch (e) {
    if (!isErrorData(e) || connection.broken) throw refused(e, null);
    // A relation whose module is missing cannot be checked, which is no damage.
    return isDamage(e) ? { notice: notice(e.message), schema: false } : null;
  }
}

const isDamage = (e: EngineErrorData): boolean => e.code.startsWith('SQLITE_CORRUPT') || /malformed/.test(e.message);

function refused(e: unknown, cut: string | null): unknown {
  if (!isErrorData(e)) return e;
  if (!e.code.startsWith('SQLITE_')) return e;
  return {
    code: 'damaged',
    message: cut ? `This database cannot be opened: ${e.message}. ${cut}` : `This database cannot be opened: ${e.message}.`,
    hint: 'Get the file again from where it came from.'
  };
}
