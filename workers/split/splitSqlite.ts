import { advance, classify, nextWord, type Classified, type CommandRules } from './classify';
import { nameIn } from './nameComment';
import { scanSqlite } from './scanSqlite';
import type { ScriptStatement } from './scriptStatement';
import { wordOf, type Scanner } from './token';

const words = (text: string): Set<string> => new Set(text.split(' '));

/** Pragmas that take an argument and only read. */
const readingPragmas = words(
  'TABLE_INFO TABLE_XINFO TABLE_LIST INDEX_INFO INDEX_XINFO INDEX_LIST FOREIGN_KEY_LIST FOREIGN_KEY_CHECK ' +
    'INTEGRITY_CHECK QUICK_CHECK'
);
/** Pragmas that write without an argument. */
const writingPragmas = words('INCREMENTAL_VACUUM OPTIMIZE WAL_CHECKPOINT');

const rules: CommandRules = {
  reads: words('SELECT VALUES BEGIN SAVEPOINT RELEASE EXPLAIN'),
  changesRows: words('INSERT UPDATE DELETE REPLACE COMMIT END ROLLBACK VACUUM REINDEX'),
  special: (word, scanner) => (word === 'PRAGMA' ? classifyPragma(scanner) : undefined)
};

/** A pragma writes when it is given a value, but for those that take an argument to look something up. */
function classifyPragma(scanner: Scanner): Classified {
  let name = nextWord(scanner);
  let argument = false;
  while (advance(scanner)) {
    const mark = scanner.sql.slice(scanner.from, scanner.to);
    if (mark === '.') name = nextWord(scanner);
    else {
      argument = mark === '=' || scanner.kind === 'open';
      break;
    }
  }
  const writes = argument ? !readingPragmas.has(name) : writingPragmas.has(name);
  return { command: 'PRAGMA', writes, changesCatalog: writes };
}

/**
 * The states of sqlite3_complete (complete.c): a trigger ends with `;`, END and `;`, everything else with
 * the first semicolon.
 */
type State = 'start' | 'normal' | 'explain' | 'create' | 'trigger' | 'semicolon' | 'end';

function follow(state: State, scanner: Scanner): State {
  if (state === 'normal' || state === 'trigger') return state;
  const word = wordOf(scanner);
  const isTemp = word === 'TEMP' || word === 'TEMPORARY';
  switch (state) {
    case 'start':
      return word === 'EXPLAIN' ? 'explain' : word === 'CREATE' ? 'create' : 'normal';
    case 'explain':
      return word === 'CREATE' ? 'create' : ['EXPLAIN', 'TRIGGER', 'END'].includes(word) || isTemp ? 'normal' : 'explain';
    case 'create':
      return word === 'TRIGGER' ? 'trigger' : isTemp ? 'create' : 'normal';
    case 'semicolon':
      return word === 'END' ? 'end' : 'trigger';
    default:
      return 'trigger';
  }
}

/**
 * Splits an SQLite script into statements by SQLite's own rules: a trigger stays whole. Comments and empty
 * statements are left out.
 */
export function splitSqlite(script: string): ScriptStatement[] {
  const scanner = scanSqlite(script);
  const found: ScriptStatement[] = [];
  let state: State = 'start';
  let from = -1;
  let to = 0;
  let name: string | undefined;
  const finish = (): void => {
    if (from >= 0) {
      const classified = classify(scanSqlite(script, from, to), rules);
      found.push({ from, to, text: script.slice(from, to), name, ...classified });
    }
    state = 'start';
    from = -1;
    name = undefined;
  };
  while (scanner.next()) {
    if (scanner.kind === 'comment') {
      if (from < 0) name = nameIn(script.slice(scanner.from, scanner.to)) ?? name;
      continue;
    }
    if (scanner.kind === 'semicolon') {
      if (state !== 'trigger' && state !== 'semicolon') {
        finish();
        continue;
      }
      state = 'semicolon';
    } else {
      state = follow(state, scanner);
    }
    if (from < 0) from = scanner.from;
    to = scanner.to;
  }
  finish();
  return found;
}
