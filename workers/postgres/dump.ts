import type { Progress } from '../wire/opening';
import { postgres } from '../dialect/postgres';
import { runPgDump } from './pgDump';
import type { Session } from './session';

/** Blocks of a table (8 KB each) that are copied out at once: what is held in memory. */
const SLICE_BLOCKS = 1024;
/** Bytes handed over at once. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * Tables whose rows pg_dump would write: those with storage, no partitioned parents, none of extensions, none
 * temporary. Generated columns are left out, they come out anew; identity columns keep their values.
 */
const TABLES = `
SELECT n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid) / 8192,
       (SELECT pg_catalog.json_agg(a.attname ORDER BY a.attnum) FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''),
       (SELECT m.amname FROM pg_catalog.pg_am m WHERE m.oid = c.relam)
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
   AND ($1::text IS NULL OR n.nspname = $1)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND x.objid = c.oid AND x.deptype = 'e')
 ORDER BY n.nspname, c.relname`;

const SEQUENCES = `
SELECT pg_catalog.quote_literal(pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname)), d.last_value, d.is_called
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
       LATERAL pg_catalog.pg_get_sequence_data(c.oid) d
 WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND ($1::text IS NULL OR n.nspname = $1)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND x.objid = c.oid AND x.deptype = 'e')
 ORDER BY n.nspname, c.relname`;

/**
 * Extensions that a schema's objects stand on, and the schema that is to be made for each, if any: pg_dump leaves both
 * out of a schema that is written by itself.
 */
const EXTENSIONS = `
SELECT DISTINCT e.extname, CASE WHEN n.nspname NOT IN ($1, 'public', 'pg_catalog') THEN pg_catalog.quote_ident(n.nspname) END
  FROM pg_catalog.pg_extension e
  JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
  JOIN pg_catalog.pg_depend m ON m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND m.refobjid = e.oid AND m.deptype = 'e'
  JOIN pg_catalog.pg_depend d ON d.refclassid = m.classid AND d.refobjid = m.objid AND d.deptype IN ('n', 'a'),
  LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) o,
  LATERAL pg_catalog.pg_identify_object_as_address(d.classid, d.objid, 0) a
 WHERE $1 IN (o.schema, a.object_names[1]) AND e.extname <> 'plpgsql'
 ORDER BY 1`;

/** How values are written while rows are copied out: as pg_dump has them written. */
const PLAIN_VALUES = `
SET LOCAL search_path = ''; SET LOCAL "DateStyle" = 'ISO'; SET LOCAL "IntervalStyle" = 'postgres';
SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = 'hex'; SET LOCAL row_security = off; SET LOCAL statement_timeout = 0`;

/**
 * Writes the database as a plain SQL dump that `psql` restores: what stands before and after the rows by the
 * real pg_dump, the rows between as COPY blocks, read in slices. No transaction may be open.
 * @param schema this schema alone; null for all of it
 */
export async function writeDump(
  session: Session,
  onChunk: (chunk: Uint8Array) => Promise<void>,
  onProgress: (progress: Progress) => void,
  schema: string | null = null
): Promise<void> {
  if (session.backend.status !== 'I') {
    throw {
      code: '25001',
      message: 'A transaction is open in this database: a copy of it would not be whole.',
      hint: 'Commit it or roll it back, then save again.'
    };
  }
  const out = new Chunks(onChunk);
  const named = (option: string, name: string | null): string => `--${option}="${name!.replaceAll('"', '""')}"`;
  const only = schema === null ? [] : [named('schema', schema)];
  const extensions = schema === null ? [] : session.ask(EXTENSIONS, [schema]);
  onProgress({ label: 'Writing the schema', done: 0, total: null, unit: 'bytes' });
  const script = portable(await runPgDump(session, ['--section=pre-data', ...only, ...extensions.map(([name]) => named('extension', name!))]));
  const homes = [...new Set(extensions.flatMap(([, home]) => home ?? []))].map((home) => `CREATE SCHEMA IF NOT EXISTS ${home};\n`);
  await out.text(script.replace(/^(?=CREATE EXTENSION )/m, () => homes.join('')));
  await writeRows(session, out, onProgress, schema);
  for (const [name, value, called] of session.ask(SEQUENCES, [schema])) {
    if (value !== null) await out.text(`SELECT pg_catalog.setval(${name}, ${value}, ${called === 't'});\n`);
  }
  const [objects] = session.ask('SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)');
  if (objects![0] === 't' && schema === null) {
    await out.text(portable(await runPgDump(session, ['--section=data', '--large-objects', '--exclude-table-data=*.*'])));
  }
  onProgress({ label: 'Writing indexes and keys', done: 0, total: null, unit: 'bytes' });
  await out.text(portable(await runPgDump(session, ['--section=post-data', ...only])));
  await out.end();
}

/** A setting that servers before 17 do not know, and which is at its default anyway, is left out. Every database has a schema public. */
const portable = (script: string): string =>
  script.replace(/^SET transaction_timeout = 0;\n/gm, '').replace(/^CREATE SCHEMA public;$/gm, 'CREATE SCHEMA IF NOT EXISTS public;');

async function writeRows(session: Session, out: Chunks, onProgress: (progress: Progress) => void, only: string | null): Promise<void> {
  const quote = (name: string): string => postgres.quote(name);
  session.exec('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    session.exec(PLAIN_VALUES);
    const tables = session.ask(TABLES, [only]);
    const total = tables.reduce((sum, [, , blocks]) => sum + Number(blocks), 0);
    let done = 0;
    for (const [schema, relation, size, json, method] of tables) {
      const table = `${quote(schema!)}.${quote(relation!)}`;
      const columns = json ? (JSON.parse(json) as string[]).map(quote) : [];
      const list = columns.length > 0 ? ` (${columns.join(', ')})` : '';
      await out.text(`--\n-- Data for ${table}\n--\n\nCOPY ${table}${list} FROM stdin;\n`);
      const blocks = Number(size);
      const step = method === 'heap' ? SLICE_BLOCKS : Math.max(blocks, 1);
      for (let from = 0; from < Math.max(blocks, 1); from += step) {
        onProgress({ label: `Writing ${table}`, done: done * 8192, total: total * 8192, unit: 'bytes' });
        // The last slice is open to its end: the table's size was read before.
        const where = blocks <= step ? '' : ` WHERE ${slice(from, from + step >= blocks ? null : from + step)}`;
        const rows = `SELECT ${columns.join(', ')} FROM ONLY ${table}${where}`;
        copyOut(session, rows, (bytes) => out.put(bytes));
        await out.flush();
        done += Math.min(step, blocks - from);
      }
      await out.text('\\.\n\n\n');
    }
  } finally {
    if (!session.backend.lost) session.exec('ROLLBACK');
  }
}

/** The rows of a table that lie between two blocks, the second excluded; to the end where it is null. */
export const slice = (from: number, to: number | null): string =>
  to === null ? `ctid >= '(${from},0)'` : `ctid >= '(${from},0)' AND ctid < '(${to},0)'`;

const COPY_DATA = 0x64; // d

/** COPY TO STDOUT: each line as Postgres writes it. */
function copyOut(session: Session, query: string, onData: (bytes: Uint8Array) => void): void {
  const sql = `COPY (${query}) TO STDOUT`;
  const error = session.backend.exchangeToReady(session.builder.query(sql).take(), (type, bytes, from, to) => {
    if (type === COPY_DATA) onData(bytes.subarray(from, to));
    else session.takeNotice(type, bytes, from, to);
  });
  if (error) throw session.failure(error, sql);
}

/** Gathers bytes into chunks and hands them over one by one. */
class Chunks {
  readonly #onChunk: (chunk: Uint8Array) => Promise<void>;
  readonly #encoder = new TextEncoder();
  #bytes = new Uint8Array(CHUNK_BYTES);
  #length = 0;

  constructor(onChunk: (chunk: Uint8Array) => Promise<void>) {
    this.#onChunk = onChunk;
  }

  /** Copies; nothing is handed over. */
  put(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#bytes.length) {
      const bigger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + bytes.length));
      bigger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = bigger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  async text(text: string): Promise<void> {
    this.put(this.#encoder.encode(text));
    await this.flush();
  }

  /** Hands over whole chunks; what is left stays for the next. */
  async flush(): Promise<void> {
    if (this.#length < CHUNK_BYTES) return;
    await this.end();
  }

  async end(): Promise<void> {
    for (let at = 0; at < this.#length; at += CHUNK_BYTES) {
      await this.#onChunk(this.#bytes.slice(at, Math.min(at + CHUNK_BYTES, this.#length)));
    }
    this.#length = 0;
    this.#bytes = new Uint8Array(CHUNK_BYTES);
  }
}
