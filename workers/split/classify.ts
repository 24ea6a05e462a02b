import { wordOf, type Scanner, type TokenKind } from './token';

/** What a statement's words tell of it. */
export interface Classified {
  command: string;
  writes: boolean;
  changesCatalog: boolean;
}

/** What a dialect says of its commands by their first word; what is in neither list may change everything. */
export interface CommandRules {
  /** They only read, or steer the session. */
  reads: ReadonlySet<string>;
  /** They change rows, never the catalog. */
  changesRows: ReadonlySet<string>;
  /** What the first word alone does not tell; undefined leaves it to the lists. The scanner stands on that word. */
  special(word: string, scanner: Scanner): Classified | undefined;
}

/** To the next token that is no comment; false at the end. */
export function advance(scanner: Scanner): boolean {
  while (scanner.next()) if (scanner.kind !== 'comment') return true;
  return false;
}

/** The kind of the next token that is no comment; undefined at the end. */
export const nextKind = (scanner: Scanner): TokenKind | undefined => (advance(scanner) ? scanner.kind : undefined);

/** The next word in upper case; empty when another token comes. */
export const nextWord = (scanner: Scanner): string => (advance(scanner) ? wordOf(scanner) : '');

/** From an opening parenthesis to behind its closing one. */
export function skipParentheses(scanner: Scanner): void {
  let depth = 1;
  while (depth > 0 && advance(scanner)) {
    if (scanner.kind === 'open') depth++;
    else if (scanner.kind === 'close') depth--;
  }
}

/** Classifies the statement that a scanner is about to read. */
export function classify(scanner: Scanner, rules: CommandRules): Classified {
  while (advance(scanner)) if (scanner.kind !== 'open') return classifyFrom(wordOf(scanner), scanner, rules);
  return { command: '', writes: false, changesCatalog: false };
}

/** The same, where the scanner already stands on the first word. */
export function classifyFrom(word: string, scanner: Scanner, rules: CommandRules): Classified {
  const special = rules.special(word, scanner);
  if (special) return special;
  if (word === 'WITH') return classifyWith(scanner, rules);
  if (rules.reads.has(word)) return { command: commandOf(word, scanner), writes: false, changesCatalog: false };
  return { command: commandOf(word, scanner), writes: true, changesCatalog: !rules.changesRows.has(word) };
}

const dml = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE', 'REPLACE']);
const verbs = new Set([...dml, 'SELECT', 'VALUES', 'TABLE']);

/** WITH … is its main verb; one that writes in a parenthesis makes it write too. */
function classifyWith(scanner: Scanner, rules: CommandRules): Classified {
  let depth = 0;
  let previous = 'WITH';
  let nested = false;
  while (advance(scanner)) {
    const word = wordOf(scanner);
    if (scanner.kind === 'open') depth++;
    else if (scanner.kind === 'close') depth--;
    else if (depth === 1 && dml.has(word) && (previous === 'AS (' || previous === 'MATERIALIZED (')) nested = true;
    // After WITH, RECURSIVE and a comma stands a name, whatever it is called.
    else if (depth === 0 && verbs.has(word) && !['WITH', 'RECURSIVE', ','].includes(previous)) {
      const main = classifyFrom(word, scanner, rules);
      return nested ? { ...main, writes: true } : main;
    }
    const text = word || scanner.sql.slice(scanner.from, Math.min(scanner.to, scanner.from + 2));
    previous = scanner.kind === 'open' ? `${previous} (` : text;
  }
  return { command: 'WITH', writes: true, changesCatalog: true };
}

/** Words between CREATE, ALTER or DROP and what they are about. */
const modifiers = new Set(
  'OR REPLACE TEMP TEMPORARY UNIQUE GLOBAL LOCAL UNLOGGED RECURSIVE TRUSTED PROCEDURAL CONSTRAINT DEFAULT'.split(' ')
);
/** What it takes more than one word to name. */
const longNames: Record<string, string[]> = {
  MATERIALIZED: ['VIEW'],
  FOREIGN: ['TABLE', 'DATA'],
  DATA: ['WRAPPER'],
  EVENT: ['TRIGGER'],
  VIRTUAL: ['TABLE'],
  ACCESS: ['METHOD'],
  TEXT: ['SEARCH'],
  SEARCH: ['CONFIGURATION', 'DICTIONARY', 'PARSER', 'TEMPLATE'],
  USER: ['MAPPING'],
  OPERATOR: ['CLASS', 'FAMILY'],
  LARGE: ['OBJECT']
};
/** Commands that are more than their first word, by their first two. */
const longCommands = new Set(['START TRANSACTION', 'SECURITY LABEL', 'REASSIGN OWNED']);
/** What engines call by another name. */
const synonyms: Record<string, string> = {
  END: 'COMMIT',
  ABORT: 'ROLLBACK',
  REFRESH: 'REFRESH MATERIALIZED VIEW',
  IMPORT: 'IMPORT FOREIGN SCHEMA'
};

/** The command's words, from its first: CREATE TABLE, DROP MATERIALIZED VIEW, COMMIT. */
function commandOf(first: string, scanner: Scanner): string {
  if (first !== 'CREATE' && first !== 'ALTER' && first !== 'DROP') {
    if (synonyms[first]) return synonyms[first];
    const two = `${first} ${nextWord(scanner)}`;
    return longCommands.has(two) ? two : first;
  }
  let word = nextWord(scanner);
  if (first === 'ALTER' && word === 'DEFAULT') return 'ALTER DEFAULT PRIVILEGES';
  while (modifiers.has(word)) word = nextWord(scanner);
  const words = [first, word];
  for (let more = longNames[word]; more; more = longNames[word]) {
    word = nextWord(scanner);
    if (!more.includes(word)) break;
    words.push(word);
  }
  return words.join(' ').trimEnd();
}
