import { postgres } from '../dialect/postgres';
import type { ColumnInfo, RelationInfo } from '../wire/catalog';
import { privilegesSql } from './privileges';
import type { Session } from './session';

/**
 * The DDL of one relation out of Postgres' own pg_get_…def functions. (The real pg_dump reads the whole catalog
 * for one table, and not within a transaction; it writes the copies that are saved.)
 */

const CLASS = `
SELECT c.relpersistence, c.relkind, pg_catalog.array_to_string(c.reloptions, ', '),
       CASE WHEN c.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END,
       pg_catalog.pg_get_expr(c.relpartbound, c.oid),
       CASE WHEN c.relkind IN ('v', 'm') THEN pg_catalog.pg_get_viewdef(c.oid) END,
       c.relrowsecurity, c.relispopulated,
       (SELECT s.srvname FROM pg_catalog.pg_foreign_table t JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver
         WHERE t.ftrelid = c.oid),
       (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(o.option_name) || ' ' || pg_catalog.quote_literal(o.option_value), ', ')
          FROM pg_catalog.pg_foreign_table t, pg_catalog.pg_options_to_table(t.ftoptions) o WHERE t.ftrelid = c.oid)
  FROM pg_catalog.pg_class c WHERE c.oid = $1`;

const PARENTS = `
SELECT i.inhparent::pg_catalog.regclass FROM pg_catalog.pg_inherits i WHERE i.inhrelid = $1 ORDER BY i.inhseqno`;

/** Columns that come from a parent alone, and collations that are not the type's own. */
const COLUMN_MORE = `
SELECT a.attname, a.attislocal,
       CASE WHEN a.attcollation <> t.typcollation AND a.attcollation <> 0 THEN a.attcollation::pg_catalog.regcollation::pg_catalog.text END
  FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped`;

const CONSTRAINTS = `
SELECT k.conname, pg_catalog.pg_get_constraintdef(k.oid), k.conislocal FROM pg_catalog.pg_constraint k
 WHERE k.conrelid = $1 AND k.contype IN ('p', 'u', 'c', 'x', 'f') AND k.conparentid = 0
 ORDER BY pg_catalog.strpos('pucxf', k.contype::pg_catalog.text), k.conname`;

/** Indexes but those that a constraint makes. */
const INDEXES = `
SELECT pg_catalog.pg_get_indexdef(x.indexrelid) FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid
 WHERE x.indrelid = $1 AND NOT i.relispartition
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = x.indexrelid AND k.conrelid = x.indrelid)
 ORDER BY i.relname`;

const TRIGGERS = `
SELECT pg_catalog.pg_get_triggerdef(t.oid), t.tgenabled, t.tgname FROM pg_catalog.pg_trigger t
 WHERE t.tgrelid = $1 AND NOT t.tgisinternal AND t.tgparentid = 0 ORDER BY t.tgname`;

/** Rules but the one that a view is. */
const RULES = `
SELECT pg_catalog.pg_get_ruledef(r.oid), r.ev_enabled, r.rulename FROM pg_catalog.pg_rewrite r
 WHERE r.ev_class = $1 AND r.rulename <> '_RETURN' ORDER BY r.rulename`;

/** Comments of what belongs to a relation: kind, name, what it stands on, text. */
const COMMENTS_BESIDE = `
SELECT 'TRIGGER', t.tgname, true, pg_catalog.obj_description(t.oid, 'pg_trigger') FROM pg_catalog.pg_trigger t WHERE t.tgrelid = $1 AND NOT t.tgisinternal
UNION ALL SELECT 'RULE', r.rulename, true, pg_catalog.obj_description(r.oid, 'pg_rewrite') FROM pg_catalog.pg_rewrite r WHERE r.ev_class = $1
UNION ALL SELECT 'CONSTRAINT', k.conname, true, pg_catalog.obj_description(k.oid, 'pg_constraint') FROM pg_catalog.pg_constraint k WHERE k.conrelid = $1
UNION ALL SELECT 'POLICY', p.polname, true, pg_catalog.obj_description(p.oid, 'pg_policy') FROM pg_catalog.pg_policy p WHERE p.polrelid = $1
UNION ALL SELECT 'INDEX', i.relname, false, pg_catalog.obj_description(i.oid, 'pg_class')
  FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = $1`;

/** How a trigger or a rule fires that does not fire as a new one. */
export const FIRES: Record<string, string> = { D: 'DISABLE', R: 'ENABLE REPLICA', A: 'ENABLE ALWAYS' };

const POLICIES = `
SELECT p.polname, p.polpermissive, p.polcmd,
       (SELECT pg_catalog.string_agg(CASE WHEN u.role = 0 THEN 'PUBLIC' ELSE u.role::pg_catalog.regrole::pg_catalog.text END, ', ')
          FROM pg_catalog.unnest(p.polroles) u(role)),
       pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
  FROM pg_catalog.pg_policy p WHERE p.polrelid = $1 ORDER BY p.polname`;

const quote = (name: string): string => postgres.quote(name);
const literal = (text: string): string => postgres.literal(text);

/** The relation, its indexes, triggers, rules, policies and comments, as statements. */
export function relationDdl(session: Session, oid: string, info: RelationInfo): string {
  const name = `${quote(info.schema)}.${quote(info.relation)}`;
  const [row] = session.ask(CLASS, [oid]);
  const [persistence, kind, options, key, bound, view, rowSecurity, populated, server, serverOptions] = row!;
  const statements: string[] = [];
  const storage = options ? `\nWITH (${options})` : '';
  if (kind === 'v' || kind === 'm') {
    const what = kind === 'v' ? 'VIEW' : 'MATERIALIZED VIEW';
    const body = view!.replace(/;\s*$/, '');
    const end = kind === 'm' && populated !== 't' ? '\nWITH NO DATA' : '';
    statements.push(`CREATE ${what} ${name}${storage} AS\n${body}${end}`);
  } else {
    const unlogged = persistence === 'u' ? 'UNLOGGED ' : persistence === 't' ? 'TEMPORARY ' : '';
    const head = kind === 'f' ? `CREATE FOREIGN TABLE ${name}` : `CREATE ${unlogged}TABLE ${name}`;
    const parents = session.ask(PARENTS, [oid]).map(([parent]) => parent!);
    const tail = [
      bound ? ` ${bound}` : parents.length > 0 ? `\nINHERITS (${parents.join(', ')})` : '',
      key ? `\nPARTITION BY ${key}` : '',
      server ? `\nSERVER ${quote(server)}${serverOptions ? ` OPTIONS (${serverOptions})` : ''}` : '',
      storage
    ].join('');
    const body = bodyLines(session, oid, info, bound !== null);
    const parts = body.length > 0 ? ` (\n${body.map((line) => `  ${line}`).join(',\n')}\n)` : bound ? '' : ' ()';
    statements.push(bound ? `${head} PARTITION OF ${parents[0]}${parts}${tail}` : `${head}${parts}${tail}`);
  }
  const each = (sql: string, mend = (text: string): string => text): void => {
    for (const [text] of session.ask(sql, [oid])) statements.push(mend(text!.replace(/;\s*$/, '')));
  };
  // ON ONLY is how the index of a partitioned table is shown, not how it was made.
  each(INDEXES, (sql) => (kind === 'p' ? sql.replace(' ON ONLY ', ' ON ') : sql));
  const eachFiring = (sql: string, what: string): void => {
    for (const [text, enabled, own] of session.ask(sql, [oid])) {
      statements.push(text!.replace(/;\s*$/, ''));
      const fires = FIRES[enabled!];
      if (fires) statements.push(`ALTER TABLE ${name} ${fires} ${what} ${quote(own!)}`);
    }
  };
  if (kind === 'v') for (const c of info.columns) if (c.default !== null) statements.push(`ALTER VIEW ${name} ALTER COLUMN ${quote(c.name)} SET DEFAULT ${c.default}`);
  eachFiring(TRIGGERS, 'TRIGGER');
  eachFiring(RULES, 'RULE');
  if (rowSecurity === 't') statements.push(`ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY`);
  for (const policy of session.ask(POLICIES, [oid])) statements.push(policySql(name, policy));
  statements.push(...comments(name, info));
  for (const [what, own, isOn, text] of session.ask(`SELECT * FROM (${COMMENTS_BESIDE}) c (kind, name, is_on, text) WHERE text IS NOT NULL ORDER BY 1, 2`, [oid])) {
    const full = isOn === 't' ? `${quote(own!)} ON ${name}` : `${quote(info.schema)}.${quote(own!)}`;
    statements.push(`COMMENT ON ${what!} ${full} IS ${literal(text!)}`);
  }
  const alter = kind === 'v' ? 'VIEW' : kind === 'm' ? 'MATERIALIZED VIEW' : kind === 'f' ? 'FOREIGN TABLE' : 'TABLE';
  statements.push(...privilegesSql(session, { what: 'TABLE', alter, name, catalog: 'pg_class', oid }));
  return `${statements.join(';\n\n')};\n`;
}

/** What stands between the parentheses: columns of its own and constraints. */
function bodyLines(session: Session, oid: string, info: RelationInfo, partition: boolean): string[] {
  const more = new Map(session.ask(COLUMN_MORE, [oid]).map(([name, local, collation]) => [name!, { local: local === 't', collation }]));
  const own = partition ? [] : info.columns.filter((c) => more.get(c.name)?.local !== false);
  const lines = own.map((c) => columnSql(c, more.get(c.name)?.collation ?? null));
  for (const [name, sql, local] of session.ask(CONSTRAINTS, [oid])) {
    if (local === 't') lines.push(`CONSTRAINT ${quote(name!)} ${sql}`);
  }
  return lines;
}

function columnSql(column: ColumnInfo, collation: string | null): string {
  const parts = [quote(column.name), column.type];
  if (collation) parts.push(`COLLATE ${collation}`);
  if (!column.nullable) parts.push('NOT NULL');
  if (column.identity) parts.push(`GENERATED ${column.identity.toUpperCase()} AS IDENTITY`);
  else if (column.generated) parts.push(`GENERATED ALWAYS AS (${column.default}) ${column.generated.toUpperCase()}`);
  else if (column.default !== null) parts.push(`DEFAULT ${column.default}`);
  return parts.join(' ');
}

const COMMANDS: Record<string, string> = { r: 'SELECT', a: 'INSERT', w: 'UPDATE', d: 'DELETE', '*': 'ALL' };

function policySql(table: string, [name, permissive, command, roles, using, check]: (string | null)[]): string {
  const lines = [`CREATE POLICY ${quote(name!)} ON ${table}`];
  if (permissive !== 't') lines.push('AS RESTRICTIVE');
  lines.push(`FOR ${COMMANDS[command!] ?? 'ALL'} TO ${roles ?? 'PUBLIC'}`);
  if (using !== null) lines.push(`USING (${using})`);
  if (check !== null) lines.push(`WITH CHECK (${check})`);
  return lines.join('\n  ');
}

function comments(name: string, info: RelationInfo): string[] {
  const kinds = { view: 'VIEW', 'materialized-view': 'MATERIALIZED VIEW', 'foreign-table': 'FOREIGN TABLE' } as Record<string, string>;
  const found: string[] = [];
  if (info.comment !== undefined) found.push(`COMMENT ON ${kinds[info.kind] ?? 'TABLE'} ${name} IS ${literal(info.comment)}`);
  for (const column of info.columns) {
    if (column.comment !== undefined) found.push(`COMMENT ON COLUMN ${name}.${quote(column.name)} IS ${literal(column.comment)}`);
  }
  return found;
}
