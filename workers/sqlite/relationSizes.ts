import type { RelationRef, RelationSizes } from '../wire/catalog';
import { openBeside } from './besideReader';
import { shadowsOf } from './modules';
import { readHeader, startOf } from './databaseHeader';
import { schemaObjects } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';
import type { StoreFile } from './storeFile';

/** Up to this size of a database the pages of a table are counted without being asked to. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Bytes of a relation, and of each of its indexes; of a virtual table those of the tables that belong to it. Null
 * where that cannot be told, or only by reading through a large file.
 */
export async function relationSizes(connection: SqliteConnection, file: StoreFile, ref: RelationRef): Promise<RelationSizes | null> {
  if (ref.schema !== 'main' || file.size() > MOST_BYTES || connection.inTransaction || readHeader(startOf(file))?.utf16) return null;
  const objects = schemaObjects(connection, 'main');
  const same = (name: string): boolean => name.toLowerCase() === ref.relation.toLowerCase();
  const itself = objects.find((o) => o.type === 'table' && same(o.name));
  if (!itself) return null;
  const owners = new Set([itself.name, ...shadowsOf(itself)].map((name) => name.toLowerCase()));
  const parts = objects.filter((o) => (o.type === 'table' || o.type === 'index') && owners.has(o.table.toLowerCase()));
  const beside = connection.module.build === 'official' ? connection : await openBeside(connection, file);
  try {
    const sizes = new Map<string, number>();
    for (const { name } of parts) {
      const bytes = beside.query("SELECT pgsize FROM dbstat('main', 1) WHERE name = ?1", [name])[0]?.[0];
      sizes.set(name, Number(bytes ?? 0));
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
