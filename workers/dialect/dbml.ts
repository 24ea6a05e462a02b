import { DbmlCursor, type DbmlSettings } from './dbmlCursor';
import { DbmlError, dbmlTokens, type DbmlToken } from './dbmlTokens';

/** A column of a design. */
export interface DbmlColumn {
  name: string;
  /** As it is written, with its arguments. */
  type: string;
  primary: boolean;
  /** Undefined where nothing is said. */
  nullable: boolean | undefined;
  unique: boolean;
  increment: boolean;
  /** SQL; null for none. */
  default: string | null;
  note: string | null;
}

export interface DbmlIndex {
  /** Columns, and expressions as SQL in parentheses. */
  parts: { text: string; isColumn: boolean }[];
  primary: boolean;
  unique: boolean;
  name: string | null;
  method: string;
}

export interface DbmlTable {
  schema: string | null;
  name: string;
  alias: string | null;
  columns: DbmlColumn[];
  indexes: DbmlIndex[];
  checks: { name: string | null; sql: string }[];
  note: string | null;
}

/** One side of a relationship. */
export interface DbmlEnd {
  schema: string | null;
  table: string;
  columns: string[];
}

export interface DbmlRef {
  name: string | null;
  /** Holds the foreign key. */
  child: DbmlEnd;
  parent: DbmlEnd;
  /** One child at most to each parent. */
  one: boolean;
  onDelete: string | null;
  onUpdate: string | null;
  line: number;
}

export interface DbmlEnum {
  schema: string | null;
  name: string;
  labels: string[];
}

/** A design as DBML (dbml.org) says it. */
export interface Dbml {
  tables: DbmlTable[];
  enums: DbmlEnum[];
  refs: DbmlRef[];
}

/** Reads DBML. What draws nothing in a database (projects, groups, sticky notes, colours) is left out. Throws DbmlError. */
export const parseDbml = (text: string): Dbml => new Parser(dbmlTokens(text)).design();

class Parser {
  readonly #in: DbmlCursor;
  readonly #dbml: Dbml = { tables: [], enums: [], refs: [] };

  constructor(tokens: DbmlToken[]) {
    this.#in = new DbmlCursor(tokens);
  }

  design(): Dbml {
    for (;;) {
      this.#in.skipLines();
      if (this.#in.now.kind === 'end') return this.#dbml;
      if (this.#in.isWord('table')) this.#table();
      else if (this.#in.isWord('enum')) this.#enum();
      else if (this.#in.isWord('ref')) this.#refs();
      else if (this.#in.now.kind === 'word') this.#skipElement();
      else this.#in.fail('Table, Enum or Ref');
    }
  }

  /** An element that makes nothing in a database: to the end of its braces, or of its line. */
  #skipElement(): void {
    const known = /^(?:project|tablegroup|tablepartial|note|records|diagramview)$/i;
    if (!known.test(this.#in.now.text)) this.#in.fail('Table, Enum or Ref');
    while (!this.#in.is('{') && !this.#in.is(':') && this.#in.now.kind !== 'end') this.#in.skip();
    if (this.#in.is(':')) {
      while (this.#in.now.kind !== 'newline' && this.#in.now.kind !== 'end') this.#in.skip();
      return;
    }
    let depth = 0;
    do {
      if (this.#in.now.kind === 'end') this.#in.fail('“}”');
      if (this.#in.is('{')) depth++;
      if (this.#in.is('}')) depth--;
      this.#in.skip();
    } while (depth > 0);
  }

  #table(): void {
    this.#in.skip();
    const path = this.#in.path('The name of a table');
    const table: DbmlTable = { schema: path.length > 1 ? path.at(-2)! : null, name: path.at(-1)!, alias: null, columns: [], indexes: [], checks: [], note: null };
    if (this.#in.isWord('as')) {
      this.#in.skip();
      table.alias = this.#in.name('An alias');
    }
    for (const { name, value } of this.#in.settings()) if (name === 'note') table.note = textOf(value);
    this.#in.expect('{');
    for (;;) {
      this.#in.skipLines();
      if (this.#in.is('}')) break;
      const next = this.#in.next;
      if (this.#in.isWord('indexes') && (next.kind === 'newline' || next.text === '{')) this.#indexes(table);
      else if (this.#in.isWord('checks') && (next.kind === 'newline' || next.text === '{')) this.#checks(table);
      else if (this.#in.isWord('note') && (next.text === ':' || next.text === '{')) table.note = this.#note();
      else this.#column(table);
    }
    this.#in.skip();
    this.#dbml.tables.push(table);
  }

  #checks(table: DbmlTable): void {
    this.#in.skip();
    this.#in.expect('{');
    for (;;) {
      this.#in.skipLines();
      if (this.#in.is('}')) break;
      if (this.#in.now.kind !== 'expression') this.#in.fail('A condition in `…`');
      const sql = this.#in.take().text;
      const named = this.#in.settings().find((s) => s.name === 'name');
      table.checks.push({ name: named ? textOf(named.value) : null, sql });
    }
    this.#in.skip();
  }

  /** `Note: 'text'` or `Note { 'text' }`. */
  #note(): string {
    this.#in.skip();
    const braces = this.#in.is('{');
    this.#in.skip();
    this.#in.skipLines();
    if (this.#in.now.kind !== 'string') this.#in.fail('A text in quotes');
    const { text } = this.#in.take();
    if (braces) this.#in.expect('}');
    return text;
  }

  #column(table: DbmlTable): void {
    const name = this.#in.name('A column');
    const type = this.#in.type();
    const column: DbmlColumn = { name, type, primary: false, nullable: undefined, unique: false, increment: false, default: null, note: null };
    for (const { name: setting, value, line } of this.#in.settings()) {
      if (setting === 'pk' || setting === 'primary key') column.primary = true;
      else if (setting === 'not null') column.nullable = false;
      else if (setting === 'null') column.nullable = true;
      else if (setting === 'unique') column.unique = true;
      else if (setting === 'increment') column.increment = true;
      else if (setting === 'default') column.default = sqlOf(value);
      else if (setting === 'note') column.note = textOf(value);
      else if (setting === 'check') table.checks.push({ name: null, sql: textOf(value) });
      else if (setting === 'ref') this.#inlineRef(table, name, value, line);
    }
    table.columns.push(column);
  }

  #indexes(table: DbmlTable): void {
    this.#in.skip();
    this.#in.expect('{');
    for (;;) {
      this.#in.skipLines();
      if (this.#in.is('}')) break;
      const parts: DbmlIndex['parts'] = [];
      const part = (): void => {
        const { kind, text } = this.#in.now;
        if (kind !== 'word' && kind !== 'quoted' && kind !== 'expression') this.#in.fail('A column or an expression in `…`');
        parts.push(kind === 'expression' ? { text: `(${text})`, isColumn: false } : { text, isColumn: true });
        this.#in.skip();
      };
      if (this.#in.is('(')) {
        this.#in.skip();
        while (!this.#in.is(')')) {
          part();
          if (this.#in.is(',')) this.#in.skip();
        }
        this.#in.skip();
      } else part();
      const settings = this.#in.settings();
      const has = (name: string): boolean => settings.some((s) => s.name === name);
      const value = (name: string): string | null => {
        const found = settings.find((s) => s.name === name);
        return found ? textOf(found.value) : null;
      };
      table.indexes.push({ parts, primary: has('pk') || has('primary key'), unique: has('unique'), name: value('name'), method: (value('type') ?? '').toLowerCase() });
    }
    this.#in.skip();
  }

  #enum(): void {
    this.#in.skip();
    const path = this.#in.path('The name of an enum');
    const labels: string[] = [];
    this.#in.expect('{');
    for (;;) {
      this.#in.skipLines();
      if (this.#in.is('}')) break;
      labels.push(this.#in.name('A label'));
      this.#in.settings();
    }
    this.#in.skip();
    this.#dbml.enums.push({ schema: path.length > 1 ? path[0]! : null, name: path.at(-1)!, labels });
  }

  #refs(): void {
    this.#in.skip();
    const name = this.#in.now.kind === 'word' || this.#in.now.kind === 'quoted' ? this.#in.take().text : null;
    if (this.#in.is(':')) {
      this.#in.skip();
      this.#ref(name);
      return;
    }
    this.#in.expect('{');
    for (;;) {
      this.#in.skipLines();
      if (this.#in.is('}')) break;
      this.#ref(name);
    }
    this.#in.skip();
  }

  /** `a.x > b.y` or `a.(x, y) > b.(x, y)`, with its settings. */
  #ref(name: string | null): void {
    const { line } = this.#in.now;
    const left = this.#end();
    const mark = this.#in.take().text;
    const right = this.#end();
    const settings = this.#in.settings();
    this.#addRef(name, left, mark, right, settings, line);
  }

  #end(): DbmlEnd {
    const path = this.#in.path('A table and its column');
    let columns: string[];
    if (this.#in.is('(')) {
      columns = [];
      this.#in.skip();
      while (!this.#in.is(')')) {
        columns.push(this.#in.name('A column'));
        if (this.#in.is(',')) this.#in.skip();
      }
      this.#in.skip();
    } else {
      if (path.length < 2) this.#in.fail('“.” and a column');
      columns = [path.pop()!];
    }
    return { schema: path.length > 1 ? path.at(-2)! : null, table: path.at(-1)!, columns };
  }

  #inlineRef(table: DbmlTable, column: string, value: DbmlToken[], line: number): void {
    const [mark, ...rest] = value;
    const end = new Parser([...rest, { kind: 'end', text: '', line }]).#end();
    this.#addRef(null, { schema: table.schema, table: table.name, columns: [column] }, mark?.text ?? '', end, [], line);
  }

  #addRef(name: string | null, left: DbmlEnd, mark: string, right: DbmlEnd, settings: DbmlSettings, line: number): void {
    if (mark === '<>') throw new DbmlError('A relationship of many to many needs a table between the two.', line);
    if (mark !== '>' && mark !== '<' && mark !== '-') throw new DbmlError(`“>”, “<” or “-” is expected, not ${JSON.stringify(mark)}.`, line);
    const action = (setting: string): string | null => settings.find((s) => s.name === setting)?.value.map((t) => t.text.toUpperCase()).join(' ') ?? null;
    const [child, parent] = mark === '<' ? [right, left] : [left, right];
    this.#dbml.refs.push({ name, child, parent, one: mark === '-', onDelete: action('delete'), onUpdate: action('update'), line });
  }
}

const textOf = (value: readonly DbmlToken[]): string => value.map((t) => t.text).join(' ');

/** The SQL of a default: numbers, words and expressions as they are, texts as strings. */
function sqlOf(value: readonly DbmlToken[]): string {
  return value.map((t) => (t.kind === 'string' || t.kind === 'quoted' ? `'${t.text.replaceAll("'", "''")}'` : t.text)).join('');
}
