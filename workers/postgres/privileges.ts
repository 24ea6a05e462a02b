import type { Session } from './session';

/** What an object is to GRANT, where its owner and its list of rights are kept, and the letter of its kind in pg_default_acl. */
export interface Owned {
  /** FUNCTION, PROCEDURE, TABLE (views too), SEQUENCE, TYPE, DOMAIN. */
  what: string;
  /** As ALTER … OWNER TO names its kind. */
  alter: string;
  /** Its name as SQL, with its arguments. */
  name: string;
  catalog: 'pg_class' | 'pg_proc' | 'pg_type';
  oid: string;
}

const KEPT = {
  pg_class: { owner: 'relowner', acl: 'relacl', schema: 'relnamespace' },
  pg_proc: { owner: 'proowner', acl: 'proacl', schema: 'pronamespace' },
  pg_type: { owner: 'typowner', acl: 'typacl', schema: 'typnamespace' }
} as const;
const LETTER: Record<string, string> = { TABLE: 'r', SEQUENCE: 's', TYPE: 'T', DOMAIN: 'T' };

/**
 * Rights that a new object would get and this one has not ('-'), and those that were granted ('+'). Where somebody set
 * default privileges, all of its rights are told.
 */
const rights = ({ owner, acl, schema }: { owner: string; acl: string; schema: string }, catalog: string): string => `
WITH o AS (
  SELECT ${owner} AS owner, coalesce(${acl}, pg_catalog.acldefault($2::pg_catalog."char", ${owner})) AS acl, ${schema} AS ns
    FROM pg_catalog.${catalog} WHERE oid = $1
), given AS (
  SELECT d.defaclacl AS acl FROM pg_catalog.pg_default_acl d, o
   WHERE pg_catalog.upper(d.defaclobjtype::pg_catalog.text) = pg_catalog.upper($2::pg_catalog.text) AND d.defaclrole IN (o.owner, current_user::pg_catalog.regrole)
     AND d.defaclnamespace IN (0, o.ns)
), base AS (
  SELECT x.grantee, x.privilege_type FROM o, pg_catalog.aclexplode(pg_catalog.acldefault($2::pg_catalog."char", o.owner)) x
  UNION SELECT x.grantee, x.privilege_type FROM given g, pg_catalog.aclexplode(g.acl) x
), has AS (
  SELECT x.grantee, x.privilege_type, pg_catalog.bool_or(x.is_grantable) AS passes FROM o, pg_catalog.aclexplode(o.acl) x GROUP BY 1, 2
), told AS (
  SELECT '-' AS sign, b.grantee, b.privilege_type, false AS passes FROM base b
   WHERE NOT EXISTS (SELECT FROM has h WHERE h.grantee = b.grantee AND h.privilege_type = b.privilege_type)
  UNION ALL
  SELECT '+', h.grantee, h.privilege_type, h.passes FROM has h, o
   WHERE h.grantee <> o.owner AND (EXISTS (SELECT FROM given) OR h.passes
     OR NOT EXISTS (SELECT FROM base b WHERE h.grantee = b.grantee AND h.privilege_type = b.privilege_type))
)
SELECT t.sign, CASE WHEN t.grantee = 0 THEN 'PUBLIC' ELSE t.grantee::pg_catalog.regrole::pg_catalog.text END, t.passes,
       pg_catalog.string_agg(t.privilege_type, ', ' ORDER BY t.privilege_type)
  FROM told t GROUP BY t.sign, t.grantee, t.passes ORDER BY t.sign = '+', 2, t.passes`;

const ON_COLUMNS = `
SELECT pg_catalog.quote_ident(a.attname), CASE WHEN x.grantee = 0 THEN 'PUBLIC' ELSE x.grantee::pg_catalog.regrole::pg_catalog.text END,
       x.is_grantable, pg_catalog.string_agg(x.privilege_type || ' (' || pg_catalog.quote_ident(a.attname) || ')', ', ' ORDER BY x.privilege_type)
  FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) x
 WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped GROUP BY a.attnum, a.attname, x.grantee, x.is_grantable ORDER BY a.attnum, 2`;

/** Statements that give an object to its owner and grant what was granted on it; none where it is as a new one would be. */
export function privilegesSql(session: Session, { what, alter, name, catalog, oid }: Owned): string[] {
  const kept = KEPT[catalog];
  const [owned] = session.ask(
    `SELECT CASE WHEN ${kept.owner} <> current_user::pg_catalog.regrole THEN ${kept.owner}::pg_catalog.regrole::pg_catalog.text END FROM pg_catalog.${catalog} WHERE oid = $1`,
    [oid]
  );
  const owner = owned?.[0] ?? null;
  const statements = owner === null ? [] : [`ALTER ${alter} ${name} OWNER TO ${owner}`];
  const end = (passes: string | null | undefined): string => (passes === 't' ? ' WITH GRANT OPTION' : '');
  for (const [sign, grantee, passes, list] of session.ask(rights(kept, catalog), [oid, LETTER[what] ?? 'f'])) {
    statements.push(sign === '-' ? `REVOKE ${list!} ON ${what} ${name} FROM ${grantee!}` : `GRANT ${list!} ON ${what} ${name} TO ${grantee!}${end(passes)}`);
  }
  if (catalog === 'pg_class') {
    for (const [, grantee, passes, list] of session.ask(ON_COLUMNS, [oid])) statements.push(`GRANT ${list!} ON TABLE ${name} TO ${grantee!}${end(passes)}`);
  }
  return statements;
}
