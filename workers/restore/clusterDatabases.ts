import { connectedDatabase } from './judgeStatement';

/** A database in a file of pg_dumpall. */
export interface ClusterDatabase {
  name: string;
  /** How many tables are made in it. */
  tables: number;
}

const HEAD = /PostgreSQL database cluster dump/;
const LINE = /^(?:\\connect .*|CREATE (?:UNLOGGED |FOREIGN )?TABLE .*)$/gm;

/**
 * The databases of a file of pg_dumpall, in order; null for any other dump, of which no more than the beginning is read.
 * A glance over its lines: what is loaded in the end is told statement by statement.
 */
export async function clusterDatabases(bytes: AsyncIterable<Uint8Array>): Promise<ClusterDatabase[] | null> {
  const decoder = new TextDecoder();
  const databases = new Map<string, ClusterDatabase>();
  let current: ClusterDatabase | undefined;
  let begun = false;
  let rest = '';
  const look = (lines: string): void => {
    for (const [line] of lines.matchAll(LINE)) {
      const name = connectedDatabase(line);
      if (name !== undefined) databases.set(name, (current = databases.get(name) ?? { name, tables: 0 }));
      else if (current && !line.startsWith('\\')) current.tables++;
    }
  };
  for await (const chunk of bytes) {
    const text = rest + decoder.decode(chunk, { stream: true });
    if (!begun && !HEAD.test(text.slice(0, 1_000))) return null;
    begun = true;
    const end = text.lastIndexOf('\n') + 1;
    look(text.slice(0, end));
    rest = text.slice(end);
  }
  look(rest);
  return begun ? [...databases.values()] : null;
}
