import type { ArchiveContents } from '$workers/engine';
import { plural } from '$lib/base/format';

/** What pg_dump calls otherwise than people do, one and many; null for what belongs to something that is named already. */
const NAMES: Record<string, [string, string] | null> = {
  'FK CONSTRAINT': ['foreign key', 'foreign keys'],
  INDEX: ['index', 'indexes'],
  'OPERATOR CLASS': ['operator class', 'operator classes'],
  STATISTICS: ['statistics object', 'statistics objects'],
  'ROW SECURITY': ['table with row security', 'tables with row security'],
  'INDEX ATTACH': null,
  'TABLE ATTACH': null,
  'SEQUENCE SET': null,
  'SEQUENCE OWNED BY': null
};

/** The rest of an archive in words: "36 foreign keys, 34 indexes, 2 domains". */
export function archiveWords(others: ArchiveContents['others']): string {
  return others
    .flatMap(({ kind, count }) => {
      const name = NAMES[kind];
      if (name === null) return [];
      const one = name?.[0] ?? kind.toLowerCase();
      return [plural(count, one, name?.[1] ?? one.replace(/y$/, 'ie') + 's')];
    })
    .join(', ');
}
