import type { Catalog, RelationInfo, RelationKind, SchemaInfo } from '../wire/catalog';
import { familyOfType } from './pgTypes';
import type { Session } from './session';

/**
 * Schemas that are shown: neither Postgres' own nor those of TOAST and of temporary tables of others. Tables of
 * this session (pg_temp_…) are.
 */
export const SHOWN = String.raw`n.nspname <> 'information_schema' AND (n.nspname !~ '^pg_' OR n.oid = pg_catalog.pg_my_temp_schema())`;

/** Whether an object belongs to an extension. */
export const ofExtension = (table: string, alias: string): string =>
  `EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.${table}'::pg_catalog.regclass
     AND x.objid = ${alias}.oid AND x.deptype = 'e')`;

/** Functions of their own (a range's constructors belong to it): FROM and WHERE, p and n. */
export const FUNCTIONS_OF_SCHEMAS = `pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
 WHERE ${SHOWN} AND NOT ${ofExtension('pg_proc', 'p')}
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND x.objid = p.oid AND x.deptype = 'i')`;

/** Sequences: c and n. */
export const SEQUENCES_OF_SCHEMAS = `pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE ${SHOWN} AND c.relkind = 'S' AND NOT ${ofExtension('pg_class', 'c')}`;

/** Types of their own: t and n. Arrays and multiranges come and go with their type, row types with their table. */
export const TYPES_OF_SCHEMAS = `pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
 WHERE ${SHOWN} AND t.typtype IN ('e', 'd', 'c', 'r', 'b') AND t.typcategory <> 'A' AND NOT ${ofExtension('pg_type', 't')}
   AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class k WHERE k.oid = t.typrelid AND k.relkind = 'c'))`;

const KINDS: Record<string, RelationKind> = {
  r: 'table',
  p: 'partitioned-table',
  v: 'view',
  m: 'materialized-view',
  f: 'foreign-table'
};

const ACTIONS: Record<string, string> = {
  a: 'NO ACTION',
  r: 'RESTRICT',
  c: 'CASCADE',
  n: 'SET NULL',
  d: 'SET DEFAULT'
};

export const actionName = (letter: string): string => ACTIONS[letter] ?? 'NO ACTION';

const SCHEMAS = `
SELECT n.nspname,
       (SELECT pg_catalog.json_agg(DISTINCT p.proname) FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = n.oid AND p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype),
       (SELECT pg_catalog.json_agg(t.typname ORDER BY t.typname) FROM pg_catalog.pg_type t
         WHERE t.typnamespace = n.oid AND t.typtype IN ('e', 'd', 'c', 'r', 'b') AND t.typcategory <> 'A'
           AND (t.typrelid = 0 OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')))
  FROM pg_catalog.pg_namespace n
 WHERE ${SHOWN}
 ORDER BY n.nspname = 'public' DESC, n.nspname`;

const relationsSql = (filter: string): string => `
SELECT c.oid, n.nspname, c.relname, c.relkind,
       CASE WHEN c.relkind IN ('r', 'm') THEN c.reltuples::pg_catalog.int8
            WHEN c.relkind = 'p' THEN (
              SELECT CASE WHEN pg_catalog.bool_or(l.reltuples < 0) THEN -1 ELSE coalesce(pg_catalog.sum(l.reltuples), 0) END::pg_catalog.int8
                FROM pg_catalog.pg_partition_tree(c.oid) x JOIN pg_catalog.pg_class l ON l.oid = x.relid WHERE x.isleaf)
       END,
       pg_catalog.obj_description(c.oid, 'pg_class'),
       pn.nspname, pc.relname
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_inherits i ON c.relispartition AND i.inhrelid = c.oid
  LEFT JOIN pg_catalog.pg_class pc ON pc.oid = i.inhparent
  LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = pc.relnamespace
 WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${filter}
 ORDER BY n.nspname, c.relname`;

const columnsSql = (filter: string): string => `
SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), t.typcategory,
       coalesce(nullif(t.typbasetype, 0), t.oid), a.attnotnull OR t.typnotnull,
       pg_catalog.pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity,
       pg_catalog.col_description(a.attrelid, a.attnum),
       coalesce(pg_catalog.array_position(k.conkey, a.attnum), 0),
       CASE WHEN t.typcategory = 'E' THEN (
         SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e
          WHERE e.enumtypid = coalesce(nullif(t.typbasetype, 0), t.oid)) END,
       CASE WHEN t.typtype = 'd' THEN (
         WITH RECURSIVE b(oid, modifier) AS (
           SELECT t.typbasetype, t.typtypmod
           UNION ALL SELECT d.typbasetype, d.typtypmod FROM b JOIN pg_catalog.pg_type d ON d.oid = b.oid WHERE d.typtype = 'd')
         SELECT pg_catalog.format_type(b.oid, b.modifier) FROM b JOIN pg_catalog.pg_type d ON d.oid = b.oid WHERE d.typtype <> 'd') END
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_constraint k ON k.conrelid = a.attrelid AND k.contype = 'p'
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ${filter}
 ORDER BY a.attrelid, a.attnum`;

/** Unique keys beside the primary one; those of expressions or of a part of the rows are left out. */
const uniqueKeysSql = (filter: string): string => `
SELECT x.indrelid,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
          FROM pg_catalog.unnest(x.indkey::pg_catalog.int2[]) WITH ORDINALITY u(number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = u.number
         WHERE u.place <= x.indnkeyatts)
  FROM pg_catalog.pg_index x
  JOIN pg_catalog.pg_class c ON c.oid = x.indrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE x.indisunique AND NOT x.indisprimary AND x.indisvalid AND x.indpred IS NULL AND x.indexprs IS NULL
   AND c.relkind IN ('r', 'p') AND ${filter}
 ORDER BY x.indrelid, x.indexrelid`;

/** A list of columns by their numbers, in order. */
const names = (relation: string, key: string): string => `
  (SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
     FROM pg_catalog.unnest(${key}) WITH ORDINALITY u(number, place)
     JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number)`;

/** Columns of a foreign key's row, see {@link foreignKeyOf}. */
export const FOREIGN_KEY_COLUMNS = `
  f.conname, ${names('f.conrelid', 'f.conkey')}, tn.nspname, tc.relname, ${names('f.confrelid', 'f.confkey')},
  f.confdeltype, f.confupdtype, f.condeferrable, f.condeferred`;

/** Foreign keys as they were declared: those that partitions inherit are their parent's (conparentid). */
export const FOREIGN_KEY_SOURCE = `
  pg_catalog.pg_constraint f
  JOIN pg_catalog.pg_class tc ON tc.oid = f.confrelid JOIN pg_catalog.pg_namespace tn ON tn.oid = tc.relnamespace`;

const foreignKeysSql = (filter: string): string => `
SELECT f.conrelid, ${FOREIGN_KEY_COLUMNS}
  FROM ${FOREIGN_KEY_SOURCE}
  JOIN pg_catalog.pg_class c ON c.oid = f.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE f.contype = 'f' AND ${filter}
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint q WHERE q.oid = f.conparentid AND q.conrelid = f.conrelid)
 ORDER BY f.conrelid, f.conname`;

/** How many indexes and triggers a relation has, by its OID. */
const RELATION_PARTS = `
SELECT x.indrelid, 'index', pg_catalog.count(*) FROM pg_catalog.pg_index x GROUP BY 1
UNION ALL SELECT t.tgrelid, 'trigger', pg_catalog.count(*) FROM pg_catalog.pg_trigger t
 WHERE NOT t.tgisinternal AND t.tgparentid = 0 GROUP BY 1`;

/** What a schema holds beside relations, without what belongs to an extension. */
const SCHEMA_PARTS = `
SELECT n.nspname, 'function', pg_catalog.count(*) FROM ${FUNCTIONS_OF_SCHEMAS} GROUP BY 1
UNION ALL SELECT n.nspname, 'sequence', pg_catalog.count(*) FROM ${SEQUENCES_OF_SCHEMAS} GROUP BY 1
UNION ALL SELECT n.nspname, 'type', pg_catalog.count(*) FROM ${TYPES_OF_SCHEMAS} GROUP BY 1`;

type Row = (string | null)[];

export const namesOf = (json: string | null | undefined): string[] => (json ? (JSON.parse(json) as string[]) : []);

/** A foreign key of a row that begins at `at` with {@link FOREIGN_KEY_COLUMNS}. */
export function foreignKeyOf(row: Row, at: number): RelationInfo['foreignKeys'][number] {
  return {
    name: row[at]!,
    columns: namesOf(row[at + 1]),
    target: { schema: row[at + 2]!, relation: row[at + 3]! },
    targetColumns: namesOf(row[at + 4]),
    onDelete: actionName(row[at + 5]!),
    onUpdate: actionName(row[at + 6]!),
    deferrable: row[at + 7] !== 't' ? 'no' : row[at + 8] === 't' ? 'deferred' : 'immediate'
  };
}

/** Everything that the database holds. */
export function readCatalog(session: Session): Catalog {
  const schemas = new Map<string, SchemaInfo>();
  for (const [name, functions, types] of session.ask(SCHEMAS)) {
    schemas.set(name!, { name: name!, relations: [], functions: namesOf(functions), types: namesOf(types) });
  }
  const relations = new Map<string, RelationInfo>();
  for (const row of session.ask(relationsSql(`${SHOWN} AND NOT ${ofExtension('pg_class', 'c')}`))) {
    const relation = relationOf(row);
    relations.set(row[0]!, relation);
    schemas.get(relation.schema)?.relations.push(relation);
  }
  for (const row of session.ask(columnsSql(SHOWN))) relations.get(row[0]!)?.columns.push(columnOf(row));
  for (const row of session.ask(foreignKeysSql(SHOWN))) relations.get(row[0]!)?.foreignKeys.push(foreignKeyOf(row, 1));
  for (const [oid, columns] of session.ask(uniqueKeysSql(SHOWN))) addUniqueKey(relations.get(oid!), columns);
  for (const [oid, kind, count] of session.ask(RELATION_PARTS)) {
    const relation = relations.get(oid!);
    if (relation) relation.parts = { ...relation.parts, [kind!]: Number(count) };
  }
  for (const [name, kind, count] of session.ask(SCHEMA_PARTS)) {
    const schema = schemas.get(name!);
    if (schema) schema.parts = { ...schema.parts, [kind!]: Number(count) };
  }
  const [first] = session.ask('SELECT coalesce(pg_catalog.current_schema(), $1)', ['public']);
  const extensions = session.ask(`SELECT extname FROM pg_catalog.pg_extension ORDER BY 1`).map(([name]) => name!);
  return { schemas: [...schemas.values()], defaultSchema: first![0]!, extensions };
}

/** One relation by its OID; undefined when there is none. */
export function readRelation(session: Session, oid: string): RelationInfo | undefined {
  const [row] = session.ask(relationsSql('c.oid = $1'), [oid]);
  if (!row) return undefined;
  const relation = relationOf(row);
  relation.columns = session.ask(columnsSql('c.oid = $1'), [oid]).map(columnOf);
  relation.foreignKeys = session.ask(foreignKeysSql('c.oid = $1'), [oid]).map((key) => foreignKeyOf(key, 1));
  for (const [, columns] of session.ask(uniqueKeysSql('c.oid = $1'), [oid])) addUniqueKey(relation, columns);
  return relation;
}

function addUniqueKey(relation: RelationInfo | undefined, columns: string | null | undefined): void {
  if (relation) relation.uniqueKeys = [...(relation.uniqueKeys ?? []), namesOf(columns)];
}

function relationOf([, schema, name, kind, rows, comment, parentSchema, parent]: Row): RelationInfo {
  const relation: RelationInfo = {
    schema: schema!,
    relation: name!,
    kind: KINDS[kind!]!,
    columns: [],
    foreignKeys: [],
    // -1: never analysed.
    rows: rows == null || Number(rows) < 0 ? null : { count: Number(rows), exact: false }
  };
  if (comment != null) relation.comment = comment;
  if (parent != null) relation.partitionOf = { schema: parentSchema!, relation: parent };
  return relation;
}

function columnOf(row: Row): RelationInfo['columns'][number] {
  const [, name, type, category, base, notNull, expression, generated, identity, comment, place, labels, beneath] = row;
  const column: RelationInfo['columns'][number] = {
    name: name!,
    type: type!,
    family: familyOfType(Number(base), category!),
    nullable: notNull !== 't',
    default: expression ?? null,
    keyPlace: Number(place),
    generated: generated === 's' ? 'stored' : generated === 'v' ? 'virtual' : null,
    identity: identity === 'a' ? 'always' : identity === 'd' ? 'by default' : null,
    hidden: false
  };
  if (beneath != null) column.base = beneath;
  if (labels != null) column.labels = namesOf(labels);
  if (comment != null) column.comment = comment;
  return column;
}
