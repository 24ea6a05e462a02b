import { postgres } from '../dialect/postgres';
import type { IndexInfo, RelationInfo, RelationRef, RelationStructure } from '../wire/catalog';
import { foreignKeyOf, FOREIGN_KEY_COLUMNS, FOREIGN_KEY_SOURCE, namesOf, readRelation } from './introspect';
import { relationDdl } from './ddl';
import type { Session } from './session';

const FIND = `
SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = $1 AND c.relname = $2`;

const INDEXES = `
SELECT i.relname, x.indisunique, x.indisprimary, x.indpred IS NOT NULL, m.amname, pg_catalog.pg_get_indexdef(i.oid),
       (SELECT pg_catalog.json_agg(pg_catalog.pg_get_indexdef(i.oid, p, false) ORDER BY p)
          FROM pg_catalog.generate_series(1, x.indnkeyatts) p)
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_am m ON m.oid = i.relam
 WHERE x.indrelid = $1
 ORDER BY x.indisprimary DESC, i.relname`;

const TRIGGERS = `
SELECT t.tgname, pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
 WHERE t.tgrelid = $1 AND NOT t.tgisinternal ORDER BY t.tgname`;

/** Checks, exclusions and unique keys: all but primary and foreign keys, and not NOT NULL (a column's own). */
const CHECKS = `
SELECT k.conname, pg_catalog.pg_get_constraintdef(k.oid) FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = $1 AND k.contype IN ('c', 'x', 'u') ORDER BY k.contype, k.conname`;

const REFERENCED_BY = `
SELECT n.nspname, c.relname, ${FOREIGN_KEY_COLUMNS}
  FROM ${FOREIGN_KEY_SOURCE}
  JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE f.contype = 'f' AND f.confrelid = $1 AND f.conparentid = 0
 ORDER BY n.nspname, c.relname, f.conname`;

/** All about one relation. Throws EngineErrorData 42P01 when it does not exist. */
export function readStructure(session: Session, ref: RelationRef): RelationStructure {
  const [found] = session.ask(FIND, [ref.schema, ref.relation]);
  const oid = found?.[0];
  const info: RelationInfo | undefined = oid ? readRelation(session, oid) : undefined;
  if (!oid || !info) {
    throw { code: '42P01', message: `relation ${postgres.qualified(ref)} does not exist` };
  }
  return {
    info,
    indexes: session.ask(INDEXES, [oid]).map(indexOf),
    triggers: session.ask(TRIGGERS, [oid]).map(([name, sql]) => ({ name: name!, sql: sql! })),
    checks: session.ask(CHECKS, [oid]).map(([name, sql]) => ({ name: name!, sql: sql! })),
    referencedBy: session.ask(REFERENCED_BY, [oid]).map((row) => ({
      ...foreignKeyOf(row, 2),
      from: { schema: row[0]!, relation: row[1]! }
    })),
    ddl: relationDdl(session, oid, info)
  };
}

function indexOf([name, unique, primary, partial, method, sql, columns]: (string | null)[]): IndexInfo {
  return {
    name: name!,
    columns: namesOf(columns),
    unique: unique === 't',
    primary: primary === 't',
    partial: partial === 't',
    method: method!,
    sql: sql!
  };
}
