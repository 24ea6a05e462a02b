import { describe, expect, it } from 'vitest';
import { closest, fixFor } from '../../src/lib/query/applyHint';
import { excerpt, placeIn, whatWasKept, whereItStopped } from '../../src/lib/query/failureWords';
import { postgres } from '../../workers/dialect/postgres';
import { sqlite } from '../../workers/dialect/sqlite';
import type { EngineErrorData, StatementOutcome } from '../../workers/engine';
import { rentalCatalog } from './catalogFixture';

const outcome = (change: Partial<StatementOutcome>): StatementOutcome => ({
  index: 0, from: 0, to: 0, state: 'done', command: 'SELECT', rows: null, changed: null, ms: 1, notices: [], ...change
});

/** The text after the fix; `|` marks the engine's position, where it gave one. */
function mended(marked: string, error: Partial<EngineErrorData>, dialect = postgres): string | null {
  const at = marked.indexOf('|');
  const sql = marked.replace('|', '');
  const whole: EngineErrorData = { code: '', message: '', ...(at < 0 ? {} : { position: at }), ...error };
  const fix = fixFor(whole, sql, { from: 0, to: sql.length }, dialect, rentalCatalog(dialect.defaultSchema));
  return fix && sql.slice(0, fix.from) + fix.insert + sql.slice(fix.to);
}

describe('a fix', () => {
  it('is what the hint of Postgres names', () => {
    const error = {
      message: 'column r.custmer_id does not exist',
      hint: 'Perhaps you meant to reference the column "r.customer_id".'
    };
    expect(mended('select |r.custmer_id, 1 from rental r', error)).toBe('select r.customer_id, 1 from rental r');
  });

  it('quotes names that need it', () => {
    const error = { message: 'column "unit_price" does not exist', hint: 'Perhaps you meant to reference the column "o.Unit_Price".' };
    expect(mended('select |unit_price from "Order Details" o', error)).toBe('select o."Unit_Price" from "Order Details" o');
  });

  it('changes what stands before the dot when the hint names an alias', () => {
    const error = {
      message: 'invalid reference to FROM-clause entry for table "rental"',
      hint: 'Perhaps you meant to reference the table alias "r".'
    };
    expect(mended('select |rental.rental_id from rental r', error)).toBe('select r.rental_id from rental r');
  });

  it('is the nearest column of the source, without a position too', () => {
    expect(mended('select f.titel from film f', { message: 'no such column: f.titel' }, sqlite)).toBe('select f.title from film f');
    expect(mended('select |titel from film f', { message: 'no such column: titel' }, sqlite)).toBe('select title from film f');
  });

  it('is the nearest relation, alias or function', () => {
    expect(mended('select * from custmer', { message: 'no such table: custmer' }, sqlite)).toBe('select * from customer');
    expect(mended('select * from |flim', { message: 'relation "flim" does not exist' })).toBe('select * from film');
    expect(mended('select |cuont(*) from film', { message: 'no such function: cuont' }, sqlite)).toBe('select count(*) from film');
  });

  it('is none where nothing is near, or the error is another', () => {
    expect(mended('select |zzz from film', { message: 'column "zzz" does not exist' })).toBeNull();
    expect(mended('select |1 / 0', { message: 'division by zero' })).toBeNull();
  });

  it('leaves other places of that name alone', () => {
    const error = { message: 'no such column: titel' };
    expect(mended("select 'titel', |titel from film", error, sqlite)).toBe("select 'titel', title from film");
  });
});

describe('near names', () => {
  it('are at most a third of the letters away', () => {
    expect(closest('custmer_id', ['customer_id', 'store_id'])).toBe('customer_id');
    expect(closest('ab', ['abc', 'xyz'])).toBe('abc');
    expect(closest('abc', ['xyz'])).toBeNull();
    expect(closest('title', ['title', 'titles'])).toBeNull();
  });
});

describe('the words of a failure', () => {
  it('say where', () => {
    expect(placeIn('a\nbcd', 4)).toEqual({ line: 2, column: 3 });
    expect(whereItStopped('pagila', outcome({ index: 1 }), 2, { line: 13, column: 39 }, true)).toBe(
      'pagila stopped at statement 2 of 2, line 13, column 39.'
    );
    expect(whereItStopped('pagila', outcome({}), 1, { line: 3, column: 1 }, false)).toBe('pagila stopped at line 3.');
  });

  it('say what was kept', () => {
    const failed = outcome({ state: 'failed', index: 1 });
    expect(whatWasKept([outcome({ state: 'failed' })], false)).toBe('Nothing was written.');
    expect(whatWasKept([outcome({ resultId: 1, rows: 3 }), failed], false)).toBe('Statement 1 ran and kept its rows; nothing was written.');
    expect(whatWasKept([outcome({ command: 'INSERT', changed: 2 }), failed], false)).toBe('Statement 1 ran, and what it did is kept.');
    expect(whatWasKept([outcome({ command: 'INSERT', changed: 2 }), failed], true)).toMatch(/transaction is open/);
  });

  it('show the line and the one above', () => {
    expect(excerpt('a\nb\nc\nd', 3)).toEqual([{ number: 2, text: 'b' }, { number: 3, text: 'c' }]);
    expect(excerpt('a', 1)).toEqual([{ number: 1, text: 'a' }]);
  });
});
