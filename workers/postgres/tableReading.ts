import { indexParts } from '../dialect/indexParts';
import { postgres } from '../dialect/postgres';
import { scanPostgres } from '../split/scanPostgres';
import type { RelationRef } from '../wire/catalog';
import type { CheckDefinition, ColumnDefinition, ForeignKeyDefinition, KeyDefinition, TableDefinition, TableReading } from '../wire/tableDefinition';
import { readDependants } from './dependants';
import { FOREIGN_KEY_COLUMNS, FOREIGN_KEY_SOURCE, foreignKeyOf, namesOf } from './introspect';
import type { Session } from './session';

const CLASS = `
SELECT c.oid, c.relkind, c.relispartition, pg_catalog.obj_description(c.oid, 'pg_class')
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = $1 AND c.relname = $2`;

const COLUMNS = `
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_catalog.pg_get_expr(d.adbin, d.adrelid),
       a.attgenerated, a.attidentity, pg_catalog.col_description(a.attrelid, a.attnum),
       CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text END
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`;

const KEYS = `
SELECT k.conname, k.contype, pg_catalog.pg_get_constraintdef(k.oid),
       (SELECT pg_catalog.json_agg(a.attname ORDER BY u.place)
          FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY u(number, place)
          JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
       pg_catalog.pg_get_expr(k.conbin, k.conrelid)
  FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = $1 AND k.contype IN ('p', 'u', 'c', 'x') AND k.conparentid = 0 ORDER BY k.contype, k.conname`;

const FOREIGN_KEYS = `
SELECT ${FOREIGN_KEY_COLUMNS}, pg_catalog.pg_get_constraintdef(f.oid)
  FROM ${FOREIGN_KEY_SOURCE}
 WHERE f.contype = 'f' AND f.conrelid = $1 AND f.conparentid = 0 ORDER BY f.conname`;

const INDEXES = `
SELECT i.relname, pg_catalog.pg_get_indexdef(x.indexrelid)
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
 WHERE x.indrelid = $1
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = x.indrelid)
 ORDER BY i.relname`;

const TRIGGERS = `
SELECT t.tgname, pg_catalog.pg_get_triggerdef(t.oid) FROM pg_catalog.pg_trigger t
 WHERE t.tgrelid = $1 AND NOT t.tgisinternal AND t.tgparentid = 0 ORDER BY t.tgname`;

/** A table as a form can change it. Throws EngineErrorData 42P01 when it does not exist. */
export function readTable(session: Session, ref: RelationRef): TableReading {
  const [row] = session.ask(CLASS, [ref.schema, ref.relation]);
  if (!row) throw { code: '42P01', message: `relation ${postgres.qualified(ref)} does not exist` };
  const [oid, kind, isPartition, comment] = row;
  const dependants = readDependants(session, oid!);
  const because = (unreadable: string): TableReading => ({ table: null, unreadable, dependants });
  if (kind === 'v' || kind === 'm') return because('This is a view: its SQL is edited as a whole.');
  if (kind === 'f') return because('This is a foreign table: its server holds its definition.');
  if (isPartition === 't') return because('This is a partition: change the table that it belongs to.');
  const constraints = session.ask(KEYS, [oid!]);
  const keys = (letter: string): KeyDefinition[] => constraints.filter((c) => c[1] === letter).map(keyOf);
  const table: TableDefinition = {
    schema: ref.schema,
    relation: ref.relation,
    columns: session.ask(COLUMNS, [oid!]).map(columnOf),
    primaryKey: keys('p')[0] ?? null,
    uniques: keys('u'),
    foreignKeys: session.ask(FOREIGN_KEYS, [oid!]).map(foreignOf),
    checks: constraints.filter((c) => c[1] === 'c' || c[1] === 'x').map(checkOf),
    indexes: session.ask(INDEXES, [oid!]).flatMap(([name, sql]) => indexParts(name!, sql!, scanPostgres) ?? []),
    triggers: session.ask(TRIGGERS, [oid!]).map(([name, sql]) => ({ name: name!, sql: sql! })),
    comment: comment ?? null,
    strict: false,
    withoutRowid: false
  };
  return { table, unreadable: null, dependants };
}

type Row = (string | null)[];

function columnOf([name, type, notNull, expression, generated, identity, comment, collation]: Row): ColumnDefinition {
  const isGenerated = generated === 's' || generated === 'v';
  return {
    id: name!,
    name: name!,
    type: type!,
    nullable: notNull !== 't',
    default: isGenerated ? null : (expression ?? null),
    identity: identity === 'a' ? 'always' : identity === 'd' ? 'by default' : null,
    generated: isGenerated ? { sql: expression!, stored: generated === 's' } : null,
    collation: collation ?? null,
    comment: comment ?? null,
    using: null,
    onNull: ''
  };
}

/** What follows the first pair of parentheses. */
function afterParentheses(sql: string): string {
  const scanner = scanPostgres(sql);
  let depth = 0;
  while (scanner.next()) {
    if (scanner.kind === 'open') depth++;
    if (scanner.kind === 'close' && --depth === 0) return sql.slice(scanner.to).trim();
  }
  return '';
}

function keyOf([name, , sql, columns]: Row): KeyDefinition {
  const ids = namesOf(columns);
  return {
    id: name!,
    name: name!,
    columns: ids,
    modifiers: ids.map(() => ''),
    tail: afterParentheses(sql!),
    nullsNotDistinct: /^UNIQUE NULLS NOT DISTINCT/.test(sql!),
    inline: false
  };
}

function checkOf([name, kind, sql, , expression]: Row): CheckDefinition {
  if (kind === 'x') return { id: name!, name: name!, kind: 'exclude', sql: sql!, tail: '' };
  return { id: name!, name: name!, kind: 'check', sql: expression!, tail: afterParentheses(sql!) };
}

function foreignOf(row: Row): ForeignKeyDefinition {
  const key = foreignKeyOf(row, 0);
  const sql = row[9]!;
  // SET NULL and SET DEFAULT may name the columns that they set.
  const listed = /ON DELETE SET (?:NULL|DEFAULT) (\(.*?\))/.exec(sql);
  const tail = [/\bMATCH FULL\b/, /\bNOT VALID$/, /\bNOT ENFORCED$/].flatMap((mark) => mark.exec(sql)?.[0] ?? []).join(' ');
  return { ...key, id: key.name, name: key.name, onDelete: listed ? `${key.onDelete} ${listed[1]}` : key.onDelete, tail };
}
