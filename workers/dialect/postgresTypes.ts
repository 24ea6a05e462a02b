/** Short and other names of types, as format_type writes them. */
const ALIASES: Record<string, string> = {
  int: 'integer',
  int4: 'integer',
  int2: 'smallint',
  int8: 'bigint',
  float4: 'real',
  float8: 'double precision',
  float: 'double precision',
  bool: 'boolean',
  varchar: 'character varying',
  char: 'character',
  bpchar: 'character',
  decimal: 'numeric',
  timestamp: 'timestamp without time zone',
  timestamptz: 'timestamp with time zone',
  time: 'time without time zone',
  timetz: 'time with time zone',
  varbit: 'bit varying'
};

/** A type as Postgres itself writes it, as far as that is known without asking: `int` → `integer`. */
export function canonicalType(type: string): string {
  const match = /^\s*("?[^(["]+"?|[^([]+?)\s*(\([^)]*\))?\s*(.*?)\s*$/s.exec(type.trim());
  if (!match) return type.trim();
  const [, word, modifier = '', rest = ''] = match;
  const low = word!.trim().toLowerCase().replace(/\s+/g, ' ');
  const name = ALIASES[low] ?? word!.trim();
  const args = modifier.replace(/\s+/g, '');
  const [base, zone] = /^(.*?) (with(?:out)? time zone)$/.exec(name)?.slice(1) ?? [name, ''];
  const tail = [zone, rest].filter(Boolean).join(' ');
  return `${base}${args}${tail.startsWith('[') || tail === '' ? '' : ' '}${tail}`;
}

const bareType = (type: string): string => canonicalType(type).replace(/\(.*?\)/, '').toLowerCase();

const NUMBERS = new Set(['smallint', 'integer', 'bigint', 'numeric', 'real', 'double precision']);
const TEXTS = new Set(['text', 'character varying', 'character', 'name', 'citext']);
const TIMES: Record<string, string[]> = {
  date: ['timestamp without time zone', 'timestamp with time zone'],
  'timestamp without time zone': ['date', 'timestamp with time zone', 'time without time zone'],
  'timestamp with time zone': ['date', 'timestamp without time zone', 'time without time zone', 'time with time zone'],
  'time without time zone': ['time with time zone', 'interval'],
  'time with time zone': ['time without time zone'],
  interval: ['time without time zone']
};

/** True when Postgres casts values from one type to the other by itself when they are assigned. */
export function castsByItself(from: string, to: string): boolean {
  const a = bareType(from);
  const b = bareType(to);
  if (a === b) return true;
  if (TEXTS.has(b)) return true;
  if (a.endsWith('[]') !== b.endsWith('[]')) return false;
  if (a.endsWith('[]')) return castsByItself(a.slice(0, -2), b.slice(0, -2));
  if (NUMBERS.has(a) && NUMBERS.has(b)) return true;
  if ((a === 'json' && b === 'jsonb') || (a === 'jsonb' && b === 'json')) return true;
  if ((a === 'inet' && b === 'cidr') || (a === 'cidr' && b === 'inet')) return true;
  return TIMES[a]?.includes(b) ?? false;
}

/** True when a value may be rounded or cut on its way, without an error. */
export function mayRound(from: string, to: string): boolean {
  const a = bareType(from);
  const b = bareType(to);
  const whole = (t: string): boolean => ['smallint', 'integer', 'bigint'].includes(t);
  if (NUMBERS.has(a) && whole(b) && !whole(a)) return true;
  if (NUMBERS.has(a) && (b === 'real' || (b === 'double precision' && a !== 'real')) && a !== b) return true;
  if (b === 'numeric' && /\(/.test(to)) return canonicalType(from) !== canonicalType(to) && !whole(a);
  if (a.startsWith('timestamp') && (b === 'date' || b.startsWith('time '))) return true;
  return false;
}
