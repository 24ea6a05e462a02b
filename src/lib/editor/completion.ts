import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { Dialect } from '$workers/dialect/dialect';
import type { Catalog } from '$workers/engine';
import { functionOption, listed, relationOption, replaceQuoted } from './completionOptions';
import { cursorContext, type CursorContext } from './cursorContext';
import { joinConditions, joinedRelations, joinProposals } from './joinProposals';
import type { Block } from './queryBlocks';
import { QueryScope, findRelation, same, type ScopeColumn } from './queryScope';
import { keywordsOf } from './sqlKeywords';
import { sqlTokens } from './sqlTokens';

/** What completion offers at one place. */
export interface Proposals {
  /** Offset into the statement at which the word being completed begins. */
  from: number;
  options: Completion[];
  /** What the list holds, for its footer: "Columns of Orders". */
  about: string;
}

/** Longest stretch around the cursor that completion reads. */
const REACH = 40_000;

/**
 * What may be written at `pos` of a statement, from the connection's own catalog (null while it is not known).
 * @param explicit asked for by key: then also where nothing has been typed yet
 */
export function proposalsAt(
  dialect: Dialect, catalog: Catalog | null, statement: string, pos: number, explicit: boolean
): Proposals | null {
  const before = statement.slice(0, pos);
  const context = cursorContext(before, dialect.engine);
  if (context.expects === 'none') return null;
  const afterJoin = (context.joining || context.joined) && /\s$/.test(before);
  const begun = context.prefix !== '' || context.quote !== '' || context.path.length > 0 || afterJoin;
  if (!begun && !explicit) return null;
  // One letter where only a keyword can follow is more often the beginning of an alias.
  if (context.expects === 'keyword' && context.prefix.length < 2 && !explicit) return null;

  const maker = new ProposalMaker(dialect, catalog, context, statement, pos);
  const options = maker.all();
  if (options.length === 0 || (!explicit && isWrittenOut(options, context))) return null;
  return { from: context.from, options, about: maker.about };
}

/** True when the word is one of the options already, and no longer one begins with it. */
function isWrittenOut(options: Completion[], { prefix, quote }: CursorContext): boolean {
  if (prefix === '' || quote !== '') return false;
  const begun = options.filter((o) => o.label.toLowerCase().startsWith(prefix.toLowerCase()));
  return begun.length > 0 && begun.every((o) => o.label === prefix && typeof o.apply !== 'string');
}

class ProposalMaker {
  about = '';
  readonly #dialect: Dialect;
  readonly #catalog: Catalog | null;
  readonly #context: CursorContext;
  readonly #scope: QueryScope;
  readonly #block: Block;
  readonly #upper: boolean;
  readonly #pos: number;

  constructor(dialect: Dialect, catalog: Catalog | null, context: CursorContext, statement: string, pos: number) {
    this.#dialect = dialect;
    this.#catalog = catalog;
    this.#context = context;
    this.#scope = new QueryScope(statement, dialect.engine);
    this.#block = this.#scope.blockAt(pos);
    this.#upper = writesUpper(statement, context, dialect);
    this.#pos = pos;
  }

  all(): Completion[] {
    const { expects, path, quote } = this.#context;
    if (path.length > 0) return this.#qualified(path, expects);
    switch (expects) {
      case 'relation':
        return [...(this.#context.joining ? this.#joins() : []), ...this.#relations()];
      case 'type':
        return this.#types();
      case 'start':
      case 'keyword':
        return quote ? [] : this.#keywords(0);
      default:
        return this.#expression();
    }
  }

  #word = (keyword: string): string => (this.#upper ? keyword.toUpperCase() : keyword);

  /** Applies a name, quoted where it must be; one that was begun with a quote is replaced with it. */
  #name(option: Completion, name: string): Completion {
    const sql = this.#dialect.quote(name);
    const { quote } = this.#context;
    if (quote) option.apply = replaceQuoted(this.#dialect.quote(name, true), quote);
    else if (sql !== option.label && typeof option.apply !== 'function') option.apply = sql;
    return option;
  }

  #qualified(path: string[], expects: CursorContext['expects']): Completion[] {
    const catalog = this.#catalog;
    const name = path.at(-1)!;
    const options: Completion[] = [];
    if (path.length === 1) {
      for (let block: Block | null = this.#block; block; block = block.parent) {
        const source = block.sources.find((s) => same(s.alias, name));
        if (!source || !catalog) continue;
        this.about = `Columns of ${source.name ?? source.alias}`;
        options.push(...this.#columns(this.#scope.columnsOf(source, block, catalog), null));
        break;
      }
      const schema = catalog?.schemas.find((s) => same(s.name, name));
      if (schema && (expects === 'relation' || options.length === 0)) {
        this.about = `Relations of ${schema.name}`;
        options.push(...schema.relations.map((r) => this.#name(relationOption(r), r.relation)));
        if (expects !== 'relation') options.push(...schema.functions.map((f) => this.#name(functionOption(f), f)));
      }
    }
    if (options.length === 0 && catalog) {
      const relation = findRelation(catalog, path.length > 1 ? path.at(-2)! : null, name);
      if (relation) {
        this.about = `Columns of ${relation.relation}`;
        options.push(...this.#columns(relation.columns.map((info) => ({ name: info.name, type: info.type, info, relation })), null));
      }
    }
    return options;
  }

  #columns(columns: ScopeColumn[], qualifier: string | null): Completion[] {
    return columns.map((column, i) => {
      const key = column.relation?.foreignKeys.find((k) => k.columns.includes(column.name));
      const type = column.type.toLowerCase();
      const option: Completion = {
        label: column.name,
        type: column.info && column.info.keyPlace > 0 ? 'key' : key ? 'link' : 'column',
        detail: key ? `${type} → ${key.target.relation}`.trim() : type,
        boost: 20,
        // Equal matches stay in the order of the table.
        sortText: String(i).padStart(5, '0')
      };
      if (qualifier === null) return this.#name(option, column.name);
      const sql = `${this.#dialect.quote(qualifier)}.${this.#dialect.quote(column.name)}`;
      option.detail = `${option.detail} · ${qualifier}`;
      option.apply = this.#context.quote ? replaceQuoted(sql, this.#context.quote) : sql;
      return option;
    });
  }

  #expression(): Completion[] {
    const catalog = this.#catalog;
    const options: Completion[] = [];
    const sources: string[] = [];
    const seen = new Map<string, number>();
    const bring: { columns: ScopeColumn[]; alias: string }[] = [];
    for (let block: Block | null = this.#block; block && catalog; block = block.parent) {
      for (const source of block.sources) {
        const columns = this.#scope.columnsOf(source, block, catalog);
        bring.push({ columns, alias: source.alias });
        for (const c of columns) seen.set(c.name, (seen.get(c.name) ?? 0) + 1);
        if (source.alias) {
          sources.push(source.name ?? source.alias);
          if (source.aliased) {
            options.push(this.#name({ label: source.alias, type: 'alias', detail: source.name ?? 'query', boost: 15 }, source.alias));
          }
        }
      }
    }
    for (const { columns, alias } of bring) {
      // A name that several sources have is written with its source.
      const [shared, single] = [columns.filter((c) => seen.get(c.name)! > 1), columns.filter((c) => seen.get(c.name) === 1)];
      options.push(...this.#columns(single, null), ...this.#columns(shared, alias || null));
    }
    this.about = sources.length === 0 ? '' : `Columns of ${listed(sources)}`;
    if (this.#context.joined && catalog) {
      const joined = joinedRelations(this.#block.sources.filter((s) => s.from < this.#pos), catalog);
      for (const text of joinConditions(this.#dialect, catalog, joined, this.#word)) {
        options.push({ label: text, type: 'join', detail: 'foreign key', boost: 60 });
      }
    }
    if (this.#context.quote) return options;
    if (bring.length === 0) options.push(...this.#relations(), ...this.#ownFunctions());
    else options.push(...this.#ownFunctions());
    options.push(...this.#dialect.functions.map(functionOption), ...this.#keywords(-30));
    return options;
  }

  #ownFunctions(): Completion[] {
    const own = this.#catalog?.schemas.find((s) => s.name === this.#catalog?.defaultSchema)?.functions ?? [];
    return [...new Set(own)].map((f) => this.#name(functionOption(f), f));
  }

  #relations(): Completion[] {
    const catalog = this.#catalog;
    const options: Completion[] = this.#scope
      .ctesFor(this.#block)
      .map((cte) => this.#name({ label: cte.name, type: 'alias', detail: 'with', boost: 25 }, cte.name));
    if (!catalog) return options;
    this.about ||= 'Tables and views';
    for (const schema of catalog.schemas) {
      const home = schema.name === catalog.defaultSchema;
      if (catalog.schemas.length > 1) options.push(this.#name({ label: schema.name, type: 'schema', detail: 'schema', boost: -5 }, schema.name));
      for (const relation of schema.relations) {
        if (relation.shadow) continue;
        const option = relationOption(relation);
        if (home) options.push(this.#name(option, relation.relation));
        else {
          const sql = this.#dialect.qualified(relation, catalog);
          const { quote } = this.#context;
          options.push({ ...option, detail: schema.name, boost: -2, apply: quote ? replaceQuoted(sql, quote) : sql });
        }
      }
    }
    return options;
  }

  #joins(): Completion[] {
    if (!this.#catalog || this.#context.quote) return [];
    const joined = joinedRelations(this.#block.sources.filter((s) => s.from < this.#context.from), this.#catalog);
    return joinProposals(this.#dialect, this.#catalog, joined, this.#word).map((p) => ({
      label: p.text,
      type: 'join',
      detail: `foreign key, ${p.to.relation}`,
      boost: 30
    }));
  }

  #types(): Completion[] {
    this.about = 'Types';
    const own = (this.#catalog?.schemas ?? []).flatMap((s) =>
      s.types.map((t) => this.#name({ label: t, type: 'type', detail: s.name, boost: 5 }, t))
    );
    return [...own, ...this.#dialect.types.map((t): Completion => ({ label: t, type: 'type' }))];
  }

  #keywords(boost: number): Completion[] {
    return [...keywordsOf(this.#dialect.engine)].map((k) => ({ label: this.#word(k), type: 'keyword', boost }));
  }
}

/** True when this statement writes its keywords in capitals; without any, as the word being typed is written. */
function writesUpper(statement: string, context: CursorContext, dialect: Dialect): boolean {
  const keywords = keywordsOf(dialect.engine);
  let upper = 0;
  let lower = 0;
  for (const token of sqlTokens(statement, dialect.engine)) {
    if (token.kind !== 'word' || token.from === context.from) continue;
    const word = statement.slice(token.from, token.to);
    if (!keywords.has(word.toLowerCase())) continue;
    if (word === word.toUpperCase()) upper++;
    else if (word === word.toLowerCase()) lower++;
  }
  if (upper !== lower) return upper > lower;
  return context.prefix === '' || context.prefix !== context.prefix.toLowerCase();
}

/** Where completion looks: the statement around a cursor, in offsets of the document. */
export type StatementAround = (context: CompletionContext) => { from: number; to: number };

/** The completion source of an editor. `tell` is handed what the list is about. */
export function sqlCompletion(
  dialect: Dialect, catalog: () => Catalog | null, around: StatementAround, tell: (about: string, view: EditorView) => void
): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const range = around(context);
    const from = Math.max(range.from, context.pos - REACH);
    const to = Math.min(range.to, context.pos + REACH);
    const found = proposalsAt(dialect, catalog(), context.state.sliceDoc(from, to), context.pos - from, context.explicit);
    if (!found) return null;
    if (context.view) tell(found.about, context.view);
    return { from: from + found.from, options: found.options, validFor: /^[\p{L}\p{N}_$]*$/u };
  };
}
