import { describe, expect, it } from 'vitest';
import type { Cell, ResultColumn } from '../../workers/engine';
import { shownCell, SHOWN_TEXT } from '../../src/lib/grid/cellText';
import { viewCell } from '../../src/lib/grid/cellView';
import { compactJson, indentJson, jsonFault } from '../../src/lib/grid/jsonText';
import { nameOfFile } from '../../src/lib/projects/project';
import { sniffText } from '../../src/lib/workspace/sniffText';

const column = { name: 'c', family: 'text' } as unknown as ResultColumn;
const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;

describe('hostile content', () => {
  it('controls, ANSI and marks that turn text are told apart from the text, which stays as it is', () => {
    const text = 'a\u001b[31mred\u001b[0m \u202egpj.exe\u202c \u2066x\u2069 \u200b\u0000';
    const shown = shownCell(text, column);
    expect(shown.text).toBe(text);
    expect(shown.pieces!.map((p) => p.text).join('')).toBe(text);
    expect(shown.pieces!.filter((p) => p.mark).map((p) => p.mark)).toEqual(
      ['U+001B', 'U+001B', 'U+202E', 'U+202C', 'U+2066', 'U+2069', 'U+200B', 'U+0000']
    );
  });

  it('a text of 100 MB takes no more of the page than its beginning', () => {
    const huge = 'x'.repeat(100_000_000);
    expect(shownCell(huge, column)).toMatchObject({ text: 'x'.repeat(SHOWN_TEXT), cut: true, pieces: null });
  });

  it('JSON that is nested a million times is text like any other', () => {
    expect(jsonFault(deep)).toBeNull();
    expect(indentJson(deep)).toBeNull();
    expect(compactJson(deep)).toBe(deep);
    expect(viewCell(deep as Cell, column)).toMatchObject({ looks: ['text'], json: null, facts: '2,000,000 characters' });
    expect(shownCell(deep, column).cut).toBe(true);
    expect(indentJson('[[1]]')).toBe('[\n  [\n    1\n  ]\n]');
  });

  it('names of files are names, whatever they look like', () => {
    expect(nameOfFile('<img src=x onerror=alert(1)>.sqlite')).toBe('<img src=x onerror=alert(1)>');
    expect(nameOfFile('../../etc/passwd.db')).toBe('passwd');
    expect(nameOfFile('report\u202etxt.sqlite')).toBe('report\ufffdtxt');
    expect(nameOfFile('\u001b[31mred.db')).toBe('\ufffd[31mred');
  });

  it('texts that make patterns run for ever do not', () => {
    for (const text of [`${'/*'.repeat(30_000)}`, `${'--\n'.repeat(20_000)}`, `CREATE ${' '.repeat(60_000)}`, '"'.repeat(60_000), `${'a,"'.repeat(20_000)}`]) {
      expect(sniffText(text, false).kind).toBeDefined();
    }
  });
});
