import { dangersIn } from '../split/dangers';
import { scanSqlite } from '../split/scanSqlite';
import { splitSqlite } from '../split/splitSqlite';
import type { RelationRef, TypeFamily } from '../wire/catalog';
import type { Dialect } from './dialect';
import { keepsValue } from './affinity';
import { changeSqlOf, changeTemplateOf, placeOf, rowIdentity, rowOfChange, type ChangeParts } from './changeSql';
import { sqliteChanges } from './changeSqlite';
import { filterOperators, operatorsFor, sqliteCondition } from './filters';
import { sqliteLiteral } from './literals';
import { choicesSql, pointingSql, statsSql, type LookupParts } from './lookups';
import { browseSql, countSql, type SelectParts } from './select';
import { sqliteFunctions, sqliteKeywords, sqliteTypes } from './sqliteWords';
import { sqliteCellOf } from './typedCell';

function quote(identifier: string, always = false): string {
  const bare = /^[A-Za-z_][A-Za-z0-9_]*$/.test(identifier) && !sqliteKeywords.has(identifier.toLowerCase());
  return bare && !always ? identifier : `"${identifier.replaceAll('"', '""')}"`;
}

/** A name without its quotes. */
const unquoted = (text: string): string => text.slice(1, -1).replaceAll(text[0]!.repeat(2), text[0]!);

const fullName = (ref: RelationRef): string => `${quote(ref.schema)}.${quote(ref.relation)}`;

/** What a declared type is like: people's words first, then the affinity that SQLite gives it (datatype3.html). */
function familyOf(type: string): TypeFamily {
  const t = type.trim().toUpperCase();
  if (t === '' || t === 'ANY') return 'other';
  if (/^(GEOMETRY|POINT|LINESTRING|POLYGON|MULTI\w+|GEOMETRYCOLLECTION|CURVE\w*|SURFACE)\b/.test(t)) return 'binary';
  if (/^BOOL/.test(t)) return 'boolean';
  if (/^(DATE|TIME)/.test(t)) return 'temporal';
  if (/^JSONB?\b/.test(t)) return 'json';
  if (/^(UUID|GUID|UNIQUEIDENTIFIER)\b/.test(t)) return 'uuid';
  if (t.includes('INT')) return 'integer';
  if (/CHAR|CLOB|TEXT|^STRING/.test(t)) return 'text';
  if (/BLOB|BINARY|BYTEA|^IMAGE/.test(t)) return 'binary';
  if (/REAL|FLOA|DOUB|NUM|DEC|MONEY|CURRENCY/.test(t)) return 'number';
  return 'other';
}

const parts: SelectParts = {
  from: fullName,
  // A covering index would bring the rows in its own order.
  plain: ' NOT INDEXED',
  // With the relation before it, a name that is no column is an error and not a string.
  column: (ref, name) => `${fullName(ref)}.${quote(name, true)}`,
  placeholder: (place) => `?${place}`,
  condition: sqliteCondition,
  sortKey: (column) => column,
  // Under LIMIT, SQLite's sorter keeps equal rows in the order in which it read them.
  tieBreakers: () => [],
  split: splitSqlite
};

const changeParts: ChangeParts = { ...sqliteChanges, quote, from: fullName };

const lookupParts: LookupParts = {
  ...parts,
  text: (column) => `CAST(${column} AS TEXT)`,
  like: (text, pattern) => `${text} LIKE ${pattern} ESCAPE '\\'`,
  number: (column) => `CASE WHEN typeof(${column}) IN ('integer', 'real') THEN ${column} END`,
  range: (number, from, to, ranges) => `min(${ranges}, 1 + CAST((${number} - (${from})) * ${ranges}.0 / (${to} - (${from})) AS INTEGER))`,
  isFinite: (number) => `abs(${number} * 1.0) < 1e300`,
  mean: (column) => `avg(${column})`,
  // Unlike sum(), it does not fail beyond 64 bits; where all is whole and small it gives the same.
  sum: (column) => `CASE WHEN total(abs(${column})) < 9e15 THEN sum(${column}) ELSE total(${column}) END`
};

/** SQLite 3.54. */
export const sqlite: Dialect = {
  engine: 'sqlite',
  label: 'SQLite',
  givesHints: false,
  defaultSchema: 'main',
  quote,
  qualified(ref, catalog) {
    // A bare name means a temporary relation before one of main, and one of main before those attached.
    const temporary = catalog?.schemas.find((s) => s.name === 'temp')?.relations ?? [];
    const hidden = temporary.some((r) => r.relation.toLowerCase() === ref.relation.toLowerCase());
    return catalog?.defaultSchema === ref.schema && !hidden ? quote(ref.relation) : fullName(ref);
  },
  literal: sqliteLiteral,
  split: splitSqlite,
  dangers: (script) =>
    dangersIn(script, {
      split: splitSqlite,
      scan: scanSqlite,
      // Names are compared without regard to case, and may stand in quotes of any kind.
      nameOf: (text, kind) => (kind === 'word' ? text : unquoted(text)).toLowerCase(),
      defaultSchema: 'main'
    }),
  familyOf,
  cellOf: sqliteCellOf,
  booleans: [1, 0],
  fillsItself: (column, relation) =>
    column.default !== null ||
    column.generated !== null ||
    // The rowid by another name.
    (column.keyPlace === 1 && column.type.toUpperCase() === 'INTEGER' && !relation.columns.some((c) => c.keyPlace > 1)),
  operators: filterOperators,
  operatorsFor: ({ family }) => operatorsFor(family, filterOperators),
  browse: (request, relation) => browseSql(request, parts, relation),
  count: (request, relation) => countSql(request, parts, relation),
  rowIdentity,
  changeSql: (change, relation, options) =>
    changeSqlOf(change, relation, options?.overwrite ?? false, changeParts),
  changeTemplate: (change, relation, options) => changeTemplateOf(change, relation, options?.overwrite ?? false, changeParts),
  keeps: keepsValue,
  rowOf: (change, relation) => rowOfChange(change, relation, changeParts),
  placeOf: (relation) => placeOf(relation, changeParts),
  deferForeignKeys: 'PRAGMA defer_foreign_keys=ON',
  choices: (lookup) => choicesSql(lookup, lookupParts),
  pointing: (from, columns, values, most) => pointingSql(from, columns, values, most, lookupParts),
  stats: (rows, relation, column) => statsSql(rows, relation, column, lookupParts),
  functions: sqliteFunctions,
  types: sqliteTypes
};
