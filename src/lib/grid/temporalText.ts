import type { CivilDate } from './civilDate';
import { daysInMonth } from './civilDate';

/** What of a date and a time a type holds. */
export interface TemporalKind {
  date: boolean;
  time: boolean;
  zone: boolean;
}

/** The kind of a declared type (`timestamp(3) with time zone`, `DATETIME`); null for others, `interval` among them. */
export function temporalKind(type: string): TemporalKind | null {
  const t = type.toLowerCase();
  if (/interval|range|\[\]/.test(t)) return null;
  const isStamp = /timestamp|datetime/.test(t);
  const date = isStamp || /\bdate\b|^date/.test(t);
  const time = isStamp || /\btime\b|^time/.test(t);
  return date || time ? { date, time, zone: /with time zone|tz$/.test(t) } : null;
}

export interface ClockTime {
  hour: number;
  minute: number;
  second: number;
}

const DATE = /^(\s*)(\d{4,})-(\d{1,2})-(\d{1,2})(?!\d)/;
const BC = /\s*\bBC\s*$/i;
const TIME = /(^\s*|\d[ T]\s*)(\d{1,2}):(\d{2})(?::(\d{2}))?(?![\d:])/;

/** The date in a text as an engine writes it; null where none is written (`infinity`, a time, something else). */
export function dateIn(text: string): CivilDate | null {
  const m = DATE.exec(text);
  if (!m) return null;
  const written = Number(m[2]);
  const year = BC.test(text) ? 1 - written : written;
  const [month, day] = [Number(m[3]), Number(m[4])];
  if (!Number.isSafeInteger(year) || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return null;
  return { year, month, day };
}

/** The time of day in a text; null where none is written. */
export function timeIn(text: string): ClockTime | null {
  const m = TIME.exec(text);
  if (!m) return null;
  return { hour: Number(m[2]), minute: Number(m[3]), second: Number(m[4] ?? 0) };
}

const two = (n: number): string => String(n).padStart(2, '0');

/** A date as both engines read it, without the sign of the era. */
const dateText = ({ year, month, day }: CivilDate): string => `${String(year > 0 ? year : 1 - year).padStart(4, '0')}-${two(month)}-${two(day)}`;

/**
 * A text with another date. All else in it stays as it is written: the time, its fraction, its zone. A text without
 * a date becomes one, at midnight where its type holds a time.
 */
export function withDate(text: string, date: CivilDate, kind: TemporalKind): string {
  const era = date.year > 0 ? '' : ' BC';
  const bare = text.replace(BC, '');
  const found = DATE.exec(bare);
  if (found) return `${found[1]}${dateText(date)}${bare.slice(found[0].length)}${era}`;
  return `${dateText(date)}${kind.time ? ' 00:00:00' : ''}${kind.time && kind.zone ? '+00' : ''}${era}`;
}

/** A text with another time of day; its date, fraction of a second and zone stay. */
export function withTime(text: string, { hour, minute, second }: ClockTime, kind: TemporalKind): string {
  const clock = `${two(hour)}:${two(minute)}:${two(second)}`;
  const found = TIME.exec(text);
  if (found) {
    const from = found.index + found[1]!.length;
    return text.slice(0, from) + clock + text.slice(found.index + found[0].length);
  }
  const date = dateIn(text);
  if (kind.date && !date) return text;
  if (!kind.date) return clock;
  const era = BC.test(text) ? ' BC' : '';
  return `${text.replace(BC, '').trimEnd()} ${clock}${kind.zone ? '+00' : ''}${era}`;
}
