import type { CatalogObjects, ObjectInfo, ObjectReading, ObjectRef } from '../wire/objects';
import { quoteName, schemaObjects, textOf, type SchemaObject } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

interface IndexFacts {
  unique: boolean;
  origin: string;
  partial: boolean;
}

/** What SQLite says of the indexes of a schema, by name. */
function indexFacts(connection: SqliteConnection, schema: string): Map<string, IndexFacts> {
  const rows = connection.query(
    `SELECT l.name, l."unique", l.origin, l.partial FROM ${quoteName(schema)}.sqlite_schema s, pragma_index_list(s.name, ?1) l
      WHERE s.type = 'table' AND s.sql NOT LIKE 'create virtual%'`,
    [schema]
  );
  return new Map(rows.map(([name, unique, origin, partial]) => [textOf(name), { unique: unique === 1, origin: textOf(origin), partial: partial === 1 }]));
}

/** When a trigger runs, out of its SQL. */
function whenOf(sql: string): string {
  const found = /\b(before|after|instead\s+of)?\s*\b(insert|delete|update)\b/i.exec(sql);
  return found ? `${(found[1] ?? 'before').toLowerCase().replace(/\s+/g, ' ')} ${found[2]!.toLowerCase()}` : '';
}

function objectOf(schema: string, object: SchemaObject, indexes: ReadonlyMap<string, IndexFacts>): ObjectInfo {
  const base = { schema, name: object.name, relation: object.table, signature: null, bytes: null };
  if (object.type === 'trigger') return { ...base, kind: 'trigger', facts: whenOf(object.sql), ofKey: false };
  const facts = indexes.get(object.name);
  const words = [facts?.origin === 'pk' ? 'primary key' : facts?.unique ? 'unique' : '', facts?.partial ? 'partial' : ''];
  return { ...base, kind: 'index', facts: words.filter(Boolean).join(', '), ofKey: object.sql === '' };
}

/** Indexes and triggers of one schema, by table and name. */
function objectsOf(connection: SqliteConnection, schema: string): { info: ObjectInfo; sql: string }[] {
  const indexes = indexFacts(connection, schema);
  return schemaObjects(connection, schema)
    .filter((o) => o.type === 'index' || o.type === 'trigger')
    .map((o) => ({ info: objectOf(schema, o, indexes), sql: o.sql }))
    .sort((a, b) => (a.info.relation! < b.info.relation! ? -1 : a.info.relation! > b.info.relation! ? 1 : a.info.name < b.info.name ? -1 : 1));
}

/** Indexes and triggers of all schemas. Sizes are not known to this build of SQLite. */
export function readObjects(connection: SqliteConnection): CatalogObjects {
  const schemas = connection.query('SELECT name FROM pragma_database_list ORDER BY seq').map(([name]) => textOf(name));
  return { objects: schemas.flatMap((schema) => objectsOf(connection, schema).map((o) => o.info)), sizes: [] };
}

/** One index or trigger. Throws EngineErrorData when there is none. */
export function readObject(connection: SqliteConnection, ref: ObjectRef): ObjectReading {
  const found = objectsOf(connection, ref.schema).find((o) => o.info.kind === ref.kind && o.info.name === ref.name);
  if (!found) throw { code: 'SQLITE_ERROR', message: `no such ${ref.kind}: ${ref.schema}.${ref.name}` };
  const ddl = found.sql === '' ? `-- Made by ${found.info.facts === 'primary key' ? 'the primary key' : 'a unique key'} of ${ref.relation ?? 'its table'}; it goes with it.\n` : `${found.sql};\n`;
  return { info: found.info, ddl, dependants: [] };
}
