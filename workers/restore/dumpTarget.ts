/**
 * What a dump is restored into. The engine comes in by this interface alone, so that the restore is tested
 * without one. All calls come one after another, in the session that the statements of the dump set up.
 */

/** A `COPY … FROM stdin` of a dump, taken apart so that its source can be replaced. */
export interface CopyBlock {
  /** The statement as it stands in the dump, without its semicolon. */
  text: string;
  /** What stands before FROM: `COPY public.rental (rental_id, rental_date)`. */
  head: string;
  /** The relation as the dump writes it: `public.rental`. */
  relation: string;
  /** What follows `stdin`: options, or empty. The whole statement is `${head} FROM <source> ${tail}`. */
  tail: string;
}

export interface DumpTarget {
  /**
   * Runs SQL by the simple protocol: one statement or several, which are then one transaction of their own
   * unless one is open. Rows are thrown away. Throws EngineErrorData, `position` relative to `sql` in
   * UTF-16 units; nothing of `sql` is done then (outside a transaction of the dump's own).
   * @returns rows that its INSERTs put in (the numbers of their command tags, together)
   */
  exec(sql: string): Promise<number>;

  /**
   * Loads a COPY block. Each piece ends at a row's end, `\.` is left out, and a COPY of its own may load each:
   * the caller puts a transaction (or a savepoint) around the call and rolls it back when this throws
   * EngineErrorData. A piece belongs to the callee only until it asks for the next one.
   * @returns rows loaded
   */
  copyIn(block: CopyBlock, pieces: AsyncIterable<Uint8Array>): Promise<number>;

  /**
   * Called before `CREATE EXTENSION` of these names, outside a transaction: the chance to load what they
   * need, even by reopening the engine. Names that are unknown are no error here; the statement will tell.
   * @returns true when the session is a new one, so that the dump's settings have to be set again
   */
  prepareExtensions(names: readonly string[]): Promise<boolean>;
}
