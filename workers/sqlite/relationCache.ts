import type { Dialect } from '../dialect/dialect';
import type { RelationInfo, RelationRef } from '../wire/catalog';
import { readSchema } from './introspect';
import { quoteName } from './schemaObjects';
import type { SqliteConnection } from './sqliteConnection';

/** Relations as the catalog has them, read again when a schema's version has moved. */
export class RelationCache {
  readonly #connection: SqliteConnection;
  readonly #dialect: Dialect;
  #schemas = new Map<string, { version: string; relations: Map<string, RelationInfo> }>();

  constructor(connection: SqliteConnection, dialect: Dialect) {
    this.#connection = connection;
    this.#dialect = dialect;
  }

  /** The database has been replaced by another state of it, maybe of the same version. */
  forget(): void {
    this.#schemas.clear();
  }

  /** Undefined when there is none of this name, spelled like this. */
  get(ref: RelationRef): RelationInfo | undefined {
    const known = this.#connection.query('SELECT 1 FROM pragma_database_list WHERE name = ?1', [ref.schema]);
    if (known.length === 0) return undefined;
    const versions = ['temp', ref.schema].map((s) => this.#connection.query(`PRAGMA ${quoteName(s)}.schema_version`)[0]?.[0]);
    const version = JSON.stringify(versions.map(String));
    let schema = this.#schemas.get(ref.schema);
    if (schema?.version !== version) {
      const { relations } = readSchema(this.#connection, this.#dialect, ref.schema);
      schema = { version, relations: new Map(relations.map((r) => [r.relation, r])) };
      // A rollback sets the version back, and another change may then take the same one.
      if (!this.#connection.inTransaction) this.#schemas.set(ref.schema, schema);
    }
    return schema.relations.get(ref.relation);
  }
}
