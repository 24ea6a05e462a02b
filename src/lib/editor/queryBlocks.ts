import type { EngineKind } from '$workers/engine';
import { nameOf, sqlTokens, type SqlToken } from './sqlTokens';

/** What rows come from in a FROM clause (or the target of an INSERT, UPDATE, DELETE). */
export interface Source {
  /** The name by which its columns are qualified. */
  alias: string;
  /** True when an alias was written. */
  aliased: boolean;
  /** True when the alias was written with AS. */
  as: boolean;
  schema: string | null;
  /** Name of the relation or CTE; null for a subquery or function. */
  name: string | null;
  /** The subquery that it is. */
  query: Block | null;
  /** Column names given in brackets after the alias. */
  renamed: string[] | null;
  /** Offset at which it is named. */
  from: number;
}

/** A name that WITH gives to a query. */
export interface Cte {
  name: string;
  columns: string[] | null;
  query: Block | null;
}

/** One SELECT (or INSERT, UPDATE, DELETE) with what it can see. */
export interface Block {
  from: number;
  to: number;
  parent: Block | null;
  sources: Source[];
  ctes: Cte[];
  /** The output list, as items between commas. */
  output: Item[][];
}

/** A token, or all that stands between a pair of brackets. */
export type Item = { token: SqlToken; name: string; upper: string; group: null } | { token: SqlToken; name: ''; upper: '('; group: Item[]; to: number };

/** Words that end a list of sources or cannot be an alias. */
const notAlias = new Set(
  (
    'ON USING WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH WINDOW UNION INTERSECT EXCEPT JOIN INNER LEFT RIGHT FULL CROSS ' +
    'NATURAL OUTER SET VALUES SELECT RETURNING FROM DEFAULT DO FOR WITH AS LATERAL ONLY WHEN TABLESAMPLE NOT INDEXED AND OR OF NOWAIT SKIP'
  ).split(' ')
);
const setOperators = new Set(['UNION', 'INTERSECT', 'EXCEPT']);

/** The blocks of one statement. `text` is the statement, offsets count from its beginning. */
export class QueryBlocks {
  readonly tokens: SqlToken[];
  readonly text: string;
  readonly blocks: Block[] = [];

  constructor(text: string, engine: EngineKind) {
    this.text = text;
    this.tokens = sqlTokens(text, engine).filter((t) => t.kind !== 'comment');
    const { items } = this.#nest(0);
    this.#query(items, null, 0, text.length);
  }

  #nest(start: number): { items: Item[]; next: number } {
    const items: Item[] = [];
    for (let i = start; i < this.tokens.length; i++) {
      const token = this.tokens[i]!;
      const char = this.text[token.from];
      if (token.kind === 'punctuation' && char === '(') {
        const inner = this.#nest(i + 1);
        const close = this.tokens[inner.next];
        items.push({ token, name: '', upper: '(', group: inner.items, to: close ? close.from : this.text.length });
        i = inner.next;
      } else if (token.kind === 'punctuation' && char === ')') {
        return { items, next: i };
      } else {
        const name = nameOf(this.text, token);
        items.push({ token, name, upper: token.kind === 'quoted' ? '' : name.toUpperCase(), group: null });
      }
    }
    return { items, next: this.tokens.length };
  }

  /** Reads a query, with its UNIONs, and all that it holds. Returns its first block. */
  #query(items: Item[], parent: Block | null, from: number, to: number): Block {
    let first: Block | null = null;
    let ctes: Cte[] = [];
    let start = 0;
    let startsAt = from;
    for (let i = 0; i <= items.length; i++) {
      const item = items[i];
      if (item && !setOperators.has(item.upper)) continue;
      const block: Block = { from: startsAt, to: item ? item.token.from : to, parent, sources: [], ctes, output: [] };
      this.blocks.push(block);
      this.#fill(items.slice(start, i), block);
      first ??= block;
      ctes = first.ctes;
      start = i + 1;
      startsAt = item ? item.token.to : to;
    }
    return first!;
  }

  #fill(items: Item[], block: Block): void {
    let i = 0;
    const at = (n: number): Item | undefined => items[n];
    if (at(0)?.upper === 'WITH') i = this.#with(items, block);
    while (i < items.length) {
      const item = items[i]!;
      const word = item.upper;
      if (word === 'SELECT' || word === 'RETURNING') i = this.#output(items, i + 1, block);
      else if (word === 'FROM' && at(i - 1)?.upper !== 'DISTINCT') i = this.#sources(items, i + 1, block, true);
      else if (word === 'JOIN' || word === 'UPDATE' || word === 'INTO' || word === 'TABLE' || word === 'REFERENCES')
        i = this.#sources(items, i + 1, block, false);
      else if (word === 'USING' && at(i + 1) && !at(i + 1)!.group) i = this.#sources(items, i + 1, block, true);
      else if (word === 'ON' && items.slice(0, i).some((x) => x.upper === 'INDEX' || x.upper === 'TRIGGER'))
        i = this.#sources(items, i + 1, block, false);
      else {
        if (item.group) this.#inside(item, block);
        i++;
      }
    }
  }

  /** What stands in brackets within an expression: a query of its own, or more expression. */
  #inside(item: Item, block: Block): Block | null {
    if (!item.group) return null;
    const word = item.group[0]?.upper;
    if (word === 'SELECT' || word === 'WITH' || word === 'VALUES') {
      return this.#query(item.group, block, item.token.to, item.to);
    }
    for (const inner of item.group) this.#inside(inner, block);
    return null;
  }

  #with(items: Item[], block: Block): number {
    let i = 1;
    if (items[i]?.upper === 'RECURSIVE') i++;
    while (i < items.length) {
      const name = items[i]!;
      if (name.group || !isName(name)) return i;
      const cte: Cte = { name: name.name, columns: null, query: null };
      i++;
      if (items[i]?.group && items[i + 1]?.upper === 'AS') cte.columns = namesIn(items[i++]!);
      while (items[i] && !items[i]!.group && ['AS', 'NOT', 'MATERIALIZED'].includes(items[i]!.upper)) i++;
      // Visible to its own body: WITH RECURSIVE.
      block.ctes.push(cte);
      const body = items[i];
      if (!body?.group) return i;
      cte.query = this.#query(body.group, block, body.token.to, body.to);
      i++;
      if (items[i]?.upper !== ',') return i;
      i++;
    }
    return i;
  }

  #output(items: Item[], start: number, block: Block): number {
    let i = start;
    if (items[i]?.upper === 'DISTINCT' || items[i]?.upper === 'ALL') i++;
    let column: Item[] = [];
    for (; i < items.length; i++) {
      const item = items[i]!;
      if (['FROM', 'INTO', 'WHERE', 'GROUP', 'ORDER', 'LIMIT', 'HAVING', 'WINDOW'].includes(item.upper)) {
        if (!(item.upper === 'FROM' && items[i - 1]?.upper === 'DISTINCT')) break;
      }
      if (item.group) this.#inside(item, block);
      if (item.upper === ',') {
        block.output.push(column);
        column = [];
      } else column.push(item);
    }
    if (column.length > 0) block.output.push(column);
    return i;
  }

  #sources(items: Item[], start: number, block: Block, list: boolean): number {
    let i = start;
    for (;;) {
      while (['ONLY', 'LATERAL', 'IF', 'NOT', 'EXISTS', 'OR', 'IGNORE'].includes(items[i]?.upper ?? '')) i++;
      const item = items[i];
      if (!item) return i;
      const source: Source = {
        alias: '', aliased: false, as: false, schema: null, name: null, query: null, renamed: null, from: item.token.from
      };
      if (item.group) {
        const query = this.#inside(item, block);
        if (query) source.query = query;
        // Brackets around joins: their sources are those of this block.
        else this.#sourcesOfGroup(item.group, block);
        i++;
        if (!query) {
          if (list && items[i]?.upper === ',') {
            i++;
            continue;
          }
          return i;
        }
      } else {
        if (!isName(item) || notAlias.has(item.upper)) return i;
        const path = [item.name];
        i++;
        while (items[i]?.upper === '.' && items[i + 1] && isName(items[i + 1]!)) {
          path.push(items[i + 1]!.name);
          i += 2;
        }
        if (items[i]?.upper === '.') i++;
        if (items[i]?.group && list) {
          // A function as a source.
          this.#inside(items[i]!, block);
          i++;
        } else {
          source.name = path.at(-1)!;
          source.schema = path.length > 1 ? path.at(-2)! : null;
        }
        source.alias = path.at(-1)!;
      }
      if (items[i]?.upper === 'AS') {
        source.as = true;
        i++;
      }
      const alias = items[i];
      if (alias && !alias.group && isName(alias) && !notAlias.has(alias.upper)) {
        source.alias = alias.name;
        source.aliased = true;
        i++;
        if (items[i]?.group && list) source.renamed = namesIn(items[i++]!);
      }
      if (source.alias !== '' || source.query) block.sources.push(source);
      if (list && items[i]?.upper === ',') {
        i++;
        continue;
      }
      return i;
    }
  }

  #sourcesOfGroup(items: Item[], block: Block): void {
    let i = this.#sources(items, 0, block, true);
    for (; i < items.length; i++) {
      if (items[i]!.upper === 'JOIN') i = this.#sources(items, i + 1, block, false) - 1;
      else if (items[i]!.group) this.#inside(items[i]!, block);
    }
  }

  /** The innermost query around an offset. */
  blockAt(pos: number): Block {
    let best: Block | null = null;
    for (const block of this.blocks) {
      if (pos < block.from || pos > block.to) continue;
      if (!best || block.to - block.from <= best.to - best.from) best = block;
    }
    return best ?? this.blocks[0]!;
  }

  /** Queries by name that can be selected from within a block, nearest first. */
  ctesFor(block: Block): Cte[] {
    const found: Cte[] = [];
    for (let b: Block | null = block; b; b = b.parent) found.push(...b.ctes);
    return found;
  }
}

export const isName = (item: Item): boolean => item.token.kind === 'word' || item.token.kind === 'quoted';

const namesIn = (item: Item): string[] =>
  (item.group ?? []).filter((x) => !x.group && isName(x)).map((x) => x.name);
