import type { MigrationGuard } from '../host/driver';
import type { MigrateRequest } from '../wire/migration';
import { isErrorData } from '../wire/errors';
import { foreignKeys } from './introspect';
import { quoteName, schemaObjects, textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

/** Views and triggers that can be compiled, each by what it is; a trigger by statements that would fire it. */
function soundObjects(connection: SqliteConnection, schema: string): Map<string, string | null> {
  const found = new Map<string, string | null>();
  const objects = schemaObjects(connection, schema);
  const tryOut = (name: string, sql: string): void => {
    try {
      connection.prepare(sql)?.finalize();
      found.set(name, null);
    } catch (e) {
      if (!isErrorData(e) || connection.broken) throw e;
      found.set(name, e.message);
    }
  };
  for (const o of objects) {
    const name = `${quoteName(schema)}.${quoteName(o.name)}`;
    if (o.type === 'view') tryOut(`view ${o.name}`, `SELECT * FROM ${name}`);
    if (o.type !== 'trigger') continue;
    const table = `${quoteName(schema)}.${quoteName(o.table)}`;
    if (/\bdelete\b/i.test(o.sql)) tryOut(`trigger ${o.name} (delete)`, `DELETE FROM ${table}`);
    if (/\binsert\b/i.test(o.sql)) tryOut(`trigger ${o.name} (insert)`, `INSERT INTO ${table} DEFAULT VALUES`);
    const first = connection.query('SELECT name FROM pragma_table_info(?1, ?2)', [o.table, schema])[0];
    if (first && /\bupdate\b/i.test(o.sql)) {
      const column = quoteName(textOf(first[0]));
      tryOut(`trigger ${o.name} (update)`, `UPDATE ${table} SET ${column} = ${column}`);
    }
  }
  return found;
}

/** Rows that point nowhere, of the tables that point to one table or are it. */
function danglingRows(connection: SqliteConnection, schema: string, names: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const [child, keys] of foreignKeys(connection, schema)) {
    const touches = names.has(child.toLowerCase()) || keys.some((k) => names.has(k.target.relation.toLowerCase()));
    if (!touches) continue;
    for (const [table, rowid, parent] of connection.query(`PRAGMA ${quoteName(schema)}.foreign_key_check(${quoteName(child)})`)) {
      found.add(JSON.stringify([textOf(table), String(rowid), textOf(parent)]));
    }
  }
  return found;
}

/**
 * Looks at the schema before a migration and again before its commit. While a table is made anew, foreign keys
 * are off (SQLite's documented way); whatever points nowhere afterwards and did not before stops the commit.
 */
export function guardMigration(connection: SqliteConnection, request: MigrateRequest): MigrationGuard {
  const schema = request.relation?.schema ?? 'main';
  const names = new Set([request.relation?.relation, request.renamedTo].filter((n) => n !== undefined).map((n) => n.toLowerCase()));
  const sound = soundObjects(connection, schema);
  const hadKeys = connection.query('PRAGMA foreign_keys')[0]?.[0] === 1;
  const dangling = request.rebuilds ? danglingRows(connection, schema, names) : new Set<string>();
  if (request.rebuilds) connection.query('PRAGMA foreign_keys = off');
  return {
    check() {
      for (const [name, problem] of soundObjects(connection, schema)) {
        if (problem === null || sound.get(name) !== null) continue;
        throw { code: 'refused', message: `The ${name} would no longer work: ${problem}.`, hint: 'Change or drop it first, or keep what it reads.' };
      }
      if (!request.rebuilds) return;
      const fresh = [...danglingRows(connection, schema, names)].filter((row) => !dangling.has(row));
      if (fresh.length === 0) return;
      const [table, rowid, parent] = JSON.parse(fresh[0]!) as string[];
      throw {
        code: 'SQLITE_CONSTRAINT_FOREIGNKEY',
        message: `${fresh.length} ${fresh.length === 1 ? 'row points' : 'rows point'} to no row of ${parent}: the first is row ${rowid} of ${table}.`,
        hint: 'Mend or delete these rows first, or leave the foreign key out.'
      };
    },
    end() {
      if (connection.broken || connection.inTransaction) return;
      connection.query('PRAGMA legacy_alter_table = off');
      if (hadKeys) connection.query('PRAGMA foreign_keys = on');
    }
  };
}
