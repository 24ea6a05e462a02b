import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StatementIndex, type SqlText } from '../../src/lib/editor/statementIndex';
import { postgres } from '../../workers/dialect/postgres';
import { sqlite } from '../../workers/dialect/sqlite';

const textOf = (s: string): SqlText => ({ length: s.length, sliceString: (from, to) => s.slice(from, to) });

function indexOf(script: string, dialect = postgres): StatementIndex {
  const index = new StatementIndex(dialect, textOf(script));
  while (index.scan());
  return index;
}

/** The statement that Run takes at `|`. */
function at(marked: string, dialect = postgres): string | null {
  const pos = marked.indexOf('|');
  const script = marked.replace('|', '');
  const part = indexOf(script, dialect).at(pos);
  return part && script.slice(part.from, part.to);
}

describe('the statement at the cursor', () => {
  it.each([
    ['inside one', 'select 1; sel|ect 2; select 3', 'select 2'],
    ['at its first letter', 'select 1; |select 2', 'select 2'],
    ['right behind its semicolon', 'select 1;| select 2', 'select 1'],
    ['at the end without a semicolon', 'select 1;\nselect 2|', 'select 2'],
    ['on the line below it', 'select 1;\n\n|\n\nselect 2', 'select 1'],
    ['before the first', '\n|\nselect 1', 'select 1'],
    ['in the blank after the last', 'select 1;\n|', 'select 1'],
    ['in a string with a semicolon', "select 'a;|b'; select 2", "select 'a;b'"],
    ['in a dollar body', 'do $$ begin perform 1;| end $$; select 2', 'do $$ begin perform 1; end $$']
  ])('%s', (_, marked, expected) => {
    expect(at(marked)).toBe(expected);
  });

  it('takes the comment lines right above along', () => {
    const script = 'select 1; -- of the first\n-- far away\n\n-- name: Late returns\n-- second line\nsel|ect 2';
    expect(at(script)).toBe('-- name: Late returns\n-- second line\nselect 2');
  });

  it('is chosen by a cursor in those comments', () => {
    expect(at('select 1;\n\n-- name: |two\nselect 2;')).toBe('-- name: two\nselect 2');
  });

  it('keeps a trigger of SQLite whole', () => {
    const trigger = 'create trigger t after insert on a begin update b set x = 1; delete from c; end';
    expect(at(`select 1; ${trigger.replace('delete', 'del|ete')}; select 2`, sqlite)).toBe(trigger);
  });

  it('is null where there is none', () => {
    expect(at('-- only words|\n')).toBeNull();
    expect(at('|')).toBeNull();
  });
});

describe('finding statements piece by piece', () => {
  const many = Array.from({ length: 9000 }, (_, i) => `insert into t values (${i}, 'a;b');`).join('\n');

  it('gives what one look at the whole gives', () => {
    const whole = postgres.split(many);
    const found = indexOf(many).parts;
    expect(many.length).toBeGreaterThan(3 * 65_536);
    expect(found.length).toBe(whole.length);
    expect(found.map((p) => [p.statement.from, p.to])).toEqual(whole.map((s) => [s.from, s.to]));
  });

  it('grows its piece over a statement that does not end', () => {
    const long = `select '${'x'.repeat(200_000)}'; select 2`;
    expect(indexOf(long).parts.map((p) => p.to - p.from)).toEqual([200_009, 8]);
  });

  it('looks no further than it must', () => {
    const index = new StatementIndex(postgres, textOf(many));
    index.scan();
    expect(index.knows(100)).toBe(true);
    expect(index.knows(many.length - 10)).toBe(false);
  });

  it('is the same after any edit as from the beginning', () => {
    const piece = fc.constantFrom('select 1', ';', "'", '\n', '-- c\n', 'update t set a = 2', ' ', '$$', '/* x */');
    const script = fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(script, script, fc.nat(), fc.nat(20), (text, insert, place, cut) => {
        const from = place % (text.length + 1);
        const to = Math.min(text.length, from + cut);
        const after = text.slice(0, from) + insert + text.slice(to);
        const edited = indexOf(text).changed(textOf(after), from);
        while (edited.scan());
        expect(edited.parts.map((p) => [p.from, p.to, p.end])).toEqual(indexOf(after).parts.map((p) => [p.from, p.to, p.end]));
      }),
      { numRuns: 500 }
    );
  });
});

describe('the stretch around a cursor', () => {
  it('reaches from semicolon to semicolon', () => {
    const script = 'select 1; select a from \n ; select 3';
    const { from, to } = indexOf(script).around(24);
    expect(script.slice(from, to)).toBe(' select a from \n ');
  });

  it('reaches to the end where nothing closes it', () => {
    const script = 'select 1; select a from ';
    const { from, to } = indexOf(script).around(script.length);
    expect(script.slice(from, to)).toBe(' select a from ');
  });
});
