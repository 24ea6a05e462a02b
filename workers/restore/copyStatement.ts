import { scanPostgres } from '../split/scanPostgres';
import { wordOf } from '../split/token';
import type { CopyBlock } from './dumpTarget';

/** Takes a statement apart when it is `COPY … FROM stdin`; undefined when it is another. */
export function copyFromStdin(text: string): CopyBlock | undefined {
  if (!/^COPY\b/i.test(text)) return undefined;
  const scanner = scanPostgres(text);
  let depth = 0;
  let from = -1;
  let relationEnd = 0;
  while (scanner.next()) {
    if (scanner.kind === 'open') depth++;
    else if (scanner.kind === 'close') depth--;
    if (depth > 0) {
      relationEnd ||= scanner.from;
      continue;
    }
    const word = wordOf(scanner);
    if (from >= 0 && word === 'STDIN') {
      return {
        text,
        head: text.slice(0, from).trim(),
        relation: text.slice(4, relationEnd || from).trim(),
        tail: text.slice(scanner.to).trim()
      };
    }
    from = word === 'FROM' ? scanner.from : -1;
  }
  return undefined;
}
