import { sqliteLiteral } from '../../dialect/literals';
import { OutBuffer } from '../../formats/outBuffer';
import type { ReadingOut } from '../../host/driver';
import type { Cell } from '../../wire/cells';
import type { SalvageReport, SalvagedTable } from '../../wire/salvage';
import { quoteName, textOf } from '../schemaObjects';
import { PageFile, type DatabaseBytes } from './pageFile';
import { storedTable } from './storedTable';
import { orphanRows, treeRows, type Losses } from './tree';

const CHUNK = 1024 * 1024;
/** How many lost pages and ranges of a table are listed. */
const LISTED = 100;

/** A row of sqlite_schema, as it was read. */
interface SchemaRow {
  type: string;
  name: string;
  root: number;
  sql: string;
}

/**
 * Reads a database page by page, without the engine, and writes what can be read as SQL that makes a new one: tables
 * with their rows, then indexes, triggers and views. Throws EngineErrorData where not even its header can be read.
 */
export async function salvage(file: DatabaseBytes, io: ReadingOut): Promise<SalvageReport> {
  const pages = PageFile.open(file);
  if (!pages) throw { code: 'damaged', message: 'The header of this database cannot be read, so its pages cannot be told apart.' };
  return new Salvage(pages, io).run();
}

const untouched = (name: string): SalvagedTable => ({ name, rows: 0, lostPages: [], lostPageCount: 0, lostRanges: [], lostRows: 0 });

class Salvage {
  readonly #pages: PageFile;
  readonly #io: ReadingOut;
  readonly #out = new OutBuffer();
  readonly #report: SalvageReport = { tables: [], orphans: null, notes: [] };
  #rows = 0;
  #isWhole = true;

  constructor(pages: PageFile, io: ReadingOut) {
    this.#pages = pages;
    this.#io = io;
  }

  async run(): Promise<SalvageReport> {
    const { userVersion, applicationId } = this.#pages;
    const objects = this.#schema();
    this.#pages.takeFree();
    this.#out.text('PRAGMA foreign_keys=OFF;\n');
    if (userVersion !== 0) this.#out.text(`PRAGMA user_version=${userVersion};\n`);
    if (applicationId !== 0) this.#out.text(`PRAGMA application_id=${applicationId};\n`);
    this.#out.text('BEGIN TRANSACTION;\n');
    const tables = objects.filter((o) => o.type === 'table' && !/^sqlite_stat\d/.test(o.name));
    const virtual = tables.filter((o) => /^CREATE\s+VIRTUAL\s/i.test(o.sql));
    const others = objects.filter((o) => o.type !== 'table' && o.sql !== '');
    for (const table of tables) if (!virtual.includes(table)) await this.#table(table);
    if (!this.#isWhole) {
      for (const { type, root } of objects) if (type === 'index') this.#passIndex(root);
      await this.#orphans(tables);
    }
    if (virtual.length > 0) this.#virtual(virtual);
    for (const { sql } of others) this.#out.text(`${sql};\n`);
    this.#out.text('COMMIT;\n');
    await this.#io.onChunk(this.#out.take());
    return this.#report;
  }

  /** Everything that page 1 names. */
  #schema(): SchemaRow[] {
    const lost = this.#losses(untouched('sqlite_schema'));
    const rows: SchemaRow[] = [];
    for (const { values } of treeRows(this.#pages, 1, true, lost)) {
      const [type, name, , root, sql] = values;
      const known = { type: textOf(type), name: textOf(name), root: Number(root ?? 0), sql: textOf(sql) };
      if (['table', 'index', 'trigger', 'view'].includes(known.type) && known.name !== '') rows.push(known);
      else lost.row(1);
    }
    if (!this.#isWhole) this.#report.notes.push('Not all of the list of tables could be read: rows of tables that it has lost are among those of no table.');
    return rows;
  }

  #losses(table: SalvagedTable): Losses {
    return {
      page: (number, from, to) => {
        this.#isWhole = false;
        table.lostPageCount++;
        if (table.lostPages.length < LISTED) table.lostPages.push(number);
        if (table.lostRanges.length < LISTED) table.lostRanges.push({ from: from === null ? null : String(from), to: to === null ? null : String(to) });
      },
      row: () => {
        this.#isWhole = false;
        table.lostRows++;
      }
    };
  }

  async #table({ name, root, sql }: SchemaRow): Promise<void> {
    const found = untouched(name);
    this.#report.tables.push(found);
    const stored = storedTable(name, sql);
    if (!stored) {
      this.#isWhole = false;
      this.#report.notes.push(`How ${name} was made cannot be read: its rows are among those of no table.`);
      return;
    }
    // SQLite makes that one itself, with the first AUTOINCREMENT.
    if (name === 'sqlite_sequence') this.#out.text('DELETE FROM sqlite_sequence;\n');
    else this.#out.text(`${sql};\n`);
    const losses = this.#losses(found);
    const target = quoteName(name);
    for (const row of treeRows(this.#pages, root, stored.hasRowid, losses)) {
      const insert = stored.insert(row);
      if (!insert) {
        losses.row(root);
        continue;
      }
      this.#insert(target, insert.columns, insert.values);
      found.rows++;
      await this.#wrote(`Reading ${name}`);
    }
    if (!stored.hasRowid) found.lostRanges = []; // a key's pages have no rowids
  }

  #insert(target: string, columns: readonly string[], values: readonly Cell[]): void {
    const list = columns.length > 0 ? `(${columns.join(',')}) VALUES(${values.map(sqliteLiteral).join(',')})` : ' DEFAULT VALUES';
    this.#out.text(`INSERT INTO ${target}${list};\n`);
  }

  async #wrote(label: string): Promise<void> {
    this.#rows++;
    if (this.#out.size >= CHUNK) await this.#io.onChunk(this.#out.take());
    if (this.#rows % 500 !== 0) return;
    this.#io.onProgress({ label, done: this.#rows, total: null, unit: 'rows' });
    await this.#io.pause();
  }

  /** What an index holds its table has as well: its pages are no lost rows. */
  #passIndex(root: number): void {
    const rows = treeRows(this.#pages, root, false, { page: () => undefined, row: () => undefined });
    while (!rows.next().done);
  }

  /** Rows on pages that no tree names any more. */
  async #orphans(tables: readonly SchemaRow[]): Promise<void> {
    let table = 'lost_and_found';
    for (let n = 1; tables.some(({ name }) => name.toLowerCase() === table); n++) table = `lost_and_found_${n}`;
    let rows = 0;
    let fields = 0;
    for (const number of this.#pages.unseen()) {
      for (const { rowid, values } of orphanRows(this.#pages, number)) {
        if (rows++ === 0) this.#out.text(`CREATE TABLE ${table} (page INTEGER, fields INTEGER, id INTEGER);\n`);
        for (; fields < values.length; fields++) this.#out.text(`ALTER TABLE ${table} ADD COLUMN c${fields};\n`);
        this.#insert(table, ['page', 'fields', 'id', ...values.map((_, i) => `c${i}`)], [number, values.length, rowid, ...values]);
        await this.#wrote('Reading pages of no table');
      }
    }
    if (rows > 0) this.#report.orphans = { table, rows };
  }

  /** As SQLite's own .dump does: making one would make its tables a second time. */
  #virtual(tables: readonly SchemaRow[]): void {
    this.#out.text('PRAGMA writable_schema=ON;\n');
    for (const { name, sql } of tables) {
      this.#out.text(`INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql) VALUES('table',${sqliteLiteral(name)},${sqliteLiteral(name)},0,${sqliteLiteral(sql)});\n`);
    }
    this.#out.text('PRAGMA writable_schema=OFF;\n');
  }
}
