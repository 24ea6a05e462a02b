import { expect, it } from 'vitest';
import { relationSizes } from '../../workers/sqlite/relationSizes';
import type { SqliteConnection } from '../../workers/sqlite/sqliteConnection';
import type { StoreFile } from '../../workers/sqlite/storeFile';

const rows = [['table', 't', 't', 'CREATE TABLE t (a)'], ['view', 'v', 'v', 'CREATE VIEW v AS SELECT a FROM t']];
const connection = { inTransaction: false, query: () => rows } as unknown as SqliteConnection;
const file = { size: () => 65 * 1024 * 1024, read: () => 0 } as unknown as StoreFile;
const reading = { large: false, onProgress: () => undefined, pause: () => Promise.resolve() };

it('offers to read the size of a table in a large file, and not that of a view', async () => {
  expect(await relationSizes(connection, file, { schema: 'main', relation: 't' }, reading)).toEqual({ bytes: null, indexes: [] });
  expect(await relationSizes(connection, file, { schema: 'main', relation: 'v' }, reading)).toBeNull();
});
