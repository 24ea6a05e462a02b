import type { RelationRef, RelationSizes } from '../wire/catalog';
import type { Progress } from '../wire/opening';
import { openBeside } from './besideReader';
import { shadowsOf } from './modules';
import { readHeader, startOf } from './databaseHeader';
import { readCell } from './rawColumns';
import { schemaObjects } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import type { StoreFile } from './storeFile';

/** Up to this size of a database the pages of a table are counted without being asked to. */
const MOST_BYTES = 64 * 1024 * 1024;

export interface SizeReading {
  /** Read through a large file as well. */
  large: boolean;
  onProgress: (progress: Progress) => void;
  /** Called between pages; throws when it is to stop. */
  pause: () => Promise<void>;
}

/** How often the page is told, in ms. */
const TELL_MS = 100;

/**
 * Bytes of a relation, and of each of its indexes; of a virtual table those of the tables that belong to it. Null
 * where that cannot be told; of a large file only when asked to.
 */
export async function relationSizes(
  connection: SqliteConnection,
  file: StoreFile,
  ref: RelationRef,
  { large, onProgress, pause }: SizeReading
): Promise<RelationSizes | null> {
  if (ref.schema !== 'main' || connection.inTransaction || readHeader(startOf(file))?.utf16) return null;
  const objects = schemaObjects(connection, 'main');
  const same = (name: string): boolean => name.toLowerCase() === ref.relation.toLowerCase();
  const itself = objects.find((o) => o.type === 'table' && same(o.name));
  if (!itself) return null;
  if (file.size() > MOST_BYTES && !large) return { bytes: null, indexes: [] };
  const owners = new Set([itself.name, ...shadowsOf(itself)].map((name) => name.toLowerCase()));
  const parts = objects.filter((o) => (o.type === 'table' || o.type === 'index') && owners.has(o.table.toLowerCase()));
  const beside = connection.module.build === 'official' ? connection : await openBeside(connection, file);
  try {
    const sizes = new Map<string, number>();
    let told = performance.now();
    let done = 0;
    for (const { name } of parts) {
      let bytes = 0;
      await eachPage(beside, name, pause, (size) => {
        bytes += size;
        done += size;
        if (performance.now() - told < TELL_MS) return;
        told = performance.now();
        onProgress({ label: `Counting the pages of ${name}`, done, total: null, unit: 'bytes' });
      });
      sizes.set(name, bytes);
    }
    const indexes = parts.filter((o) => o.type === 'index' && same(o.table));
    return {
      bytes: [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0),
      indexes: indexes.map(({ name }) => ({ name, bytes: sizes.get(name)! }))
    };
  } finally {
    if (beside !== connection) beside.close();
  }
}

/** Goes over the pages of a table or an index, and tells the bytes of each. */
async function eachPage(connection: SqliteConnection, name: string, pause: () => Promise<void>, take: (bytes: number) => void): Promise<void> {
  const statement = connection.prepare("SELECT pgsize FROM dbstat('main') WHERE name = ?1")!;
  try {
    statement.bind([name]);
    while (statement.step()) {
      take(Number(readCell(connection, statement.pointer, 0)));
      await pause();
    }
  } finally {
    statement.finalize();
  }
}
