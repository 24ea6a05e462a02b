import type { ByteVerdict } from './sniffBytes';

const tableFile = 'Its rows can go into a table of a database, a new one or one that is open.';
const anotherServer = 'Only dumps of Postgres, and scripts for SQLite, can be opened. Export the tables as CSV and import those.';

/** How a statement begins, in any dialect. */
const statement = new RegExp(
  [
    String.raw`CREATE\s+(?:OR\s+REPLACE\s+)?[A-Z]+\s`,
    String.raw`(?:ALTER|DROP)\s+[A-Z]+\s`,
    String.raw`(?:INSERT|REPLACE)\s+(?:OR\s+\w+\s+)?INTO\s`,
    String.raw`COPY\s+[\w."]+`,
    String.raw`SET\s+(?:SESSION\s+|LOCAL\s+)?[\w.]+\s*(?:=|\bTO\b)`,
    String.raw`SELECT\s+[\w.'"(*]`,
    String.raw`(?:BEGIN|COMMIT)\s*(?:;|TRANSACTION\b|WORK\b|IMMEDIATE\b)`,
    String.raw`PRAGMA\s+\w+`,
    String.raw`START\s+TRANSACTION`,
    String.raw`(?:GRANT|REVOKE)\s[\s\S]*?\sON\s`,
    String.raw`COMMENT\s+ON\s`,
    String.raw`(?:DO|TRUNCATE|UPDATE|VACUUM|ANALYZE|CALL)\s+[\w$."]+`,
    String.raw`DELETE\s+FROM\s`,
    String.raw`WITH\s+[\w"]+\s*(?:\(|AS\b)`,
    String.raw`\\(?:restrict|connect|set|c|i|encoding|pset|if|unset)\b`
  ]
    .map((s) => `(?:${s})`)
    .join('|'),
  'iy'
);

/** Signs of each, counted in the head of a script. */
const postgresSigns: RegExp[] = [
  /PostgreSQL database/,
  /\bpg_catalog\b|\bpg_dump/,
  /^COPY\s.*\bFROM\s+stdin\b/im,
  /^\\(?:restrict|connect|set|c)\b/m,
  /\bSET\s+(?:statement_timeout|client_encoding|standard_conforming_strings|search_path|default_tablespace|lock_timeout)\b/i,
  /\bALTER\s+TABLE\s+ONLY\b|\bOWNER\s+TO\b/i,
  /::\s*[a-z_"]/i,
  /\bcharacter varying\b|\btimestamp with(?:out)? time zone\b|\btimestamptz\b|\bjsonb\b|\bbytea\b|\b(?:big|small)?serial\b/i,
  /\bnextval\s*\(|\bCREATE\s+(?:SEQUENCE|TYPE|EXTENSION|SCHEMA|DOMAIN|FUNCTION|PROCEDURE|ROLE|MATERIALIZED)\b/i,
  /\$\$|\bplpgsql\b/,
  /\bpublic\.\w/,
  /\bGENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY\b|\bILIKE\b|\bRETURNING\b/i
];
const sqliteSigns: RegExp[] = [
  /^\s*PRAGMA\s+\w+/im,
  /^\s*BEGIN\s+(?:IMMEDIATE\s+|EXCLUSIVE\s+)?TRANSACTION\s*;/im,
  /\bsqlite_(?:sequence|master|schema|stat1)\b/i,
  /\bAUTOINCREMENT\b/i,
  /\bWITHOUT\s+ROWID\b|\)\s*STRICT\b/i,
  /\bINSERT\s+OR\s+(?:REPLACE|IGNORE|ABORT|FAIL|ROLLBACK)\b|^\s*REPLACE\s+INTO\b/im,
  /\bINTEGER\s+PRIMARY\s+KEY\s+(?:ASC|DESC|NOT\s+NULL\s+AUTO)?\b.*[,)]/i,
  /\bCREATE\s+VIRTUAL\s+TABLE\b|\bUSING\s+fts[345]\b/i,
  /\bX'[0-9a-f]*'/i,
  /CREATE TABLE (?:IF NOT EXISTS )?[`[]/i,
  /\b(?:DATETIME|TINYINT|DOUBLE|NVARCHAR|LONGVARCHAR|BLOB)\b/i
];

/** Text without the comments and blanks at its beginning. */
function afterComments(text: string): string {
  let rest = text.replace(/^\uFEFF/, '');
  for (;;) {
    const next = rest.replace(/^(?:\s|;)+|^--.*(?:\r?\n|$)|^\/\*(?!!)[\s\S]*?\*\//, '');
    if (next === rest) return rest;
    rest = next;
  }
}

/** Tells what a text is by its head. `whole` says that it is all there is. */
export function sniffText(text: string, whole: boolean): ByteVerdict {
  const isDump = /PostgreSQL database (?:cluster )?dump/.test(text.slice(0, 300));
  if (!isDump && /^\uFEFF?\s*(?:--|\/\*).{0,40}(?:MySQL|MariaDB) dump|\bENGINE\s*=\s*(?:InnoDB|MyISAM)\b|\/\*!\d{5} SET/i.test(text)) {
    return { kind: 'refused', what: 'is a dump of MySQL or MariaDB.', hint: anotherServer };
  }
  if (/^\s*USE \[|^GO\s*$|\bSET ANSI_NULLS ON\b/im.test(text) && /\[dbo\]|\bGO\b/.test(text)) {
    return { kind: 'refused', what: 'is a script for Microsoft SQL Server.', hint: anotherServer };
  }
  // A line that the head cuts off says nothing.
  const rest = afterComments(whole ? text : text.slice(0, text.lastIndexOf('\n') + 1 || undefined));
  if (isDump || startsStatement(rest)) return { kind: isForSqlite(text) ? 'sqlite-script' : 'postgres-dump' };
  if (rest === '' && text.trim() !== '' && /^\s*(?:--|\/\*)/.test(text)) {
    // Comments only, as far as one can see: let the reader of dumps tell the rest.
    if (!whole) return { kind: 'postgres-dump' };
    return { kind: 'refused', what: 'holds only comments, and no SQL statement.', hint: 'Open a dump that pg_dump has made.' };
  }
  if (text.trim() === '') return { kind: 'refused', what: 'is blank: it holds no SQL.', hint: 'Open a dump that pg_dump has made.' };
  if (/^\s*<(?:!doctype html|html)/i.test(text)) {
    return {
      kind: 'refused',
      what: 'is a web page, perhaps one that says why a download failed.',
      hint: 'Download the database again.'
    };
  }
  if (/^\s*[[{]/.test(text) && /["\]}]/.test(text)) return { kind: 'refused', what: 'is JSON: rows, and no database.', hint: tableFile, rows: true };
  if (isTable(text, whole)) return { kind: 'refused', what: 'is a table of values (CSV), and no database.', hint: tableFile, rows: true };
  return {
    kind: 'refused',
    what: 'is a text file: neither a database nor SQL.',
    hint: 'If its lines are rows, they can go into a table.',
    rows: true
  };
}

function startsStatement(text: string): boolean {
  statement.lastIndex = 0;
  return statement.test(text);
}

function isForSqlite(text: string): boolean {
  const count = (signs: RegExp[]): number => signs.reduce((n, sign) => n + (sign.test(text) ? 1 : 0), 0);
  return count(sqliteSigns) > count(postgresSigns);
}

/** Whether the lines hold the same number of one delimiter, at least two lines and one delimiter each. */
function isTable(text: string, whole: boolean): boolean {
  const lines = text.split(/\r?\n/).slice(0, whole ? 20 : -1).slice(0, 20).filter((l) => l !== '');
  if (lines.length < 2) return false;
  return ['\t', ';', ',', '|'].some((delimiter) => {
    const counts = lines.map((l) => l.replace(/"(?:[^"]|"")*"/g, '').split(delimiter).length - 1);
    const usual = counts[0]!;
    return usual > 0 && counts.filter((n) => n === usual).length * 10 >= counts.length * 6;
  });
}
