import type { StatementSpan } from '../wire/results';
import { advance, classify, classifyFrom, nextKind, nextWord, skipParentheses, type Classified, type CommandRules } from './classify';
import { nameIn } from './nameComment';
import { scanPostgres } from './scanPostgres';
import type { ScriptStatement } from './scriptStatement';
import { StatementShape } from './statementShape';
import { wordOf, type Scanner } from './token';

const words = (text: string): Set<string> => new Set(text.split(' '));

const rules: CommandRules = {
  reads: words(
    'SELECT VALUES TABLE SHOW SET RESET BEGIN START SAVEPOINT RELEASE PREPARE DEALLOCATE DECLARE FETCH MOVE CLOSE ' +
      'LISTEN UNLISTEN NOTIFY LOCK CHECKPOINT LOAD'
  ),
  changesRows: words(
    'INSERT UPDATE DELETE MERGE TRUNCATE COPY EXECUTE COMMIT END ROLLBACK ABORT REFRESH CLUSTER REINDEX VACUUM ANALYZE'
  ),
  special(word, scanner) {
    if (word === 'EXPLAIN') return classifyExplain(scanner);
    if (word === 'SELECT') return { command: 'SELECT', ...selectsInto(scanner) };
    if (word === 'COPY') return { command: 'COPY', writes: copyWrites(scanner), changesCatalog: false };
    if (word === 'SET' || word === 'RESET') {
      return { command: word, writes: false, changesCatalog: changesLookup(scanner) };
    }
    return undefined;
  }
};

/** EXPLAIN runs its statement only with ANALYZE. */
function classifyExplain(scanner: Scanner): Classified {
  const explain = { command: 'EXPLAIN', writes: false, changesCatalog: false };
  let analyze = false;
  let kind = nextKind(scanner);
  if (kind === 'open') {
    for (kind = nextKind(scanner); kind && kind !== 'close'; kind = nextKind(scanner)) {
      const word = wordOf(scanner);
      if (word === 'ANALYZE' || word === 'ANALYSE') analyze = true;
      else if (analyze && ['FALSE', 'OFF'].includes(word)) analyze = false;
    }
    kind = nextKind(scanner);
  } else {
    for (let word = wordOf(scanner); ['ANALYZE', 'ANALYSE', 'VERBOSE'].includes(word); word = nextWord(scanner)) {
      analyze ||= word !== 'VERBOSE';
    }
  }
  if (!analyze) return explain;
  while (kind === 'open') kind = nextKind(scanner);
  const { writes, changesCatalog } = classifyFrom(wordOf(scanner), scanner, rules);
  return { ...explain, writes, changesCatalog };
}

/** SELECT … INTO makes a table. INTO stands behind the list, before FROM. */
function selectsInto(scanner: Scanner): { writes: boolean; changesCatalog: boolean } {
  while (advance(scanner)) {
    const word = wordOf(scanner);
    if (word === 'INTO') return { writes: true, changesCatalog: true };
    if (word === 'FROM' || word === 'WHERE' || word === 'UNION' || scanner.kind === 'close') break;
    if (scanner.kind === 'open') skipParentheses(scanner);
  }
  return { writes: false, changesCatalog: false };
}

/** COPY … FROM writes; COPY (…) TO does what its query does. */
function copyWrites(scanner: Scanner): boolean {
  let kind = nextKind(scanner);
  if (kind === 'open') return classify(scanner, rules).writes;
  for (; kind; kind = nextKind(scanner)) {
    const word = wordOf(scanner);
    if (word === 'FROM' || word === 'TO') return word === 'FROM';
    if (kind === 'open') skipParentheses(scanner);
  }
  return true;
}

/** SET search_path (or role) changes what a bare name means. */
function changesLookup(scanner: Scanner): boolean {
  let word = nextWord(scanner);
  if (word === 'SESSION' || word === 'LOCAL') word = nextWord(scanner);
  return ['SEARCH_PATH', 'SCHEMA', 'ROLE', 'AUTHORIZATION', 'ALL'].includes(word);
}

/** What the words of one statement tell. */
export const classifyPostgres = (statement: string): Classified => classify(scanPostgres(statement), rules);

/** A statement under way. */
class Statement {
  from = -1;
  to = 0;
  name: string | undefined;
  readonly shape = new StatementShape();
  #fromStdin = false;

  /** COPY … FROM stdin. */
  get takesData(): boolean {
    return this.#fromStdin && this.shape.head.startsWith('COPY ');
  }

  take(scanner: Scanner): void {
    if (this.from < 0) this.from = scanner.from;
    this.to = scanner.to;
    const { shape } = this;
    const word = wordOf(scanner);
    if (word === 'STDIN' && shape.previous === 'FROM' && shape.parentheses === 0) this.#fromStdin = true;
    if (word) shape.word(word);
    else shape.mark(scanner.sql[scanner.from]!);
  }
}

/** The data of a COPY block behind its semicolon: from the next line to the line `\.`; undefined when there is none. */
function copyData(script: string, at: number): (StatementSpan & { next: number }) | undefined {
  const line = script.indexOf('\n', at);
  if (line < 0 || script.slice(at, line).trim() !== '') return undefined;
  const end = /^\\\.\r?$/m;
  const from = line + 1;
  const found = end.exec(script.slice(from));
  if (!found) return undefined;
  return { from, to: from + found.index, next: from + found.index + found[0].length };
}

/**
 * Splits a Postgres script into statements: as libpg-query does where it is valid, and on every semicolon
 * outside of quotes where it is not. Comments, empty statements and psql's meta-commands are left out; the
 * rows of a COPY block belong to its statement (`data`), not to its text.
 */
export function splitPostgres(script: string): ScriptStatement[] {
  const scanner = scanPostgres(script);
  const found: ScriptStatement[] = [];
  let current = new Statement();
  const finish = (data?: StatementSpan): void => {
    if (current.from >= 0) {
      const { from, to, name } = current;
      const classified = classify(scanPostgres(script, from, to), rules);
      found.push({ from, to, text: script.slice(from, to), name, ...classified, ...(data && { data }) });
    }
    current = new Statement();
  };
  while (scanner.next()) {
    if (scanner.kind === 'comment') {
      if (current.from < 0) current.name = nameIn(script.slice(scanner.from, scanner.to)) ?? current.name;
    } else if (scanner.kind === 'semicolon' && !current.shape.open) {
      const data = current.takesData ? copyData(script, scanner.to) : undefined;
      if (data) scanner.to = data.next;
      finish(data && { from: data.from, to: data.to });
    } else if (scanner.kind !== 'meta') current.take(scanner);
  }
  finish();
  return found;
}
