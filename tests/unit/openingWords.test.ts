import { expect, test } from 'vitest';
import { reportText } from '../../src/lib/home/reportText';
import { openingWords } from '../../src/lib/shell/openingWords';
import type { OpenReport, RestoreReport } from '../../workers/engine';

const report: OpenReport = {
  engine: 'postgres',
  version: 'PostgreSQL 18.0',
  storage: 'opfs',
  readOnly: null,
  notices: [],
  bytes: 1,
  save: { saved: true, done: 0, total: 0 }
};
const restore: RestoreReport = {
  statements: 412,
  skipped: 27,
  refused: [
    {
      line: 31,
      text: 'CREATE EXTENSION\n  plpython3u;\n',
      error: { code: '0A000', message: 'extension "plpython3u" is not available', hint: 'It is not part of this build.' }
    }
  ],
  rows: 10,
  ms: 5
};

test('an opening without anything to say says nothing', () => {
  expect(openingWords(report)).toBeNull();
  expect(openingWords({ ...report, restore: { ...restore, refused: [] } })).toBeNull();
});

test('what could not run is counted, what was cut off is said, notices follow', () => {
  expect(openingWords({ ...report, restore })).toBe('is open; 1 of 412 statements could not run.');
  expect(openingWords({ ...report, restore: { ...restore, refused: [], truncated: 'The dump ends within a quote.' } })).toBe(
    'The dump ends within a quote.'
  );
  const notices = [
    { severity: 'warning', message: 'This database is damaged.' },
    { severity: 'warning', message: 'More.' }
  ];
  expect(openingWords({ ...report, notices })).toBe('is open. This database is damaged. 1 more notice.');
});

test('those that the report does not list are counted all the same', () => {
  const long = { ...restore, statements: 5000, refusedMore: 1200 };
  expect(openingWords({ ...report, restore: long })).toBe('is open; 1,201 of 5,000 statements could not run.');
  expect(reportText(long)).toMatch(/^1201 of 5000 statements could not run\n\nThe first 1 of them:\n\n-- line 31/);
});

test('a copied report holds each statement, with line, reason, code and hint', () => {
  const text = reportText(restore);
  expect(text).toContain('1 of 412 statements could not run');
  expect(text).toContain('-- line 31: extension "plpython3u" is not available (0A000)\n-- It is not part of this build.');
  expect(text).toContain('CREATE EXTENSION\n  plpython3u;');
});
