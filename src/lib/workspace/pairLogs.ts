import type { LogFile } from '$workers/engine';

/** How SQLite names what it keeps beside a database. */
const BESIDE = /-(wal|journal|shm)$/;

/** A name without what copying and downloading make of it: its ending, "(1)", "copy". */
const bareName = (name: string): string =>
  name.replace(BESIDE, '').replace(/\.[^.]*$/, '').replace(/(?:\s*\(\d+\)|[\s-]+copy(?:\s+\d+)?)+$/i, '').toLowerCase();

/**
 * The log that belongs to a database: the one of its name, else, where there is one database and one log, that one if
 * a copy of either could have got its name. Nothing in a log says whose it is, and another one's would ruin a database.
 * @param databases how many databases there are
 */
export function logOf(name: string, logs: readonly LogFile[], databases: number): LogFile | undefined {
  const named = logs.filter((log) => log.name.replace(BESIDE, '') === name);
  if (named.length > 0) return named.find((log) => log.name.endsWith('-wal')) ?? named[0];
  const [only, ...others] = logs;
  return only && others.length === 0 && databases === 1 && bareName(only.name) === bareName(name) ? only : undefined;
}

/**
 * Whether a file says nothing that its database, which is there as well, does not know: the index of a log, or a log
 * of no bytes.
 */
export const isIdleBeside = (file: File, names: ReadonlySet<string>): boolean =>
  BESIDE.test(file.name) && (file.size === 0 || file.name.endsWith('-shm')) && names.has(file.name.replace(BESIDE, ''));
