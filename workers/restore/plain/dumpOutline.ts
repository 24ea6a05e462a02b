import { classifyPostgres } from '../../split/splitPostgres';
import type { ArchiveChoice } from '../../wire/archive';
import { chosenEntries, type OutlineEntry } from '../archive/archiveContents';
import type { DumpEvent } from '../dumpScanner';
import { judgeStatement } from '../judgeStatement';
import { definedNames } from './definedNames';
import { filledRelation, nameAt, type DumpName } from './dumpName';
import { namesIn, namesInTexts } from './namesIn';
import { subjectOf } from './subjectOf';

/** Relations that can be chosen, and what makes them. */
const relations = new Map([
  ['CREATE TABLE', 'TABLE'],
  ['CREATE FOREIGN TABLE', 'FOREIGN TABLE'],
  ['CREATE VIEW', 'VIEW'],
  ['CREATE MATERIALIZED VIEW', 'MATERIALIZED VIEW']
]);
/** They neither make anything nor are about anything that could be left out. */
const quiet = new Set(['SET', 'RESET', 'BEGIN', 'START TRANSACTION', 'COMMIT', 'ROLLBACK']);
const LARGE_OBJECTS = /^SELECT\s+(?:pg_catalog\.)?lo(?:_create|_open|write|_close|_put|_from_bytea)\s*\(|^(?:ALTER|COMMENT\s+ON)\s+LARGE\s+OBJECT\b/i;

/** What pg_dump calls a statement, or its own words; nothing for what only changes what another has made. */
function kindOf(command: string, header: string | undefined): string {
  if (header === undefined) return command.startsWith('CREATE ') ? command.slice(7) : '';
  return [...relations.values()].includes(header) ? '' : header;
}

/** What a bare name means where nothing has been said of it. */
const DEFAULT_PATH = 'public';

const keyOf = (schema: string, name: string): string => JSON.stringify([schema, name]);

/**
 * What a plain dump holds, as the table of contents of an archive would say it. Statements are known by their place
 * among all that the dump holds, and what they depend on by the names in them.
 */
export class DumpOutline {
  readonly entries: OutlineEntry[] = [];
  /** Of the server that was dumped, as the dump says it; empty where it does not. */
  serverVersion = '';
  /** What made the relation or type of a name; null where several are called so. */
  readonly #makers = new Map<string, number | null>();
  /** The same of routines: they have names of their own. */
  readonly #routines = new Map<string, number | null>();
  readonly #byId = new Map<number, OutlineEntry>();
  /** Entries of rows, by their relation. */
  readonly #rows = new Map<string, number>();
  #largeObjects: number | undefined;
  #path = DEFAULT_PATH;
  #header: string | undefined;

  /** Takes a comment of a line of its own: pg_dump says in some what follows. */
  comment(line: string): void {
    const header = /^-- Name: .*; Type: ([A-Z][A-Z ]*); Schema: /.exec(line);
    if (header) this.#header = header[1];
    const version = /^-- Dumped from database version (\S+)/.exec(line);
    if (version && this.serverVersion === '') this.serverVersion = version[1]!;
  }

  /** @param at place of the event among all of the dump */
  take(event: DumpEvent, at: number): void {
    if (event.kind === 'meta') return;
    const text = event.kind === 'copy' ? event.block.text : event.text;
    const filled = event.kind === 'copy' ? nameAt(event.block.relation) : filledRelation(text);
    if (filled) return this.#fill(filled, at);
    if (LARGE_OBJECTS.test(text)) {
      if (this.#largeObjects === undefined) this.#add({ dumpId: at, kind: 'BLOBS', schema: null, tag: '', dependencies: [], hasData: true });
      this.#largeObjects ??= at;
      return;
    }
    const { command } = classifyPostgres(text);
    this.#follow(text);
    if (quiet.has(command)) return;
    const header = this.#header;
    this.#header = undefined;
    if (judgeStatement(text).act !== 'skip') this.#statement(text, command, at, header);
  }

  #statement(text: string, command: string, at: number, header: string | undefined): void {
    const made = definedNames(text);
    const dependencies = new Set<number>();
    const inTexts = /^(?:ALTER TABLE|CREATE TABLE|SELECT)$/.test(command) ? [...namesInTexts(text)] : [];
    const subject = subjectOf(text);
    const own = subject?.isRoutine ? this.#routines : this.#makers;
    let about = subject && this.#keyOf(subject.name);
    for (const name of [...namesIn(text), ...inTexts]) {
      const key = this.#keyOf(name);
      for (const makers of key === about ? [own] : [this.#makers, this.#routines]) {
        const maker = makers.get(key);
        if (typeof maker === 'number') dependencies.add(maker);
      }
      // Only where it is named first: a routine may return rows of the table that is called as it is.
      if (key === about) about = undefined;
    }
    const name = made[0];
    const isRelation = relations.has(command);
    const entry: OutlineEntry = {
      dumpId: at,
      kind: relations.get(command) ?? kindOf(command, header),
      schema: name ? (name.schema ?? this.#path) : null,
      tag: name?.name ?? '',
      dependencies: [...dependencies],
      hasData: false
    };
    // A view that is made anew for what it could not name before: what that needs, the view needs.
    const before = isRelation && name ? this.#byId.get(this.#makers.get(this.#keyOf(name)) ?? -1) : undefined;
    const isAgain = before !== undefined && [...relations.values()].includes(before.kind);
    if (isAgain) {
      before.dependencies.push(...entry.dependencies.filter((id) => id !== before.dumpId));
      entry.kind = '';
    }
    for (const one of made) {
      const key = this.#keyOf(one);
      if (!isAgain) own.set(key, own.has(key) ? null : at);
    }
    this.#add(entry);
    const owner = command === 'ALTER SEQUENCE' && /\bOWNED\s+BY\b/i.test(text) ? entry.dependencies : [];
    // A sequence goes with the table that owns it.
    if (owner.length === 2) this.#byId.get(owner[0]!)!.dependencies.push(owner[1]!);
  }

  #fill(relation: DumpName, at: number): void {
    const key = this.#keyOf(relation);
    this.#header = undefined;
    if (this.#rows.has(key)) return;
    this.#rows.set(key, at);
    const maker = this.#makers.get(key);
    this.#add({
      dumpId: at,
      kind: 'TABLE DATA',
      schema: relation.schema ?? this.#path,
      tag: relation.name,
      dependencies: typeof maker === 'number' ? [maker] : [],
      hasData: true
    });
  }

  #add(entry: OutlineEntry): void {
    this.entries.push(entry);
    this.#byId.set(entry.dumpId, entry);
  }

  #keyOf({ schema, name }: DumpName): string {
    return keyOf(schema ?? this.#path, name);
  }

  /** Which schema a bare name is in: pg_dump before version 10.3 went from schema to schema. */
  #follow(text: string): void {
    const set =
      /^SET\s+(?:SESSION\s+)?search_path\s*(?:=|TO)\s*(.*)$/is.exec(text) ??
      /^SELECT\s+pg_catalog\.set_config\(\s*'search_path'\s*,\s*'([^']*)'/is.exec(text);
    const isReset = /^(?:RESET\s+(?:search_path|ALL)|DISCARD\s+ALL)\b/i.test(text) || (set !== null && /^DEFAULT\s*$/i.test(set[1]!));
    if (isReset) this.#path = DEFAULT_PATH;
    if (isReset || !set) return;
    // A schema called as the user is not looked for.
    const path = set[1]!.replace(/^(?:"\$user"|'\$user')\s*(?:,\s*|$)/, '');
    this.#path = nameAt(path.replace(/^'([^']*)'/, '$1'))?.name ?? '';
  }

  /**
   * What a choice leaves out, as a question to each event of the dump when it is read again; bare names of rows are
   * those of the first reading.
   */
  without(choice: ArchiveChoice): (event: DumpEvent, at: number) => boolean {
    const kept = new Set(chosenEntries(this, choice).map((e) => e.dumpId));
    const gone = new Set(this.entries.flatMap((e) => (kept.has(e.dumpId) ? [] : [e.dumpId])));
    const again = new DumpOutline();
    return (event, at) => {
      if (event.kind === 'meta') return false;
      const text = event.kind === 'copy' ? event.block.text : event.text;
      const filled = event.kind === 'copy' ? nameAt(event.block.relation) : filledRelation(text);
      if (filled) return gone.has(this.#rows.get(again.#keyOf(filled)) ?? -1);
      if (LARGE_OBJECTS.test(text)) return gone.has(this.#largeObjects ?? -1);
      again.#follow(text);
      return gone.has(at);
    };
  }
}
