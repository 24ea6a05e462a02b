import type { EngineErrorData } from '../wire/errors';
import type { Notice } from '../wire/results';
import { firstTokens } from './firstTokens';

/** What we know of a statement before it is compiled. */
export interface Guarded {
  /** Its first word, behind EXPLAIN too. */
  verb: string;
  /** True when it may set a pragma: what we rely on is set again afterwards. */
  pragma: boolean;
  attach: boolean;
  notices: Notice[];
}

const refuse = (message: string, hint: string): EngineErrorData => ({ code: 'refused', message, hint });

/** Pragmas that decide whether a commit is really kept, and what they stay at. */
const KEPT: Record<string, string> = {
  JOURNAL_MODE: 'delete',
  SYNCHRONOUS: 'full',
  LOCKING_MODE: 'normal',
  TRUSTED_SCHEMA: 'off',
  TEMP_STORE: 'default'
};

/**
 * Looks at a statement of the user for what would lose writes in silence: write-ahead logging, a file beside
 * this database, synchronous off. Throws EngineErrorData in plain words for what is refused.
 */
export function guard(sql: string): Guarded {
  const tokens = firstTokens(sql, 24);
  const words = tokens.map((t) => t.text.toUpperCase());
  let at = 0;
  if (words[0] === 'EXPLAIN') at = words[1] === 'QUERY' && words[2] === 'PLAN' ? 3 : 1;
  const verb = tokens[at]?.kind === 'word' ? words[at]! : '';
  const notices: Notice[] = [];
  if (verb === 'PRAGMA') guardPragma(words.slice(at + 1), notices);
  if (verb === 'ATTACH') guardAttach(tokens.slice(at + 1).map((t) => t.text));
  if (verb === 'VACUUM' && words.slice(at + 1).includes('INTO')) {
    throw refuse(
      'VACUUM INTO would write a file that is gone with this tab.',
      'Use “Save a copy”: it downloads the database as a file.'
    );
  }
  return { verb, pragma: verb === 'PRAGMA', attach: verb === 'ATTACH', notices };
}

function guardPragma(words: string[], notices: Notice[]): void {
  // PRAGMA name, PRAGMA schema.name, PRAGMA name = value, PRAGMA name(value)
  const named = words[1] === '.' ? 2 : 0;
  const name = words[named] ?? '';
  const sign = words[named + 1];
  if (sign !== '=' && sign !== '(') return;
  const value = words[named + 2] ?? '';
  if (name === 'JOURNAL_MODE' && value === 'WAL') {
    throw refuse(
      'Write-ahead logging is not possible here: a commit would not reach the database file.',
      'Nothing is lost without it: every commit is kept as it is made.'
    );
  }
  if (name === 'WRITABLE_SCHEMA' && !['OFF', 'RESET', '0', 'FALSE', 'NO'].includes(value)) {
    notices.push({
      severity: 'NOTICE',
      message: 'The schema’s own table stays as it is: SQLite runs in defensive mode.',
      detail: 'CREATE, ALTER and DROP change the schema. A script that writes that table itself can be opened as a new project.'
    });
  }
  const kept = KEPT[name];
  if (kept && value !== kept.toUpperCase()) {
    const pragma = name.toLowerCase();
    notices.push({
      severity: 'NOTICE',
      message: `${pragma} stays at ${kept}.`,
      detail: 'Rowhouse relies on it for keeping every commit, and sets it again after the statement.'
    });
  }
}

/** Only a database in memory may be attached. */
function guardAttach(tokens: string[]): void {
  const from = tokens[0]?.toUpperCase() === 'DATABASE' ? 1 : 0;
  const name = tokens[from];
  if (name === ':memory:' || name === '') return;
  throw refuse(
    `A file cannot be attached here${name ? `: ${name}` : ''}.`,
    'Open the file as a project of its own. ATTACH \':memory:\' gives a scratch database.'
  );
}
