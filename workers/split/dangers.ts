import type { StatementSpan } from '../wire/results';
import type { ScriptStatement } from './scriptStatement';
import { wordOf, type MakeScanner, type TokenKind } from './token';

/** A statement that would do away with much at once, told by its words alone. */
export interface ScriptDanger extends StatementSpan {
  /** Place of the statement in the script, from 0. */
  index: number;
  /** UPDATE, DELETE, TRUNCATE, DROP TABLE. */
  command: string;
  /** In words: "UPDATE without WHERE". */
  what: string;
  /** What it names: a relation by its parts, outermost first; or something else that is dropped. */
  parts: string[];
  isRelation: boolean;
  /** As it is written there. */
  name: string;
}

/** What the words of a dialect need to be told apart. */
export interface DangerRules {
  split(script: string): ScriptStatement[];
  scan: MakeScanner;
  /** A name as the engine compares it. */
  nameOf(text: string, kind: TokenKind): string;
  defaultSchema: string;
}

interface Token {
  kind: TokenKind;
  /** A bare word in upper case; empty for all else. */
  word: string;
  text: string;
}

interface Named {
  parts: string[];
  text: string;
  /** The token behind it. */
  end: number;
}

const RELATIONS = new Set(['TABLE', 'VIEW', 'MATERIALIZED VIEW', 'FOREIGN TABLE']);
/** Commands that hold the words of others without running them. */
const HOLDING = new Set(['CREATE', 'ALTER', 'GRANT', 'REVOKE', 'COMMENT', 'PREPARE', 'DO', 'DROP', 'TRUNCATE', 'PRAGMA']);
/** A word before UPDATE or DELETE that makes it a part of something else: FOR UPDATE, ON DELETE, DO UPDATE, THEN DELETE. */
const BEFORE = new Set(['FOR', 'KEY', 'ON', 'DO', 'THEN']);
const MODIFIERS = new Set(['TEMP', 'TEMPORARY', 'UNLOGGED', 'GLOBAL', 'LOCAL', 'UNIQUE', 'OR', 'REPLACE', 'RECURSIVE', 'VIRTUAL']);

/**
 * UPDATE and DELETE without WHERE, TRUNCATE and DROP in a script; what the script has created itself before is left
 * out.
 */
export function dangersIn(script: string, rules: DangerRules): ScriptDanger[] {
  const created = new Set<string>();
  const dropped = new Set<string>();
  const isCreated = (parts: readonly string[]): boolean =>
    created.has(keyOf(parts, rules)) || (parts.length === 1 && created.has(keyOf(['temp', parts[0]!], rules)));
  return rules.split(script).flatMap((statement, index) => {
    const reader = new StatementReader(tokensOf(statement.text, rules), rules);
    const made = reader.created();
    if (made) {
      const key = keyOf(made.parts, rules);
      if (!made.ifMissing || dropped.has(key)) created.add(key);
    }
    const found = reader.dangers().filter(({ parts }) => !isCreated(parts));
    for (const { command, parts } of found) if (command.startsWith('DROP ')) dropped.add(keyOf(parts, rules));
    return found.map((danger) => ({ ...danger, index, from: statement.from, to: statement.to }));
  });
}

const keyOf = (parts: readonly string[], { defaultSchema }: DangerRules): string =>
  JSON.stringify(parts.length === 1 ? [defaultSchema, ...parts] : parts.slice(-2));

function tokensOf(sql: string, rules: DangerRules): Token[] {
  const tokens: Token[] = [];
  const scanner = rules.scan(sql);
  while (scanner.next()) {
    if (scanner.kind === 'comment' || scanner.kind === 'meta') continue;
    tokens.push({ kind: scanner.kind, word: wordOf(scanner), text: sql.slice(scanner.from, scanner.to) });
  }
  return tokens;
}

/** Reads the tokens of one statement. */
class StatementReader {
  readonly #tokens: readonly Token[];
  readonly #rules: DangerRules;

  constructor(tokens: readonly Token[], rules: DangerRules) {
    this.#tokens = tokens;
    this.#rules = rules;
  }

  #word(at: number): string {
    return this.#tokens[at]?.word ?? '';
  }

  /** A name with the schemas before it. */
  #name(from: number): Named | undefined {
    const parts: string[] = [];
    let at = from;
    for (;;) {
      const token = this.#tokens[at];
      if (!token || !['word', 'name', 'string'].includes(token.kind)) return undefined;
      parts.push(this.#rules.nameOf(token.text, token.kind));
      at++;
      if (this.#tokens[at]?.text !== '.') break;
      at++;
    }
    const text = this.#tokens.slice(from, at).map((t) => t.text).join('');
    return { parts, text, end: at };
  }

  /** What kind of thing CREATE or DROP is about, and where its name begins. */
  #object(from: number): { object: string; at: number } {
    let at = from;
    while (MODIFIERS.has(this.#word(at))) at++;
    let object = this.#word(at++);
    if (object === 'MATERIALIZED' || object === 'FOREIGN' || object === 'EVENT') object += ` ${this.#word(at++)}`;
    if (this.#word(at) === 'CONCURRENTLY') at++;
    return { object, at };
  }

  /** What a CREATE makes. */
  created(): { parts: string[]; ifMissing: boolean } | undefined {
    if (this.#word(0) !== 'CREATE') return undefined;
    const isTemporary = this.#tokens.slice(1, 4).some((t) => t.word === 'TEMP' || t.word === 'TEMPORARY');
    const { at } = this.#object(1);
    const ifMissing = this.#word(at) === 'IF';
    const name = this.#name(ifMissing ? at + 3 : at);
    if (!name) return undefined;
    return { parts: isTemporary ? ['temp', name.parts.at(-1)!] : name.parts, ifMissing };
  }

  dangers(): Omit<ScriptDanger, 'index' | 'from' | 'to'>[] {
    const first = this.#word(0);
    if (first === 'DROP') return this.#drops();
    if (first === 'TRUNCATE') return this.#truncates();
    // Without ANALYZE it is only planned.
    if (first === 'EXPLAIN' && !this.#tokens.slice(1, 12).some((t) => t.word === 'ANALYZE')) return [];
    return HOLDING.has(first) ? [] : this.#writes();
  }

  #drops(): Omit<ScriptDanger, 'index' | 'from' | 'to'>[] {
    const { object, at } = this.#object(1);
    const command = `DROP ${object}`;
    const isRelation = RELATIONS.has(object);
    return this.#list(this.#word(at) === 'IF' ? at + 2 : at).map(({ parts, text }) => ({
      command,
      what: command,
      parts,
      isRelation,
      name: text
    }));
  }

  #truncates(): Omit<ScriptDanger, 'index' | 'from' | 'to'>[] {
    const at = this.#word(1) === 'TABLE' ? 2 : 1;
    return this.#list(at).map(({ parts, text }) => ({ command: 'TRUNCATE', what: 'TRUNCATE', parts, isRelation: true, name: text }));
  }

  /** Names with commas between them; the arguments of functions are stepped over. */
  #list(from: number): Named[] {
    const names: Named[] = [];
    for (let at = from; ; ) {
      const name = this.#name(this.#word(at) === 'ONLY' ? at + 1 : at);
      if (!name) return names;
      names.push(name);
      at = name.end;
      if (this.#tokens[at]?.text === '*') at++;
      if (this.#tokens[at]?.kind === 'open') at = this.#close(at) + 1;
      if (this.#tokens[at]?.text !== ',') return names;
      at++;
    }
  }

  /** The closing parenthesis of an opening one. */
  #close(open: number): number {
    let depth = 0;
    for (let at = open; at < this.#tokens.length; at++) {
      if (this.#tokens[at]!.kind === 'open') depth++;
      else if (this.#tokens[at]!.kind === 'close' && --depth === 0) return at;
    }
    return this.#tokens.length;
  }

  /** UPDATE and DELETE at any depth that have no WHERE of their own. */
  #writes(): Omit<ScriptDanger, 'index' | 'from' | 'to'>[] {
    const found: Omit<ScriptDanger, 'index' | 'from' | 'to'>[] = [];
    for (let at = 0; at < this.#tokens.length; at++) {
      const command = this.#word(at);
      if ((command !== 'UPDATE' && command !== 'DELETE') || BEFORE.has(this.#word(at - 1)) || this.#tokens[at - 1]?.text === '.') continue;
      const named = this.#target(command, at + 1);
      // SELECT 1 AS update t: only what sets something is one.
      if (named && (command === 'DELETE' || this.#has('SET', named.end)) && !this.#has('WHERE', named.end)) {
        found.push({ command, what: `${command} without WHERE`, parts: named.parts, isRelation: true, name: named.text });
      }
    }
    return found;
  }

  /** The relation of `UPDATE [OR …] [ONLY] t … SET` or `DELETE FROM [ONLY] t`; undefined where these are no such statement. */
  #target(command: string, from: number): Named | undefined {
    let at = from;
    if (command === 'DELETE') {
      if (this.#word(at++) !== 'FROM') return undefined;
    } else if (this.#word(at) === 'OR') at += 2;
    if (this.#word(at) === 'ONLY') at++;
    const name = this.#name(at);
    return name && this.#word(at) !== 'SET' ? name : undefined;
  }

  /** A word at the same depth. */
  #has(wanted: string, from: number): boolean {
    let depth = 0;
    for (let at = from; at < this.#tokens.length; at++) {
      const { kind, word } = this.#tokens[at]!;
      if (kind === 'open') depth++;
      else if (kind === 'close' && --depth < 0) return false;
      else if (depth === 0 && word === wanted) return true;
    }
    return false;
  }
}
