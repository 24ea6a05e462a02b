import { postgres } from '../dialect/postgres';
import type { ObjectKind } from '../wire/objects';
import { FIRES } from './ddl';
import { namesOf } from './introspect';
import type { FoundObject } from './objects';
import { privilegesSql } from './privileges';
import type { Session } from './session';

const INDEX = `
SELECT pg_catalog.pg_get_indexdef($1), k.conname, k.conrelid::pg_catalog.regclass, pg_catalog.pg_get_constraintdef(k.oid)
  FROM (SELECT) one LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = $1 AND k.contype IN ('p', 'u', 'x')
   AND k.conrelid = (SELECT x.indrelid FROM pg_catalog.pg_index x WHERE x.indexrelid = $1)`;

const TRIGGER = `
SELECT pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled, t.tgrelid::pg_catalog.regclass, t.tgname, pg_catalog.obj_description(t.oid, 'pg_trigger')
  FROM pg_catalog.pg_trigger t WHERE t.oid = $1`;

/** CREATE AGGREGATE as pg_dump puts it together: functions, state, first state. */
const AGGREGATE = `
SELECT pg_catalog.pg_get_function_arguments($1), a.aggtransfn, pg_catalog.format_type(a.aggtranstype, NULL), a.agginitval,
       nullif(a.aggfinalfn::pg_catalog.oid, 0)::pg_catalog.regproc, nullif(a.aggcombinefn::pg_catalog.oid, 0)::pg_catalog.regproc,
       nullif(a.aggmtransfn::pg_catalog.oid, 0)::pg_catalog.regproc, nullif(a.aggminvtransfn::pg_catalog.oid, 0)::pg_catalog.regproc,
       CASE WHEN a.aggmtransfn::pg_catalog.oid <> 0 THEN pg_catalog.format_type(a.aggmtranstype, NULL) END,
       nullif(a.aggmfinalfn::pg_catalog.oid, 0)::pg_catalog.regproc, a.aggminitval, p.proparallel
  FROM pg_catalog.pg_aggregate a JOIN pg_catalog.pg_proc p ON p.oid = a.aggfnoid WHERE p.oid = $1`;

const SEQUENCE = `
SELECT pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
       pg_catalog.pg_sequence_last_value(s.seqrelid),
       (SELECT d.refobjid::pg_catalog.regclass || '.' || pg_catalog.quote_ident(a.attname) FROM pg_catalog.pg_depend d
          JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = s.seqrelid AND d.deptype = 'a'
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass LIMIT 1)
  FROM pg_catalog.pg_sequence s WHERE s.seqrelid = $1`;

const TYPE = `
SELECT t.typtype,
       (SELECT pg_catalog.json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid),
       (SELECT pg_catalog.json_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
          FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped),
       (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid),
       pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typdefault, t.typnotnull,
       (SELECT pg_catalog.json_agg('CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid) ORDER BY k.conname)
          FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
       (SELECT t.typcollation::pg_catalog.regcollation::pg_catalog.text FROM pg_catalog.pg_type b
         WHERE b.oid = t.typbasetype AND t.typcollation <> b.typcollation AND t.typcollation <> 0)
  FROM pg_catalog.pg_type t WHERE t.oid = $1`;

const quote = (name: string): string => postgres.quote(name);
const literal = (text: string): string => postgres.literal(text);

function index(session: Session, oid: string): string {
  const [row] = session.ask(INDEX, [oid]);
  const [sql, constraint, table, definition] = row!;
  return constraint == null ? sql! : `ALTER TABLE ${table!}\n  ADD CONSTRAINT ${quote(constraint)} ${definition!}`;
}

/** What makes a trigger, with whether it fires and its comment. */
export function triggerSql(session: Session, oid: string): string[] {
  const [row] = session.ask(TRIGGER, [oid]);
  const [sql, enabled, table, name, comment] = row!;
  const fires = FIRES[enabled!];
  return [
    sql!,
    ...(fires ? [`ALTER TABLE ${table!} ${fires} TRIGGER ${quote(name!)}`] : []),
    ...(comment == null ? [] : [`COMMENT ON TRIGGER ${quote(name!)} ON ${table!} IS ${literal(comment)}`])
  ];
}

function aggregate(session: Session, name: string, oid: string): string {
  const [row] = session.ask(AGGREGATE, [oid]);
  const [args, step, state, initial, final, combine, moving, inverse, movingState, movingFinal, movingInitial, parallel] = row!;
  const parts = [
    ['SFUNC', step],
    ['STYPE', state],
    ['FINALFUNC', final],
    ['COMBINEFUNC', combine],
    ['INITCOND', initial == null ? null : literal(initial)],
    ['MSFUNC', moving],
    ['MINVFUNC', inverse],
    ['MSTYPE', movingState],
    ['MFINALFUNC', movingFinal],
    ['MINITCOND', movingInitial == null ? null : literal(movingInitial)],
    ['PARALLEL', parallel === 's' ? 'SAFE' : parallel === 'r' ? 'RESTRICTED' : null]
  ].filter(([, value]) => value != null);
  return `CREATE AGGREGATE ${name}(${args! || '*'}) (\n${parts.map(([key, value]) => `  ${key!} = ${value!}`).join(',\n')}\n)`;
}

function sequence(session: Session, name: string, oid: string, facts: string): string[] {
  const [row] = session.ask(SEQUENCE, [oid]);
  const [type, start, increment, least, most, cache, cycle, last, owner] = row!;
  const identity = facts.startsWith('identity of ');
  const made = `CREATE SEQUENCE ${name} AS ${type!}\n  START WITH ${start!} INCREMENT BY ${increment!}\n  MINVALUE ${least!} MAXVALUE ${most!}\n  CACHE ${cache!}${cycle === 't' ? ' CYCLE' : ''}`;
  const set = last == null ? [] : [`SELECT pg_catalog.setval(${literal(name)}, ${last}, true)`];
  if (identity) return [`-- Made and dropped with its column: it is the ${facts}.\n${made}`, ...set];
  return [made, ...(owner == null ? [] : [`ALTER SEQUENCE ${name} OWNED BY ${owner}`]), ...set];
}

function type(session: Session, name: string, oid: string): string {
  const [row] = session.ask(TYPE, [oid]);
  const [kind, labels, fields, subtype, base, initial, notNull, checks, collation] = row!;
  if (kind === 'e') return `CREATE TYPE ${name} AS ENUM (\n${namesOf(labels).map((l) => `  ${literal(l)}`).join(',\n')}\n)`;
  if (kind === 'c') return `CREATE TYPE ${name} AS (\n${namesOf(fields).map((f) => `  ${f}`).join(',\n')}\n)`;
  if (kind === 'r') return `CREATE TYPE ${name} AS RANGE (SUBTYPE = ${subtype!})`;
  if (kind !== 'd') return `-- A base type, whose functions are written in C.\nCREATE TYPE ${name}`;
  const lines = [
    `CREATE DOMAIN ${name} AS ${base!}`,
    collation == null ? '' : `  COLLATE ${collation}`,
    initial == null ? '' : `  DEFAULT ${initial}`,
    notNull === 't' ? '  NOT NULL' : '',
    ...namesOf(checks).map((check) => `  ${check}`)
  ];
  return lines.filter(Boolean).join('\n');
}

const COMMENTED = { index: 'INDEX', trigger: 'TRIGGER', function: 'FUNCTION', procedure: 'PROCEDURE', aggregate: 'AGGREGATE', sequence: 'SEQUENCE', type: 'TYPE', domain: 'DOMAIN', extension: 'EXTENSION' } as const;

/** What has an owner and rights of its own: where they are kept, and what GRANT calls it. */
const OWNED: Partial<Record<ObjectKind, ['pg_class' | 'pg_proc' | 'pg_type', string]>> = {
  function: ['pg_proc', 'FUNCTION'],
  procedure: ['pg_proc', 'PROCEDURE'],
  aggregate: ['pg_proc', 'FUNCTION'],
  sequence: ['pg_class', 'SEQUENCE'],
  type: ['pg_type', 'TYPE'],
  domain: ['pg_type', 'DOMAIN']
};

/** What makes an object, by Postgres' own pg_get_…def functions where it has one, with its comment. */
export function objectDdl(session: Session, { info, oid }: FoundObject): string {
  const full = `${quote(info.schema)}.${quote(info.name)}`;
  const withArguments = `${full}(${info.signature ?? ''})`;
  const named = { trigger: `${quote(info.name)} ON ${quote(info.schema)}.${quote(info.relation ?? '')}`, extension: quote(info.name), function: withArguments, procedure: withArguments, aggregate: `${full}(${info.signature || '*'})` } as Partial<Record<typeof info.kind, string>>;
  const statements = ((): string[] => {
    switch (info.kind) {
      case 'index':
        return [index(session, oid)];
      case 'trigger':
        return triggerSql(session, oid);
      case 'function':
      case 'procedure':
        return [session.ask('SELECT pg_catalog.pg_get_functiondef($1)', [oid])[0]![0]!.trim()];
      case 'aggregate':
        return [aggregate(session, full, oid)];
      case 'sequence':
        return sequence(session, full, oid, info.facts);
      case 'type':
      case 'domain':
        return [type(session, full, oid)];
      case 'extension':
        return [`CREATE EXTENSION IF NOT EXISTS ${quote(info.name)} WITH SCHEMA ${quote(info.schema)}`];
    }
  })();
  if (info.comment !== undefined && info.kind !== 'trigger') statements.push(`COMMENT ON ${COMMENTED[info.kind]} ${named[info.kind] ?? full} IS ${literal(info.comment)}`);
  const owned = OWNED[info.kind];
  if (owned && !info.facts.startsWith('identity of ')) {
    const [catalog, what] = owned;
    statements.push(...privilegesSql(session, { what, alter: COMMENTED[info.kind], name: named[info.kind] ?? full, catalog, oid }));
  }
  return `${statements.join(';\n\n')};\n`;
}
