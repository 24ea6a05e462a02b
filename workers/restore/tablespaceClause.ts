import { advance } from '../split/classify';
import { scanPostgres } from '../split/scanPostgres';
import { wordOf } from '../split/token';

/** Commands that may say in which tablespace something lies. */
const placing = /^CREATE (TABLE|INDEX|MATERIALIZED VIEW)$/;

/**
 * A statement without its `TABLESPACE name` clauses: there are no tablespaces here, and what it makes matters more.
 * The text itself where it has none.
 * @param command of the statement, as `classifyPostgres` gives it
 */
export function withoutTablespace(command: string, text: string): string {
  if (!placing.test(command) || !/\btablespace\b/i.test(text)) return text;
  const scanner = scanPostgres(text);
  const cuts: { from: number; to: number }[] = [];
  let depth = 0;
  let words: [string, string] = ['', ''];
  // Before the columns (or the name) of what is made, and between parentheses, it may be a name.
  let isBehind = false;
  while (advance(scanner)) {
    const word = wordOf(scanner);
    if (scanner.kind === 'open') depth++;
    if (scanner.kind === 'close') depth--;
    // The query of CREATE … AS.
    if (depth === 0 && word === 'AS') break;
    const isClause = depth === 0 ? isBehind : words.join(' ') === 'USING INDEX';
    if (word === 'TABLESPACE' && isClause && text[scanner.from - 1] !== '.') {
      const { from } = scanner;
      if (!advance(scanner)) break;
      // USING INDEX TABLESPACE goes as a whole.
      const begin = words.join(' ') === 'USING INDEX' ? text.slice(0, from).search(/using\s+index\s+$/i) : from;
      if (begin >= 0 && (scanner.kind === 'word' || scanner.kind === 'name')) cuts.push({ from: begin, to: scanner.to });
      continue;
    }
    isBehind ||= depth === 0 && (scanner.kind === 'close' || words[1] === 'VIEW' || words[1] === 'EXISTS');
    words = [words[1], word];
  }
  return cuts.reduceRight((sql, { from, to }) => sql.slice(0, from).trimEnd() + sql.slice(to), text);
}
