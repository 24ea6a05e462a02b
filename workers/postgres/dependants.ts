import type { Dependant } from '../wire/tableDefinition';
import { relationDdl } from './ddl';
import { namesOf, readRelation } from './introspect';
import type { Session } from './session';

/** Views that read a relation, and views that read those, in an order in which they can be made. */
const VIEWS = `
WITH RECURSIVE reads(view, read, subid) AS (
  SELECT r.ev_class, x.refobjid, x.refobjsubid
    FROM pg_catalog.pg_depend x JOIN pg_catalog.pg_rewrite r ON r.oid = x.objid
   WHERE x.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND x.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
     AND r.ev_class <> x.refobjid
), found(view, depth) AS (
  SELECT view, 1 FROM reads WHERE read = $1::pg_catalog.oid
  UNION SELECT r.view, f.depth + 1 FROM found f JOIN reads r ON r.read = f.view
)
SELECT c.oid, n.nspname, c.relname, c.relkind,
       (SELECT pg_catalog.json_agg(DISTINCT a.attname) FROM reads r
          JOIN pg_catalog.pg_attribute a ON a.attrelid = r.read AND a.attnum = r.subid
         WHERE r.view = c.oid AND r.read = $1::pg_catalog.oid AND r.subid > 0)
  FROM (SELECT view, max(depth) AS depth FROM found GROUP BY view) f
  JOIN pg_catalog.pg_class c ON c.oid = f.view JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('v', 'm') ORDER BY f.depth, n.nspname, c.relname`;

const KEYS = `
SELECT n.nspname, c.relname FROM pg_catalog.pg_constraint f
  JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE f.contype = 'f' AND f.confrelid = $1::pg_catalog.oid AND f.conrelid <> f.confrelid AND f.conparentid = 0
 ORDER BY 1, 2`;

/** What depends on a relation: views, and tables whose foreign keys point to it. */
export function readDependants(session: Session, oid: string): Dependant[] {
  const views = session.ask(VIEWS, [oid]).map(([view, schema, name, kind, columns]): Dependant => {
    const info = readRelation(session, view!);
    return {
      kind: kind === 'm' ? 'materialized view' : 'view',
      schema: schema!,
      name: name!,
      columns: namesOf(columns),
      sql: info ? relationDdl(session, view!, info) : null
    };
  });
  const tables = session.ask(KEYS, [oid]).map(([schema, name]): Dependant => ({ kind: 'table', schema: schema!, name: name!, columns: [], sql: null }));
  return [...views, ...tables];
}
