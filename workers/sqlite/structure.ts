import type { Dialect } from '../dialect/dialect';
import { scanSqlite } from '../split/scanSqlite';
import type { IndexInfo, RelationRef, RelationStructure } from '../wire/catalog';
import { checksOf } from './checks';
import { readSchema } from './introspect';
import { schemaObjects, textOf } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

/** All about one relation. Throws EngineErrorData when it does not exist. */
export function readStructure(connection: SqliteConnection, dialect: Dialect, ref: RelationRef): RelationStructure {
  const schema = readSchema(connection, dialect, ref.schema);
  const info = schema.relations.find((r) => r.relation === ref.relation);
  if (!info) throw { code: 'SQLITE_ERROR', message: `no such table: ${ref.schema}.${ref.relation}` };
  const objects = schemaObjects(connection, ref.schema);
  const own = objects.filter((o) => o.table.toLowerCase() === ref.relation.toLowerCase());
  const itself = own.find((o) => o.name === ref.relation && (o.type === 'table' || o.type === 'view'));
  const triggers = own.filter((o) => o.type === 'trigger');
  const indexes = info.kind === 'table' ? indexesOf(connection, ref, own) : [];
  const referencedBy = schema.relations.flatMap((r) =>
    r.foreignKeys
      .filter((k) => k.target.relation.toLowerCase() === ref.relation.toLowerCase())
      .map((k) => ({ ...k, from: { schema: r.schema, relation: r.relation } }))
  );
  const ddl = [itself, ...own.filter((o) => o.type === 'index'), ...triggers]
    .map((o) => o?.sql ?? '')
    .filter((sql) => sql !== '')
    .map((sql) => `${sql};`)
    .join('\n');
  return {
    info,
    indexes,
    triggers: triggers.map(({ name, sql }) => ({ name, sql })),
    checks: info.kind === 'table' ? checksOf(itself?.sql ?? '') : [],
    referencedBy,
    ddl
  };
}

function indexesOf(connection: SqliteConnection, ref: RelationRef, own: { type: string; name: string; sql: string }[]): IndexInfo[] {
  const list = connection.query('SELECT name, "unique", origin, partial FROM pragma_index_list(?1, ?2) ORDER BY seq DESC', [
    ref.relation,
    ref.schema
  ]);
  return list.map(([name, unique, origin, partial]) => {
    const called = textOf(name);
    const columns = connection.query(
      'SELECT name, "desc", coll FROM pragma_index_xinfo(?1, ?2) WHERE key ORDER BY seqno',
      [called, ref.schema]
    );
    const sql = own.find((o) => o.type === 'index' && o.name === called)?.sql || null;
    const expressions = sql === null ? [] : indexedParts(sql);
    return {
      name: called,
      columns: columns.map(([column, descending], i) => {
        const part = column === null ? (expressions[i] ?? 'expression') : textOf(column);
        return descending === 1 && column !== null ? `${part} DESC` : part;
      }),
      unique: unique === 1,
      primary: origin === 'pk',
      partial: partial === 1,
      method: 'btree',
      sql
    };
  });
}

/** What is indexed, as CREATE INDEX writes it between its first parentheses. */
export function indexedParts(sql: string): string[] {
  const scanner = scanSqlite(sql);
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  while (scanner.next()) {
    if (scanner.kind === 'open' && depth++ === 0) from = scanner.to;
    const ends = scanner.kind === 'close' ? --depth === 0 : depth === 1 && sql[scanner.from] === ',';
    if (!ends) continue;
    parts.push(sql.slice(from, scanner.from).trim());
    from = scanner.to;
    if (depth === 0) break;
  }
  return parts;
}
