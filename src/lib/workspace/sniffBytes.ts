import { sniffText } from './sniffText';

/** What a file's first bytes say. */
export type ByteVerdict =
  | { kind: 'sqlite' | 'postgres-dump' | 'postgres-archive' | 'sqlite-script' | 'zip' | 'tar' }
  /**
   * `what` is the rest of a sentence that begins with the file's name. `log`: what SQLite keeps beside a database, of
   * use with it alone. `rows`: what may go into a table.
   */
  | { kind: 'refused'; what: string; hint: string; log?: boolean; rows?: boolean };

/** Bytes that a file begins with, as text of single bytes, where they stand, and what they say. */
interface Magic {
  at: number;
  bytes: string;
  what: string;
  hint: string;
  log?: boolean;
  rows?: boolean;
}

const unpack = 'Unpack it and drop the file that is inside.';
const tableFile = 'Its rows can go into a table of a database, a new one or one that is open.';
const besideDatabase =
  'It belongs beside its database: drop both together, under the same name (app.db and app.db-wal, or app.db-journal).';
const notHere = 'Open an SQLite file, or a dump or archive made by pg_dump.';

const magics: Magic[] = [
  {
    at: 0,
    bytes: '\xd9\xd5\x05\xf9\x20\xa1\x63\xd7',
    what: 'is the rollback journal of an SQLite database, and no database.',
    hint: besideDatabase,
    log: true
  },
  {
    at: 0,
    bytes: '\x37\x7f\x06',
    what: 'is the write-ahead log of an SQLite database, and no database.',
    hint: besideDatabase,
    log: true
  },
  {
    at: 0,
    bytes: '\x18\xe2\x2d\x00',
    what: 'is the index of an SQLite write-ahead log, and no database.',
    hint: 'Drop the database and its "-wal" file; this one is not needed.'
  },
  {
    at: 0,
    bytes: '** This file contains an SQLite 2',
    what: 'is a database of SQLite 2, which nothing has written since 2004.',
    hint: 'Bring it over with the sqlite and sqlite3 command line tools: sqlite old.db .dump | sqlite3 new.db'
  },
  { at: 8, bytes: 'DUCK', what: 'is a DuckDB database.', hint: 'Export its tables from DuckDB as SQLite or CSV, and open those.' },
  { at: 4, bytes: 'Standard Jet DB', what: 'is a Microsoft Access database.', hint: notHere },
  { at: 4, bytes: 'Standard ACE DB', what: 'is a Microsoft Access database.', hint: notHere },
  { at: 0, bytes: 'PAR1', what: 'is a Parquet file: rows, and no database.', hint: tableFile, rows: true },
  { at: 0, bytes: 'ARROW1', what: 'is an Arrow file: rows, and no database.', hint: 'Write them out as Parquet or CSV, and import that.' },
  { at: 0, bytes: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', what: 'is an old Office document.', hint: notHere },
  { at: 0, bytes: '\xfd7zXZ\0', what: 'is packed with xz.', hint: unpack },
  { at: 0, bytes: 'BZh', what: 'is packed with bzip2.', hint: unpack },
  { at: 0, bytes: '7z\xbc\xaf\x27\x1c', what: 'is a 7z archive.', hint: unpack },
  { at: 0, bytes: 'Rar!', what: 'is a RAR archive.', hint: unpack },
  { at: 0, bytes: '%PDF', what: 'is a PDF document.', hint: notHere },
  { at: 0, bytes: '\x89PNG', what: 'is a picture.', hint: notHere },
  { at: 0, bytes: '\xff\xd8\xff', what: 'is a picture.', hint: notHere },
  { at: 0, bytes: 'GIF8', what: 'is a picture.', hint: notHere }
];

/** Whether bytes stand at a place; each character of the text is one byte. */
const has = (bytes: Uint8Array, at: number, text: string): boolean =>
  at + text.length <= bytes.length && [...text].every((c, i) => bytes[at + i] === c.charCodeAt(0));

/** Tells what bytes are by their beginning: 64 KB of it are plenty. `whole` says that it is all there is. */
export function sniffBytes(head: Uint8Array, whole: boolean): ByteVerdict {
  if (has(head, 0, 'SQLite format 3\0')) return { kind: 'sqlite' };
  if (has(head, 0, 'PK\x03\x04') || has(head, 0, 'PK\x05\x06')) return { kind: 'zip' };
  if (has(head, 0, 'PGDMP')) return { kind: 'postgres-archive' };
  const magic = magics.find((m) => has(head, m.at, m.bytes));
  if (magic) return { kind: 'refused', what: magic.what, hint: magic.hint, log: magic.log, rows: magic.rows };
  if (has(head, 257, 'ustar')) return { kind: 'tar' };
  const text = textOf(head);
  if (text !== null) return sniffText(text, whole);
  if (isRandom(head)) {
    return {
      kind: 'refused',
      what: 'is not a database, or it is encrypted: its bytes look like chance.',
      hint: 'If it is an encrypted SQLite database, write a copy without its key using the program that made it, and open that.'
    };
  }
  return { kind: 'refused', what: 'is not a database, nor a dump of one.', hint: notHere };
}

/** The bytes as text, when they are text: UTF-8, UTF-16 with its mark, or a single-byte encoding without control characters. */
function textOf(head: Uint8Array): string | null {
  if (has(head, 0, '\xff\xfe') || has(head, 0, '\xfe\xff')) {
    return new TextDecoder(head[0] === 0xff ? 'utf-16le' : 'utf-16be').decode(head);
  }
  let odd = 0;
  for (const b of head) {
    if (b === 0) return null;
    if (b < 9 || (b > 13 && b < 32 && b !== 27)) odd++;
  }
  if (odd * 100 > head.length) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    // Not UTF-8. An older encoding is text as long as most of it is ASCII.
    const ascii = head.reduce((n, b) => n + (b < 128 ? 1 : 0), 0);
    return ascii * 10 > head.length * 7 ? new TextDecoder('windows-1252').decode(head) : null;
  }
}

/** Whether bytes are as even as cipher or well-packed bytes: over 7.8 bits of entropy a byte. */
function isRandom(head: Uint8Array): boolean {
  if (head.length < 1024) return false;
  const counts = new Uint32Array(256);
  for (const b of head) counts[b]!++;
  let bits = 0;
  for (const n of counts) if (n > 0) bits -= (n / head.length) * Math.log2(n / head.length);
  return bits > 7.8 - 256 / head.length;
}
