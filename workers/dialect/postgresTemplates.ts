import type { RelationKind } from '../wire/catalog';
import type { ObjectKind } from '../wire/objects';
import { postgres } from './postgres';

const { quote } = postgres;

/** What the SQL of a new object may look like. */
export function postgresTemplate(kind: ObjectKind, schema: string, relation: string | null, onKind?: RelationKind): string {
  const table = relation ?? '';
  const full = `${quote(schema)}.${quote(table)}`;
  const named = (name: string): string => `${quote(schema)}.${quote(name)}`;
  switch (kind) {
    case 'index':
      return `CREATE INDEX ${quote(`${table}_idx`)} ON ${full} ()`;
    case 'trigger':
      return [
        `CREATE FUNCTION ${named(`${table}_changed`)}() RETURNS trigger`,
        'LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN new;\nEND\n$$;\n',
        `CREATE TRIGGER ${quote(`${table}_changed`)} ${onKind === 'view' ? 'INSTEAD OF' : 'BEFORE'} UPDATE ON ${full}`,
        `FOR EACH ROW EXECUTE FUNCTION ${named(`${table}_changed`)}()`
      ].join('\n');
    case 'function':
      return `CREATE FUNCTION ${named('new_function')}(n integer) RETURNS integer\nLANGUAGE sql IMMUTABLE AS $$\n  SELECT n + 1\n$$`;
    case 'procedure':
      return `CREATE PROCEDURE ${named('new_procedure')}()\nLANGUAGE plpgsql AS $$\nBEGIN\nEND\n$$`;
    case 'sequence':
      return `CREATE SEQUENCE ${named('new_sequence')} START WITH 1 INCREMENT BY 1`;
    case 'type':
      return `CREATE TYPE ${named('new_type')} AS (\n  amount numeric,\n  currency text\n)`;
    case 'domain':
      return `CREATE DOMAIN ${named('new_domain')} AS text CHECK (VALUE <> '')`;
    case 'extension':
      return `CREATE EXTENSION citext WITH SCHEMA ${quote(schema)}`;
    default:
      return '';
  }
}
