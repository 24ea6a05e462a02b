import fc from 'fast-check';
import { expect, it } from 'vitest';
import { copyRange } from '$lib/grid/clipboard';
import { parseTsv } from '$lib/grid/tsv';

const texts = (text: string) => parseTsv(text).map((row) => row.map((f) => (f.quoted && f.text === '' ? '""' : f.text)));

it.each<[string, string[][]]>([
  ['a\tb\nc\td', [['a', 'b'], ['c', 'd']]],
  ['a\tb\r\nc\td\r\n', [['a', 'b'], ['c', 'd']]],
  ['a\t\n\tb', [['a', ''], ['', 'b']]],
  ['a\t', [['a', '']]],
  ['"two\nlines"\t"say ""hi"""', [['two\nlines', 'say "hi"']]],
  ['""\tx', [['""', 'x']]],
  ['"not closed\tx', [['"not closed', 'x']]],
  ['5" wide\t"6" wide', [['5" wide', '"6" wide']]],
  ['one', [['one']]],
  ['a\n\nb', [['a'], [''], ['b']]]
])('%j', (text, wanted) => {
  expect(texts(text)).toEqual(wanted);
});

it('reads back what the grid copies, NULL and empty text told apart', async () => {
  const cell = fc.oneof(fc.constant(null), fc.string(), fc.constantFrom('', '"', '\t', 'a\nb', '"a"\t', '\r\n'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(cell, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 5 }), async (rows) => {
      const column = { name: 'c', type: 'text', family: 'text' as const };
      const range = { top: 0, left: 0, bottom: rows.length - 1, right: 1 };
      const { text } = await copyRange({ range, columns: [column, column], rows: async () => rows }, new AbortController().signal);
      const back = parseTsv(text).map((row) => row.map((f) => (f.text === '' && !f.quoted ? null : f.text)));
      expect(back).toEqual(rows);
    }),
    { numRuns: 500 }
  );
});
