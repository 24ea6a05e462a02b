/**
 * Which tables a restore has made and nothing has been put into: those may be truncated in the transaction that
 * loads them. As soon as anything runs that could put rows anywhere, or point at a table, it knows none.
 */
export class FreshTables {
  readonly #fresh = new Set<string>();
  #plain = true;

  /** Notes a statement that has run. */
  saw(command: string, text: string): void {
    if (command === 'CREATE TABLE') {
      const name = /^CREATE\s+(?:UNLOGGED\s+)?TABLE\s+((?:"(?:[^"]|"")+"|[\w$]+)(?:\.(?:"(?:[^"]|"")+"|[\w$]+))?)\s*\(/i.exec(text)?.[1];
      if (/\bREFERENCES\b/i.test(text)) this.#plain = false;
      else if (name && !/\bPARTITION\s+BY\b/i.test(text)) this.#fresh.add(name);
    } else if (command === 'ALTER TABLE' ? /\b(FOREIGN\s+KEY|REFERENCES)\b/i.test(text) : !harmless.test(`${command} ${text}`)) {
      this.#plain = false;
    }
  }

  isFresh(relation: string): boolean {
    return this.#plain && this.#fresh.has(relation);
  }

  filled(relation: string): void {
    this.#fresh.delete(relation);
  }
}

/** What puts rows nowhere. */
const harmless =
  /^(SET|COMMENT|ALTER \w+|CREATE (SCHEMA|TYPE|DOMAIN|FUNCTION|PROCEDURE|AGGREGATE|SEQUENCE|VIEW|EXTENSION|INDEX|CAST|OPERATOR|COLLATION)|DROP \w+|SELECT SELECT\s+pg_catalog\.(set_config|setval))\b/i;
