import type { StatementSpan } from '../wire/results';

/** One statement of a script, with what can be told of it by its words alone. */
export interface ScriptStatement extends StatementSpan {
  text: string;
  /** Its first words in upper case: SELECT, CREATE TABLE, ALTER TABLE, INSERT; WITH … is its main verb when that is plain. */
  command: string;
  /** Name given by a `-- name: …` comment right before it. */
  name?: string;
  /** True for what may change the catalog (CREATE, ALTER, DROP, COMMENT, IMPORT …, DO, CALL, PRAGMA that writes, ATTACH). */
  changesCatalog: boolean;
  /** True unless it only reads. */
  writes: boolean;
  /** Rows of a `COPY … FROM stdin` that stand behind it, without the line `\.`. */
  data?: StatementSpan;
}
