import type { ReadOptions } from '../wire/imports';

/** A date as ISO text: `2026-11-24`, `24.11.2026`, and with slashes as `dates` says. Null when it is none. */
export function readDate(text: string, dates: ReadOptions['dates']): string | null {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (iso) return isDay(Number(iso[1]), Number(iso[2]), Number(iso[3])) ? text : null;
  const dots = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  const slashes = dots ? null : /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  const parts = dots ?? (dates === 'text' ? null : slashes);
  if (!parts) return null;
  const isDayFirst = dots !== null || dates === 'day-first';
  const [day, month] = isDayFirst ? [parts[1]!, parts[2]!] : [parts[2]!, parts[1]!];
  if (!isDay(Number(parts[3]), Number(month), Number(day))) return null;
  return `${parts[3]}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year < 100 ? year + 400 : year, month, 0)).getUTCDate();
}

/** A number with a decimal point, out of one with a decimal comma and dots between thousands. Null when it is none. */
export function readNumber(text: string, decimal: ReadOptions['decimal']): string | null {
  if (decimal === '.') return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? text : null;
  if (/^-?\d{1,3}(?:\.\d{3})+(?:,\d+)?$/.test(text)) return text.replaceAll('.', '').replace(',', '.');
  return /^-?\d+(?:,\d+)?$/.test(text) ? text.replace(',', '.') : null;
}
