/** Days of the Gregorian calendar without bounds, as Postgres counts them: year 0 is 1 BC. Pure. */
export interface CivilDate {
  year: number;
  /** From 1. */
  month: number;
  day: number;
}

/** The number of a day, 0 on 1970-01-01. */
export function dayNumber({ year, month, day }: CivilDate): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** The day of a number. */
export function dayOf(number: number): CivilDate {
  const z = number + 719_468;
  const era = Math.floor(z / 146_097);
  const ofEra = z - era * 146_097;
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365);
  const ofYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const m = Math.floor((5 * ofYear + 2) / 153);
  const month = m < 10 ? m + 3 : m - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: ofYear - Math.floor((153 * m + 2) / 5) + 1 };
}

export const addDays = (date: CivilDate, days: number): CivilDate => dayOf(dayNumber(date) + days);

export function daysInMonth(year: number, month: number): number {
  const next = month === 12 ? { year: year + 1, month: 1, day: 1 } : { year, month: month + 1, day: 1 };
  return dayNumber(next) - dayNumber({ year, month, day: 1 });
}

/** The same day so many months on; the last of its month where that has no such day. */
export function addMonths({ year, month, day }: CivilDate, months: number): CivilDate {
  const n = year * 12 + month - 1 + months;
  const to = { year: Math.floor(n / 12), month: (((n % 12) + 12) % 12) + 1 };
  return { ...to, day: Math.min(day, daysInMonth(to.year, to.month)) };
}

/** Monday is 0. */
export const weekday = (date: CivilDate): number => (((dayNumber(date) + 3) % 7) + 7) % 7;

/** Six weeks from the one on in which a month begins, each day with whether it is of that month. */
export function weeksOf(year: number, month: number): { date: CivilDate; isInside: boolean }[][] {
  const first = { year, month, day: 1 };
  const from = dayNumber(first) - weekday(first);
  return Array.from({ length: 6 }, (_, w) =>
    Array.from({ length: 7 }, (_, d) => {
      const date = dayOf(from + w * 7 + d);
      return { date, isInside: date.month === month && date.year === year };
    })
  );
}

export const isSameDay = (a: CivilDate | null, b: CivilDate | null): boolean =>
  a !== null && b !== null && a.year === b.year && a.month === b.month && a.day === b.day;

const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** "March 2026", "March 44 BC". */
export const monthInWords = ({ year, month }: CivilDate): string => `${MONTHS[month - 1]} ${year > 0 ? year : `${1 - year} BC`}`;

/** "15 March 2026". */
export const dayInWords = (date: CivilDate): string => `${date.day} ${monthInWords(date)}`;
