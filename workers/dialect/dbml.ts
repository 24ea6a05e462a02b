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

type Settings = { name: string; value: DbmlToken[]; line: number }[];

/** Reads DBML. What draws nothing in a database (projects, groups, sticky notes, colours) is left out. Throws DbmlError. */
export const parseDbml = (text: string): Dbml => new Parser(dbmlTokens(text)).design();

class Parser {
  readonly #tokens: DbmlToken[];
  #at = 0;
  readonly #dbml: Dbml = { tables: [], enums: [], refs: [] };

  constructor(tokens: DbmlToken[]) {
    this.#tokens = tokens;
  }

  get #now(): DbmlToken {
    return this.#tokens[this.#at]!;
  }

  #is(text: string): boolean {
    return this.#now.kind === 'mark' && this.#now.text === text;
  }

  #isWord(word: string): boolean {
    return this.#now.kind === 'word' && this.#now.text.toLowerCase() === word;
  }

  #take(): DbmlToken {
    const token = this.#now;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #skipLines(): void {
    while (this.#now.kind === 'newline') this.#at++;
  }

  #fail(wanted: string): never {
    const { kind, text, line } = this.#now;
    throw new DbmlError(`${wanted} is expected, not ${kind === 'end' ? 'the end' : kind === 'newline' ? 'the end of the line' : JSON.stringify(text)}.`, line);
  }

  #expect(mark: string): void {
    this.#skipLines();
    if (!this.#is(mark)) this.#fail(`“${mark}”`);
    this.#at++;
  }

  #name(what: string): string {
    if (this.#now.kind !== 'word' && this.#now.kind !== 'quoted') this.#fail(what);
    return this.#take().text;
  }

  /** `name` or `schema.name`. */
  #path(what: string): string[] {
    const parts = [this.#name(what)];
    while (this.#is('.')) {
      this.#at++;
      if (this.#is('(')) break;
      parts.push(this.#name(what));
    }
    return parts;
  }

  design(): Dbml {
    for (;;) {
      this.#skipLines();
      if (this.#now.kind === 'end') return this.#dbml;
      if (this.#isWord('table')) this.#table();
      else if (this.#isWord('enum')) this.#enum();
      else if (this.#isWord('ref')) this.#refs();
      else if (this.#now.kind === 'word') this.#skipElement();
      else this.#fail('Table, Enum or Ref');
    }
  }

  /** An element that makes nothing in a database: to the end of its braces, or of its line. */
  #skipElement(): void {
    const known = /^(?:project|tablegroup|tablepartial|note|records|diagramview)$/i;
    if (!known.test(this.#now.text)) this.#fail('Table, Enum or Ref');
    while (!this.#is('{') && !this.#is(':') && this.#now.kind !== 'end') this.#at++;
    if (this.#is(':')) {
      while (this.#now.kind !== 'newline' && this.#now.kind !== 'end') this.#at++;
      return;
    }
    let depth = 0;
    do {
      if (this.#now.kind === 'end') this.#fail('“}”');
      if (this.#is('{')) depth++;
      if (this.#is('}')) depth--;
      this.#at++;
    } while (depth > 0);
  }

  #table(): void {
    this.#at++;
    const path = this.#path('The name of a table');
    const table: DbmlTable = { schema: path.length > 1 ? path.at(-2)! : null, name: path.at(-1)!, alias: null, columns: [], indexes: [], checks: [], note: null };
    if (this.#isWord('as')) {
      this.#at++;
      table.alias = this.#name('An alias');
    }
    for (const { name, value } of this.#settings()) if (name === 'note') table.note = textOf(value);
    this.#expect('{');
    for (;;) {
      this.#skipLines();
      if (this.#is('}')) break;
      const next = this.#tokens[this.#at + 1]!;
      if (this.#isWord('indexes') && (next.kind === 'newline' || next.text === '{')) this.#indexes(table);
      else if (this.#isWord('checks') && (next.kind === 'newline' || next.text === '{')) this.#checks(table);
      else if (this.#isWord('note') && (next.text === ':' || next.text === '{')) table.note = this.#note();
      else this.#column(table);
    }
    this.#at++;
    this.#dbml.tables.push(table);
  }

  #checks(table: DbmlTable): void {
    this.#at++;
    this.#expect('{');
    for (;;) {
      this.#skipLines();
      if (this.#is('}')) break;
      if (this.#now.kind !== 'expression') this.#fail('A condition in `…`');
      const sql = this.#take().text;
      const named = this.#settings().find((s) => s.name === 'name');
      table.checks.push({ name: named ? textOf(named.value) : null, sql });
    }
    this.#at++;
  }

  /** `Note: 'text'` or `Note { 'text' }`. */
  #note(): string {
    this.#at++;
    const braces = this.#is('{');
    this.#at++;
    this.#skipLines();
    if (this.#now.kind !== 'string') this.#fail('A text in quotes');
    const { text } = this.#take();
    if (braces) this.#expect('}');
    return text;
  }

  #column(table: DbmlTable): void {
    const name = this.#name('A column');
    const type = this.#type();
    const column: DbmlColumn = { name, type, primary: false, nullable: undefined, unique: false, increment: false, default: null, note: null };
    for (const { name: setting, value, line } of this.#settings()) {
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

  /** To the settings or the end of the line: `varchar(20)`, `core.status`, `"double precision"`, `int[]`. */
  #type(): string {
    let type = '';
    let depth = 0;
    for (;;) {
      const { kind, text } = this.#now;
      if (kind === 'end' || kind === 'newline' || (depth === 0 && text === '}' && kind === 'mark')) break;
      const isArray = this.#is('[') && this.#tokens[this.#at + 1]!.text === ']';
      if (this.#is('[') && !isArray && depth === 0) break;
      if (kind === 'mark' && text === '(') depth++;
      if (kind === 'mark' && text === ')') depth--;
      const isName = kind === 'word' || kind === 'quoted';
      type += kind === 'string' ? `'${text.replaceAll("'", "''")}'` : `${isName && /[\p{L}\p{N}_\])]$/u.test(type) ? ' ' : ''}${text}`;
      this.#at++;
    }
    return type;
  }

  /** `[name, name: value, …]`; none without a bracket. */
  #settings(): Settings {
    if (!this.#is('[')) return [];
    this.#at++;
    const found: Settings = [];
    for (;;) {
      this.#skipLines();
      if (this.#is(']')) break;
      const { line } = this.#now;
      const words: string[] = [];
      while (this.#now.kind === 'word' || this.#now.kind === 'quoted') words.push(this.#take().text.toLowerCase());
      const value: DbmlToken[] = [];
      if (this.#is(':')) {
        this.#at++;
        let depth = 0;
        for (;;) {
          if (this.#now.kind === 'end') this.#fail('“]”');
          if (depth === 0 && (this.#is(',') || this.#is(']'))) break;
          if (this.#is('(')) depth++;
          if (this.#is(')')) depth--;
          if (this.#now.kind !== 'newline') value.push(this.#now);
          this.#at++;
        }
      } else if (words.length === 0) {
        if (this.#now.kind === 'expression' || this.#now.kind === 'mark') this.#at++;
        else this.#fail('A setting');
        continue;
      }
      found.push({ name: words.join(' '), value, line });
      this.#skipLines();
      if (this.#is(',')) this.#at++;
    }
    this.#at++;
    return found;
  }

  #indexes(table: DbmlTable): void {
    this.#at++;
    this.#expect('{');
    for (;;) {
      this.#skipLines();
      if (this.#is('}')) break;
      const parts: DbmlIndex['parts'] = [];
      const part = (): void => {
        const { kind, text } = this.#now;
        if (kind !== 'word' && kind !== 'quoted' && kind !== 'expression') this.#fail('A column or an expression in `…`');
        parts.push(kind === 'expression' ? { text: `(${text})`, isColumn: false } : { text, isColumn: true });
        this.#at++;
      };
      if (this.#is('(')) {
        this.#at++;
        while (!this.#is(')')) {
          part();
          if (this.#is(',')) this.#at++;
        }
        this.#at++;
      } else part();
      const settings = this.#settings();
      const has = (name: string): boolean => settings.some((s) => s.name === name);
      const value = (name: string): string | null => {
        const found = settings.find((s) => s.name === name);
        return found ? textOf(found.value) : null;
      };
      table.indexes.push({ parts, primary: has('pk') || has('primary key'), unique: has('unique'), name: value('name'), method: (value('type') ?? '').toLowerCase() });
    }
    this.#at++;
  }

  #enum(): void {
    this.#at++;
    const path = this.#path('The name of an enum');
    const labels: string[] = [];
    this.#expect('{');
    for (;;) {
      this.#skipLines();
      if (this.#is('}')) break;
      labels.push(this.#name('A label'));
      this.#settings();
    }
    this.#at++;
    this.#dbml.enums.push({ schema: path.length > 1 ? path[0]! : null, name: path.at(-1)!, labels });
  }

  #refs(): void {
    this.#at++;
    const name = this.#now.kind === 'word' || this.#now.kind === 'quoted' ? this.#take().text : null;
    if (this.#is(':')) {
      this.#at++;
      this.#ref(name);
      return;
    }
    this.#expect('{');
    for (;;) {
      this.#skipLines();
      if (this.#is('}')) break;
      this.#ref(name);
    }
    this.#at++;
  }

  /** `a.x > b.y` or `a.(x, y) > b.(x, y)`, with its settings. */
  #ref(name: string | null): void {
    const { line } = this.#now;
    const left = this.#end();
    const mark = this.#take().text;
    const right = this.#end();
    const settings = this.#settings();
    this.#addRef(name, left, mark, right, settings, line);
  }

  #end(): DbmlEnd {
    const path = this.#path('A table and its column');
    let columns: string[];
    if (this.#is('(')) {
      columns = [];
      this.#at++;
      while (!this.#is(')')) {
        columns.push(this.#name('A column'));
        if (this.#is(',')) this.#at++;
      }
      this.#at++;
    } else {
      if (path.length < 2) this.#fail('“.” and a column');
      columns = [path.pop()!];
    }
    return { schema: path.length > 1 ? path.at(-2)! : null, table: path.at(-1)!, columns };
  }

  #inlineRef(table: DbmlTable, column: string, value: DbmlToken[], line: number): void {
    const [mark, ...rest] = value;
    const end = new Parser([...rest, { kind: 'end', text: '', line }]).#end();
    this.#addRef(null, { schema: table.schema, table: table.name, columns: [column] }, mark?.text ?? '', end, [], line);
  }

  #addRef(name: string | null, left: DbmlEnd, mark: string, right: DbmlEnd, settings: Settings, line: number): void {
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
