import { classifyPostgres } from '../split/splitPostgres';
import type { EngineErrorData } from '../wire/errors';

/** What is to be done with a statement of a dump. */
export type Judgement =
  /** `alone`: not together with others in one transaction. */
  | { act: 'run'; command: string; alone: boolean }
  | { act: 'extension'; command: string; name: string }
  /** Begins or ends a transaction of the dump's own. */
  | { act: 'begin' | 'end'; command: string }
  /** Left out on purpose: it says who owns or may do what, or is about another database. */
  | { act: 'skip'; command: string }
  | { act: 'refuse'; command: string; error: EngineErrorData };

const skipped = new Set([
  'GRANT',
  'REVOKE',
  'SECURITY LABEL',
  'REASSIGN OWNED',
  'DROP OWNED',
  'ALTER DEFAULT PRIVILEGES',
  'CREATE DATABASE',
  'ALTER DATABASE',
  'DROP DATABASE',
  'DROP ROLE',
  'DROP USER',
  'DROP GROUP',
  'DROP TABLESPACE'
]);

const refuse = (message: string): EngineErrorData => ({ code: 'unsupported', message });
const roles = refuse('There are no roles here: the one user of this database may do everything.');
const tablespaces = refuse('There are no tablespaces here: everything lies in the storage of the browser.');
const subscriptions = refuse('There are no subscriptions here: nothing comes in over a network.');
const settings = refuse('These are settings of a server, which this is not.');

const refused: Record<string, EngineErrorData> = {
  'CREATE ROLE': roles,
  'CREATE USER': roles,
  'CREATE GROUP': roles,
  'ALTER ROLE': roles,
  'ALTER USER': roles,
  'ALTER GROUP': roles,
  'CREATE TABLESPACE': tablespaces,
  'ALTER TABLESPACE': tablespaces,
  'CREATE SUBSCRIPTION': subscriptions,
  'ALTER SUBSCRIPTION': subscriptions,
  'DROP SUBSCRIPTION': subscriptions,
  'ALTER SYSTEM': settings
};

/** They may commit, cannot run in a transaction, or give what can be used only after one. */
const lonely = new Set(['DO', 'CALL', 'VACUUM', 'REINDEX', 'CLUSTER', 'CHECKPOINT', 'DISCARD', 'ALTER TYPE', 'LOAD']);

const unquoted = (name: string): string =>
  name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase();

/** Judges a statement of a dump by its words. */
export function judgeStatement(text: string): Judgement {
  const { command } = classifyPostgres(text);
  if (skipped.has(command)) return { act: 'skip', command };
  const error = refused[command];
  if (error) return { act: 'refuse', command, error };
  const run: Judgement = { act: 'run', command, alone: lonely.has(command) || /\bCONCURRENTLY\b/i.test(text.slice(0, 200)) };
  switch (command) {
    case 'BEGIN':
    case 'START TRANSACTION':
      return { act: 'begin', command };
    case 'COMMIT':
      return { act: 'end', command };
    case 'ROLLBACK':
      return /\bTO\b/i.test(text) ? { ...run, alone: true } : { act: 'end', command };
    case 'SAVEPOINT':
    case 'RELEASE':
      return { ...run, alone: true };
    case 'CREATE EXTENSION': {
      const name = /^CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?("(?:[^"]|"")+"|[\w$]+)/i.exec(text);
      return name ? { act: 'extension', command, name: unquoted(name[1]!) } : run;
    }
    case 'SET':
      return skipsSetting(text) ? { act: 'skip', command } : run;
    case 'COMMENT':
      return /^COMMENT\s+ON\s+(EXTENSION|DATABASE|ROLE|TABLESPACE|SUBSCRIPTION)\b/i.test(text) ? { act: 'skip', command } : run;
    default:
      return command.startsWith('ALTER ') && isOwnership(text) ? { act: 'skip', command } : run;
  }
}

/** Who owns something, or in which tablespace it lies. */
const isOwnership = (text: string): boolean =>
  text.length < 10_000 && /\s(OWNER\s+TO|SET\s+TABLESPACE)\s+("(?:[^"]|"")+"|[\w$]+)$/i.test(text);

/** Who one is; how the bytes of the dump are written (they have been decoded); a tablespace that is not there. */
const skipsSetting = (text: string): boolean =>
  /^SET\s+(SESSION\s+|LOCAL\s+)?(ROLE|AUTHORIZATION|SESSION\s+AUTHORIZATION|client_encoding|NAMES)\b/i.test(text) ||
  (/^SET\s+(SESSION\s+|LOCAL\s+)?default_tablespace\b/i.test(text) && !/''\s*$|\bDEFAULT$/i.test(text));

/** SQLSTATEs of "there is no such thing". */
const missing = new Set(['42P01', '42704', '42883', '42703', '3F000', '42P02']);

/**
 * Whether a failure is nothing to tell of: what `pg_dump --clean` drops is not there in a new database, a newer
 * pg_dump sets what this Postgres does not know, and what every database has exists already.
 */
export function isHarmless(command: string, text: string, error: EngineErrorData): boolean {
  if (command === 'SET' || command === 'RESET') return error.code === '42704';
  if (command.startsWith('DROP ')) return missing.has(error.code);
  if (command.startsWith('ALTER ')) return missing.has(error.code) && /\sDROP\s+(CONSTRAINT|DEFAULT|COLUMN|IDENTITY)\b/i.test(text.slice(0, 2_000));
  if (command === 'CREATE SCHEMA') return error.code === '42P06' && /\spublic$/i.test(text);
  if (command === 'CREATE EXTENSION' || command === 'CREATE LANGUAGE') return error.code === '42710';
  return false;
}

/** Commands of psql that ask for nothing that is missing here. */
const quietMeta =
  /^\\(restrict|unrestrict|connect|c|set|unset|echo|qecho|warn|encoding|pset|timing|t|x|a|f|H|o|p|q|r|\.|errverbose|conninfo)(\s|$)/;

/** Why a command of psql is missing here; undefined when nothing is lost with it. */
export function judgeMeta(text: string): EngineErrorData | undefined {
  if (quietMeta.test(text)) return undefined;
  const name = /^\\\S*/.exec(text)![0];
  if (/^\\(i|ir|include|include_relative)$/.test(name)) {
    return { code: 'unsupported', message: `${text.trim()} asks psql for another file.`, hint: 'Put the files together into one and open that.' };
  }
  return { code: 'unsupported', message: `${name} is a command of psql, which is not here.` };
}

/** The database that a `\\connect` names; undefined for other commands of psql, and where it names none. */
export function connectedDatabase(text: string): string | undefined {
  const rest = /^\\(?:connect|c)\s+(.*?)\s*$/.exec(text)?.[1];
  if (rest === undefined) return undefined;
  // \\connect -reuse-previous=on "dbname='my shop'" is how pg_dump writes odd names.
  const odd = /^-reuse-previous=on\s+"dbname='(.*)'"$/.exec(rest)?.[1];
  const name = odd ?? (rest.startsWith('"') ? /^"((?:[^"]|"")*)"/.exec(rest)?.[1]?.replaceAll('""', '"') : /^\S+/.exec(rest)?.[0]);
  return name === '-' || name === '' ? undefined : name;
}
