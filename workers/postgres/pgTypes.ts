import type { TypeFamily } from '../wire/catalog';

/** A type as far as results and catalogs need it. */
export interface PgType {
  /** As `format_type` writes it without a modifier: `integer`, `character varying`, `kinds.mood`. */
  name: string;
  family: TypeFamily;
}

/** OIDs that are fixed in Postgres' own catalog (pg_type.dat). */
export const BYTEA = 17;

const INTEGERS = new Set([20, 21, 23, 26]); // int8, int2, int4, oid
const JSONS = new Set([114, 3802, 4072]); // json, jsonb, jsonpath
const UUID = 2950;

/**
 * The family of a type.
 * @param oid of the type, or of its base where it is a domain
 * @param category pg_type.typcategory
 */
export function familyOfType(oid: number, category: string): TypeFamily {
  if (INTEGERS.has(oid)) return 'integer';
  if (JSONS.has(oid)) return 'json';
  if (oid === UUID) return 'uuid';
  if (oid === BYTEA) return 'binary';
  switch (category) {
    case 'A':
      return 'array';
    case 'B':
      return 'boolean';
    case 'D':
    case 'T':
      return 'temporal';
    case 'E':
      return 'enum';
    case 'N':
      return 'number';
    case 'S':
      return 'text';
    default:
      return 'other';
  }
}

const NUMERIC = 1700;
const LENGTHS = new Set([1042, 1043]); // bpchar, varchar: modifier is length + 4
const BITS = new Set([1560, 1562]); // bit, varbit: modifier is the length
/** Types whose precision stands inside their name: `timestamp(3) with time zone`. */
const TIMES = new Map([
  [1083, 'time(#) without time zone'],
  [1266, 'time(#) with time zone'],
  [1114, 'timestamp(#) without time zone'],
  [1184, 'timestamp(#) with time zone']
]);

/** The name of a type with its modifier, as `format_type` writes it for the built-in types that have one. */
export function nameWithModifier(name: string, oid: number, modifier: number): string {
  if (modifier < 0) return name;
  if (LENGTHS.has(oid)) return `${name}(${modifier - 4})`;
  if (BITS.has(oid)) return `${name}(${modifier})`;
  if (oid === NUMERIC) {
    const bits = modifier - 4;
    // The scale is signed, in eleven bits (numeric.c).
    const scale = ((bits & 0x7ff) ^ 1024) - 1024;
    return `${name}(${(bits >> 16) & 0xffff},${scale})`;
  }
  return TIMES.get(oid)?.replace('#', String(modifier)) ?? name;
}
