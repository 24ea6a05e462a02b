import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrayItems, arrayText } from '../../src/lib/grid/arrayText';
import { addMonths, dayNumber, dayOf, daysInMonth, monthInWords, weekday, weeksOf } from '../../src/lib/grid/civilDate';
import { compactJson, indentJson, jsonFault } from '../../src/lib/grid/jsonText';
import { dateIn, temporalKind, timeIn, withDate, withTime } from '../../src/lib/grid/temporalText';

describe('days of the calendar', () => {
  it('agree with those of the platform', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_000_000, max: 2_000_000 }), (n) => {
        const date = dayOf(n);
        const other = new Date(n * 86_400_000);
        expect(date).toEqual({ year: other.getUTCFullYear(), month: other.getUTCMonth() + 1, day: other.getUTCDate() });
        expect(dayNumber(date)).toBe(n);
        expect(weekday(date)).toBe((other.getUTCDay() + 6) % 7);
      }),
      { numRuns: 2_000 }
    );
  });

  it('know leap years, the ends of months, and that no year is 0', () => {
    expect([daysInMonth(1900, 2), daysInMonth(2000, 2), daysInMonth(-3, 2), daysInMonth(2026, 12)]).toEqual([28, 29, 28, 31]);
    expect(daysInMonth(-4, 2)).toBe(29);
    expect(addMonths({ year: 2026, month: 1, day: 31 }, 1)).toEqual({ year: 2026, month: 2, day: 28 });
    expect(addMonths({ year: 1, month: 1, day: 1 }, -1)).toEqual({ year: 0, month: 12, day: 1 });
    expect(monthInWords({ year: 0, month: 12, day: 1 })).toBe('December 1 BC');
    const weeks = weeksOf(2026, 11);
    expect(weeks).toHaveLength(6);
    expect(weeks.flat().filter((d) => d.isInside)).toHaveLength(30);
    expect(weekday(weeks[0]![0]!.date)).toBe(0);
  });
});

describe('dates and times in text', () => {
  const stamp = { date: true, time: true, zone: true };

  it('are found as both engines write them', () => {
    expect(dateIn('2026-11-26')).toEqual({ year: 2026, month: 11, day: 26 });
    expect(dateIn('0044-03-15 12:00:00 BC')).toEqual({ year: -43, month: 3, day: 15 });
    expect(dateIn('294276-12-31 23:59:59.999999')).toEqual({ year: 294276, month: 12, day: 31 });
    for (const none of ['infinity', '-infinity', '12:00:00', '2026-02-30', '20261126', '']) expect(dateIn(none), none).toBeNull();
    expect(timeIn('2026-11-26 01:02:03.456+05:30')).toEqual({ hour: 1, minute: 2, second: 3 });
    expect(timeIn('2026-11-26T01:02Z')).toEqual({ hour: 1, minute: 2, second: 0 });
    expect(timeIn('24:00:00')).toEqual({ hour: 24, minute: 0, second: 0 });
    expect(timeIn('2026-11-26')).toBeNull();
  });

  it('take the place of what is there, and leave the rest as it is', () => {
    const day = { year: 2027, month: 1, day: 2 };
    expect(withDate('2026-11-26T01:02:03.000100-03', day, stamp)).toBe('2027-01-02T01:02:03.000100-03');
    expect(withDate('0044-03-15 12:00:00+00 BC', day, stamp)).toBe('2027-01-02 12:00:00+00');
    expect(withDate('2026-11-26 12:00:00+00', { year: -43, month: 3, day: 15 }, stamp)).toBe('0044-03-15 12:00:00+00 BC');
    expect(withDate('infinity', day, stamp)).toBe('2027-01-02 00:00:00+00');
    expect(withDate('', day, { date: true, time: false, zone: false })).toBe('2027-01-02');
    const time = { hour: 7, minute: 8, second: 9 };
    expect(withTime('2026-11-26 01:02:03.000100-03', time, stamp)).toBe('2026-11-26 07:08:09.000100-03');
    expect(withTime('2026-11-26 BC', time, { date: true, time: true, zone: false })).toBe('2026-11-26 07:08:09 BC');
    expect(withTime('01:02:03.5+02', time, { date: false, time: true, zone: true })).toBe('07:08:09.5+02');
    expect(withTime('infinity', time, stamp)).toBe('infinity');
  });

  it('are what a type holds', () => {
    expect(temporalKind('timestamp(3) with time zone')).toEqual(stamp);
    expect(temporalKind('DATETIME')).toEqual({ date: true, time: true, zone: false });
    expect(temporalKind('date')).toEqual({ date: true, time: false, zone: false });
    expect(temporalKind('time without time zone')).toEqual({ date: false, time: true, zone: false });
    for (const none of ['interval', 'tstzrange', 'integer', 'year']) expect(temporalKind(none), none).toBeNull();
  });
});

describe('arrays as text', () => {
  it('are read and written as Postgres does', () => {
    expect(arrayItems('{}')).toEqual({ items: [], from: null });
    expect(arrayItems('{1,NULL,"NULL","",a b, c }')).toEqual({ items: ['1', null, 'NULL', '', 'a b', 'c'], from: null });
    expect(arrayItems('[0:1]={a,b}')).toEqual({ items: ['a', 'b'], from: 0 });
    for (const none of ['', 'a', '{', '{a', '{{1},{2}}', '{a,}', '{"a"b}', '{,}']) expect(arrayItems(none), none).toBeNull();
    expect(arrayText({ items: ['a,b', 'c"d', 'e\\f', '', null, 'NULL', ' x'], from: null })).toBe('{"a,b","c\\"d","e\\\\f","",NULL,"NULL"," x"}');
    expect(arrayText({ items: ['a', 'b', 'c'], from: -1 })).toBe('[-1:1]={a,b,c}');
  });

  it('come back whatever is in them', () => {
    const item = fc.option(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('', 'NULL', 'null', '{', '}', '\\', '"', ',', ' ', '\n', '\\"')), { nil: null });
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        expect(arrayItems(arrayText({ items, from: null }))).toEqual({ items, from: null });
      }),
      { numRuns: 3_000 }
    );
  });
});

describe('JSON', () => {
  it('is indented and made compact again without a token changed', () => {
    const text = '{"a":[1.10,-0,12345678901234567890,{}],"b":"x \\u00e9, {y}","a":null}';
    expect(compactJson(indentJson(text)!)).toBe(text);
    expect(compactJson('no')).toBeNull();
  });

  it('says where it stops being JSON', () => {
    expect(jsonFault('{"a": [1, 2]}')).toBeNull();
    expect(jsonFault('{\n "a": 1,\n}')).toMatchObject({ line: 3, column: 1 });
    expect(jsonFault('{"a": 1')).toMatchObject({ line: 1, column: 8 });
    expect(jsonFault('[1,\n2')).toMatchObject({ line: 2, column: 2 });
  });
});
