import { dangersIn } from '../split/dangers';
import { scanPostgres } from '../split/scanPostgres';
import { splitPostgres } from '../split/splitPostgres';
import type { RelationInfo, RelationRef, TypeFamily } from '../wire/catalog';
import type { Sort } from '../wire/results';
import type { Dialect } from './dialect';
import { changeSqlOf, changeTemplateOf, placeOf, rowIdentity, rowOfChange, type ChangeParts } from './changeSql';
import { postgresChanges } from './changePostgres';
import { comparable, filterOperators, operatorsFor, postgresCondition, regexOperators } from './filters';
import { postgresLiteral } from './literals';
import { postgresFunctions, postgresKeywords, postgresTypes } from './postgresWords';
import { choicesSql, pointingSql, statsSql, type LookupParts } from './lookups';
import { postgresCellOf } from './typedCell';
import { browseSql, countSql, type SelectParts } from './select';
import { primaryKey } from './primaryKey';

/** As quote_ident: bare when it is lower case and no key word. */
function quote(identifier: string, always = false): string {
  const bare = /^[a-z_][a-z0-9_]*$/.test(identifier) && !postgresKeywords.has(identifier);
  return bare && !always ? identifier : `"${identifier.replaceAll('"', '""')}"`;
}

const fullName = (ref: RelationRef): string => `${quote(ref.schema)}.${quote(ref.relation)}`;

/** Names of types by their family, as format_type writes them, and their short forms. */
const families: Record<string, TypeFamily> = {
  smallint: 'integer',
  integer: 'integer',
  int: 'integer',
  bigint: 'integer',
  int2: 'integer',
  int4: 'integer',
  int8: 'integer',
  smallserial: 'integer',
  serial: 'integer',
  bigserial: 'integer',
  oid: 'integer',
  xid8: 'integer',
  numeric: 'number',
  decimal: 'number',
  real: 'number',
  'double precision': 'number',
  float4: 'number',
  float8: 'number',
  money: 'number',
  text: 'text',
  'character varying': 'text',
  varchar: 'text',
  character: 'text',
  char: 'text',
  '"char"': 'text',
  bpchar: 'text',
  name: 'text',
  citext: 'text',
  boolean: 'boolean',
  bool: 'boolean',
  date: 'temporal',
  time: 'temporal',
  timetz: 'temporal',
  timestamp: 'temporal',
  timestamptz: 'temporal',
  interval: 'temporal',
  json: 'json',
  jsonb: 'json',
  bytea: 'binary',
  uuid: 'uuid'
};

function familyOf(type: string): TypeFamily {
  const t = type.trim().toLowerCase();
  if (t.endsWith('[]') || /\barray\b/.test(t)) return 'array';
  // numeric(10,2), timestamp(3) with time zone, interval year to month
  const bare = t.replace(/\(.*?\)/, '').replace(/ (with|without) time zone$/, '');
  return families[bare] ?? families[bare.replace(/^.*\./, '')] ?? (bare.startsWith('interval') ? 'temporal' : 'other');
}

/**
 * The rest of the primary key; without one the row's place, where rows have places. Rows of views are left as
 * the engine brings them.
 */
function tieBreakers(sorts: readonly Sort[], relation: RelationInfo | undefined): string[] {
  if (!relation) return [];
  const key = primaryKey(relation.columns);
  if (key.length > 0) {
    return key.filter((c) => !sorts.some((s) => s.column === c.name)).map((c) => quote(c.name, true));
  }
  // A table may have children, whose rows have places of their own.
  return ['table', 'partitioned-table', 'materialized-view'].includes(relation.kind) ? ['tableoid', 'ctid'] : [];
}

const parts: SelectParts = {
  from: fullName,
  plain: '',
  column: (_, name) => quote(name, true),
  placeholder: (place) => `$${place}`,
  condition: postgresCondition,
  sortKey: comparable,
  tieBreakers,
  split: splitPostgres
};

const changeParts: ChangeParts = { ...postgresChanges, quote, from: fullName };

const lookupParts: LookupParts = {
  ...parts,
  text: (column) => `${column}::text`,
  like: (text, pattern) => `${text} ILIKE ${pattern}`,
  number: (column) => `${column}::numeric::float8`,
  range: (number, from, to, ranges) => `least(${ranges}, width_bucket(${number}, ${from}, ${to}, ${ranges}))`,
  isFinite: (number) => `abs(${number}) < 1e300`,
  mean: (column, { type }) => (type === 'money' ? `avg(${column}::numeric)` : `avg(${column})`),
  sum: (column) => `sum(${column})`
};

const operators = [...filterOperators, ...regexOperators];

/** PostgreSQL 18. */
export const postgres: Dialect = {
  engine: 'postgres',
  label: 'Postgres',
  givesHints: true,
  defaultSchema: 'public',
  quote,
  qualified(ref, catalog) {
    // What is called as something in pg_catalog is hidden by it.
    const bare = catalog?.defaultSchema === ref.schema && !ref.relation.startsWith('pg_');
    return bare ? quote(ref.relation) : fullName(ref);
  },
  literal: postgresLiteral,
  split: splitPostgres,
  dangers: (script) =>
    dangersIn(script, {
      split: splitPostgres,
      scan: scanPostgres,
      nameOf: (text, kind) => (kind === 'word' ? text.toLowerCase() : text.slice(1, -1).replaceAll('""', '"')),
      defaultSchema: 'public'
    }),
  familyOf,
  operators,
  operatorsFor: ({ family }) => operatorsFor(family, operators),
  cellOf: postgresCellOf,
  booleans: ['t', 'f'],
  fillsItself: (column) => column.default !== null || column.identity !== null || column.generated !== null,
  browse: (request, relation) => browseSql(request, parts, relation),
  count: (request, relation) => countSql(request, parts, relation),
  rowIdentity,
  changeSql: (change, relation, options) =>
    changeSqlOf(change, relation, options?.overwrite ?? false, changeParts),
  changeTemplate: (change, relation, options) => changeTemplateOf(change, relation, options?.overwrite ?? false, changeParts),
  rowOf: (change, relation) => rowOfChange(change, relation, changeParts),
  placeOf: (relation) => placeOf(relation, changeParts),
  deferForeignKeys: 'SET CONSTRAINTS ALL DEFERRED',
  choices: (lookup) => choicesSql(lookup, lookupParts),
  pointing: (from, columns, values, most) => pointingSql(from, columns, values, most, lookupParts),
  stats: (rows, relation, column) => statsSql(rows, relation, column, lookupParts),
  functions: postgresFunctions,
  types: postgresTypes
};
