import type { FileReport, SourceColumn, TypeFamily, ValueKind } from '$workers/engine';
import { formatCount } from '$lib/base/format';

/** What the head of a column says: its values fit where they go, some do not, or it is left out. */
export interface Evidence {
  state: 'fits' | 'odd' | 'out';
  words: string;
}

const KINDS: Record<ValueKind, string> = {
  text: 'text',
  integer: 'whole numbers',
  numeric: 'numbers',
  real: 'numbers',
  boolean: 'true or false',
  date: 'dates',
  timestamp: 'dates and times',
  timestamptz: 'dates and times, with zones',
  time: 'times',
  json: 'JSON',
  uuid: 'UUIDs',
  binary: 'bytes'
};

const NUMBER = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|nan|inf(?:inity)?)\s*$/i;
const WHOLE = /^\s*[+-]?\d+\s*$/;
const BOOLEAN = /^\s*(?:t|tr|tru|true|f|fa|fal|fals|false|y|ye|yes|n|no|on|of|off|0|1)\s*$/i;
const UUID = /^\{?(?:[0-9a-f]{4}-?){8}\}?$/i;

/** What values of a family look like, and what one and many of them are called; families that take many forms say nothing of a text. */
const FORMS: Partial<Record<TypeFamily, { form: RegExp; one: string; many: string }>> = {
  integer: { form: WHOLE, one: 'a whole number', many: 'whole numbers' },
  number: { form: NUMBER, one: 'a number', many: 'numbers' },
  boolean: { form: BOOLEAN, one: 'true or false', many: 'true or false' },
  // 'now' and 'infinity' are dates too: without a digit and none of these it is none.
  temporal: { form: /\d|^\s*(?:now|today|tomorrow|yesterday|epoch|-?infinity)\s*$/i, one: 'a date or time', many: 'dates or times' },
  uuid: { form: UUID, one: 'a UUID', many: 'UUIDs' }
};

/** False where a value is surely none of its column's; NULL and what cannot be told from here fit. */
export function fits(value: string | null, family: TypeFamily): boolean {
  return value === null || (FORMS[family]?.form.test(value) ?? true);
}

/** Numbers, which stand to the right. */
export const isNumberKind = (kind: ValueKind): boolean => kind === 'integer' || kind === 'numeric' || kind === 'real';

function share(part: number, all: number | null): string {
  if (part === 0) return '';
  const percent = all === null || all === 0 ? 0 : (part / all) * 100;
  return `, ${percent >= 1 ? `${Math.round(percent)} %` : formatCount(part)} NULL`;
}

/**
 * What the file has for a column, held against where it goes.
 * @param family of the column that it goes into; null: it is left out
 * @param values its first values @param count rows of the file, null while not all were looked at
 */
export function evidenceOf({ kind, nulls }: SourceColumn, family: TypeFamily | null, values: readonly (string | null)[], count: number | null): Evidence {
  if (family === null) return { state: 'out', words: 'left out' };
  if (count !== null && nulls === count) return { state: 'fits', words: 'all NULL' };
  const wanted = FORMS[family];
  const odd = values.filter((value) => !fits(value, family)).length;
  if (wanted && odd > 0) {
    // Of a long file only the beginning is here.
    const isAll = count !== null && count <= values.length;
    return { state: 'odd', words: !isAll ? `some are not ${wanted.many}` : odd === 1 ? `1 is not ${wanted.one}` : `${formatCount(odd)} are not ${wanted.many}` };
  }
  if (wanted && kind === 'text' && family !== 'temporal') return { state: 'odd', words: `some are not ${wanted.many}` };
  if (family === 'integer' && (kind === 'numeric' || kind === 'real')) return { state: 'odd', words: 'some are not whole numbers' };
  const zeros = family === 'text' && values.some((v) => v !== null && /^0\d+$/.test(v));
  return { state: 'fits', words: `${zeros ? 'zeros in front stay' : KINDS[kind]}${share(nulls, count)}` };
}

/** Values of a column that do not fit, for a sentence below: those of the first rows, each once. */
export const oddValues = (report: FileReport, at: number, family: TypeFamily): string[] =>
  [...new Set(report.rows.map((row) => row[at] ?? null).filter((value): value is string => !fits(value, family)))];
