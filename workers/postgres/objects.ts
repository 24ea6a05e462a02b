import type { CatalogObjects, ObjectInfo, ObjectKind, ObjectRef } from '../wire/objects';
import { FUNCTIONS_OF_SCHEMAS, ofExtension, SEQUENCES_OF_SCHEMAS, SHOWN, TYPES_OF_SCHEMAS } from './introspect';
import type { Session } from './session';

type Row = (string | null)[];

/** Each gives: kind, schema, name, relation, signature, facts, bytes, whether a key makes it, comment, class, oid. */
const INDEXES = `
SELECT 'index', n.nspname, i.relname, c.relname, NULL,
       pg_catalog.concat_ws(', ', CASE WHEN x.indisprimary THEN 'primary key' WHEN x.indisunique THEN 'unique' END,
         CASE WHEN m.amname <> 'btree' THEN m.amname END, CASE WHEN x.indpred IS NOT NULL THEN 'partial' END,
         CASE WHEN NOT x.indisvalid THEN 'not valid' END),
       pg_catalog.pg_relation_size(i.oid),
       EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = x.indrelid AND k.contype IN ('p', 'u', 'x')),
       pg_catalog.obj_description(i.oid, 'pg_class'), 'pg_class', i.oid
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid JOIN pg_catalog.pg_am m ON m.oid = i.relam
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE ${SHOWN} AND c.relkind IN ('r', 'p', 'm') AND NOT ${ofExtension('pg_class', 'c')}`;

/** Bits of tgtype: 1 each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of. */
const TRIGGERS = `
SELECT 'trigger', n.nspname, t.tgname, c.relname, NULL,
       CASE WHEN t.tgtype & 2 > 0 THEN 'before ' WHEN t.tgtype & 64 > 0 THEN 'instead of ' ELSE 'after ' END
         || pg_catalog.concat_ws(' or ', CASE WHEN t.tgtype & 4 > 0 THEN 'insert' END, CASE WHEN t.tgtype & 16 > 0 THEN 'update' END,
              CASE WHEN t.tgtype & 8 > 0 THEN 'delete' END, CASE WHEN t.tgtype & 32 > 0 THEN 'truncate' END)
         || CASE WHEN t.tgenabled = 'D' THEN ', disabled' ELSE '' END,
       NULL::pg_catalog.int8, false, pg_catalog.obj_description(t.oid, 'pg_trigger'), 'pg_trigger', t.oid
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE ${SHOWN} AND NOT t.tgisinternal AND t.tgparentid = 0 AND NOT ${ofExtension('pg_class', 'c')}`;

const FUNCTIONS = `
SELECT CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, p.proname, NULL,
       pg_catalog.pg_get_function_identity_arguments(p.oid),
       CASE WHEN p.prokind = 'p' THEN 'procedure' ELSE 'returns ' || pg_catalog.pg_get_function_result(p.oid) END,
       NULL::pg_catalog.int8, false, pg_catalog.obj_description(p.oid, 'pg_proc'), 'pg_proc', p.oid
  FROM ${FUNCTIONS_OF_SCHEMAS}`;

const SEQUENCES = `
SELECT 'sequence', n.nspname, c.relname, NULL, NULL,
       coalesce((SELECT CASE d.deptype WHEN 'i' THEN 'identity of ' ELSE 'of ' END || o.relname || '.' || a.attname
          FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_class o ON o.oid = d.refobjid
          JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass LIMIT 1), 'free'),
       pg_catalog.pg_relation_size(c.oid), false, pg_catalog.obj_description(c.oid, 'pg_class'), 'pg_class', c.oid
  FROM ${SEQUENCES_OF_SCHEMAS}`;

const TYPES = `
SELECT CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, n.nspname, t.typname, NULL, NULL,
       CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'c' THEN 'composite' WHEN 'r' THEN 'range'
            WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod) ELSE 'base type' END,
       NULL::pg_catalog.int8, false, pg_catalog.obj_description(t.oid, 'pg_type'), 'pg_type', t.oid
  FROM ${TYPES_OF_SCHEMAS}`;

const EXTENSIONS = `
SELECT 'extension', n.nspname, e.extname, NULL, NULL, 'version ' || e.extversion, NULL::pg_catalog.int8, false,
       pg_catalog.obj_description(e.oid, 'pg_extension'), 'pg_extension', e.oid
  FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace`;

const SIZES = `
SELECT n.nspname, c.relname, pg_catalog.pg_total_relation_size(c.oid)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE ${SHOWN} AND c.relkind IN ('r', 'm')`;

const OBJECTS: Record<ObjectKind, string> = {
  index: INDEXES,
  trigger: TRIGGERS,
  function: FUNCTIONS,
  procedure: FUNCTIONS,
  aggregate: FUNCTIONS,
  sequence: SEQUENCES,
  type: TYPES,
  domain: TYPES,
  extension: EXTENSIONS
};

const COLUMNS = '(kind, schema, name, relation, signature, facts, bytes, of_key, comment, class, oid)';

/** An object and where Postgres keeps it: the catalog's name, and its OID there. */
export interface FoundObject {
  info: ObjectInfo;
  class: string;
  oid: string;
}

function objectOf([kind, schema, name, relation, signature, facts, bytes, ofKey, comment, inClass, oid]: Row): FoundObject {
  const info: ObjectInfo = {
    kind: kind as ObjectKind,
    schema: schema!,
    name: name!,
    relation: relation ?? null,
    signature: signature ?? null,
    facts: facts ?? '',
    bytes: bytes == null ? null : Number(bytes),
    ofKey: ofKey === 't'
  };
  if (comment != null) info.comment = comment;
  return { info, class: inClass!, oid: oid! };
}

/** All objects beside relations, and the sizes of relations. */
export function readObjects(session: Session): CatalogObjects {
  const all = [...new Set(Object.values(OBJECTS))].map((sql) => `SELECT * FROM (${sql}) o ${COLUMNS}`).join('\nUNION ALL ');
  const rows = session.ask(`SELECT * FROM (${all}) a ${COLUMNS} ORDER BY schema, relation NULLS LAST, name, signature`);
  return {
    objects: rows.map((row) => objectOf(row).info),
    sizes: session.ask(SIZES).map(([schema, relation, bytes]) => ({ schema: schema!, relation: relation!, bytes: Number(bytes) }))
  };
}

/** One object, found by what names it; undefined when there is none. */
export function findObject(session: Session, ref: ObjectRef): FoundObject | undefined {
  const [row] = session.ask(
    `SELECT * FROM (${OBJECTS[ref.kind]}) o ${COLUMNS}
      WHERE kind = $1 AND schema = $2 AND name = $3 AND relation IS NOT DISTINCT FROM $4 AND signature IS NOT DISTINCT FROM $5`,
    [ref.kind, ref.schema, ref.name, ref.relation, ref.signature]
  );
  return row && objectOf(row);
}
