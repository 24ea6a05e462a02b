import { postgres } from '../dialect/postgres';
import type { Dependant } from '../wire/tableDefinition';
import { readDependants } from './dependants';
import { relationDdl } from './ddl';
import { readRelation } from './introspect';
import { triggerSql } from './objectDdl';
import type { FoundObject } from './objects';
import type { Session } from './session';

/**
 * What depends on an object, one step away: a view by its rule, a table by its column's default, a check or a column's
 * type, else as Postgres names it.
 */
const DEPENDANTS = `
SELECT DISTINCT d.classid::pg_catalog.regclass::pg_catalog.text, d.objid, o.type, o.schema, o.name, o.identity,
       r.ev_class, t.tgrelid::pg_catalog.regclass::pg_catalog.text, t.tgname, coalesce(f.adrelid, k.conrelid, c.oid)
  FROM pg_catalog.pg_depend d
  CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, d.objsubid) o
  LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid
  LEFT JOIN pg_catalog.pg_trigger t ON d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass AND t.oid = d.objid
  LEFT JOIN pg_catalog.pg_attrdef f ON d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass AND f.oid = d.objid
  LEFT JOIN pg_catalog.pg_constraint k ON d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid
  LEFT JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid
 WHERE d.refclassid = $1::pg_catalog.regclass AND d.refobjid = $2::pg_catalog.oid AND d.deptype IN ('n', 'a')
 ORDER BY 3, 6`;

/** What is dropped with an extension: its own members. */
const MEMBERS = `
SELECT pg_catalog.count(*) FROM pg_catalog.pg_depend d
 WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = $1::pg_catalog.oid AND d.deptype = 'e'`;

/** Columns whose type belongs to an extension: what would go with it. */
const COLUMNS_OF_EXTENSION = `
SELECT n.nspname, c.relname || '.' || a.attname FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_attribute a ON a.atttypid = d.objid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'm', 'f') JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.refobjid = $1::pg_catalog.oid AND d.deptype = 'e'
   AND d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass
 ORDER BY 1, 2`;

/** What is called by its place (a column, a default) is called `table.column`, the rest by its name. */
function nameOf(kind: string, schema: string | null | undefined, name: string | null | undefined, identity: string): string {
  if (name != null && !kind.endsWith('column')) return name;
  const place = identity.replace(/^for /, '');
  return schema != null && place.startsWith(`${schema}.`) ? place.slice(schema.length + 1) : place;
}

/** What breaks or goes with an object when it is dropped; views come before those that read them. */
export function objectDependants(session: Session, { info, class: inClass, oid }: FoundObject): Dependant[] {
  const found: Dependant[] = [];
  const add = (kind: string, schema: string, name: string, sql: string | null, drop?: string): void => {
    if (found.some((d) => d.kind === kind && d.schema === schema && d.name === name)) return;
    found.push({ kind, schema, name, columns: [], sql, ...(drop === undefined ? {} : { drop }) });
  };
  const views: Dependant[] = [];
  for (const row of session.ask(DEPENDANTS, [`pg_catalog.${inClass}`, oid])) {
    const [, triggerOid, kind, schema, name, identity, view, triggerTable, triggerName] = row;
    if (view != null) {
      const relation = readRelation(session, view);
      if (!relation) continue;
      if (relation.kind === 'view' || relation.kind === 'materialized-view') {
        const words = relation.kind === 'view' ? 'view' : 'materialized view';
        views.push({ kind: words, schema: relation.schema, name: relation.relation, columns: [], sql: relationDdl(session, view, relation) });
        for (const d of readDependants(session, view)) if (d.kind !== 'table') views.push(d);
      } else add('rule', relation.schema, relation.relation, null);
    } else if (triggerTable != null) {
      add('trigger', info.schema, `${triggerName!} on ${triggerTable}`, triggerSql(session, triggerOid!).join(';\n'), `DROP TRIGGER ${postgres.quote(triggerName!)} ON ${triggerTable}`);
    }
    else add(kind!, schema ?? '', nameOf(kind!, schema, name, identity!), null);
  }
  // A view that is found twice stands where the last of those that it reads has been made.
  const later = views.filter((v, at) => !views.slice(at + 1).some((w) => w.schema === v.schema && w.name === v.name));
  if (info.kind === 'extension') {
    const [count] = session.ask(MEMBERS, [oid]);
    if (Number(count![0]) > 0) add('members', info.schema, `${count![0]!} functions, types and operators of its own`, null);
    for (const [schema, column] of session.ask(COLUMNS_OF_EXTENSION, [oid])) add('column', schema!, column!, null);
  }
  return [...found, ...later];
}
