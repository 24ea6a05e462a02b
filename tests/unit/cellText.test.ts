import { describe, expect, it } from 'vitest';
import { piecesOf, realText, shownCell, sizeText, wholeText } from '../../src/lib/grid/cellText';
import { indentJson } from '../../src/lib/grid/jsonText';
import { hexDump } from '../../src/lib/grid/hexDump';
import { pictureType } from '../../src/lib/grid/pictureType';

const sqlite = {};
const postgres = { oid: 17 };

describe('realText', () => {
  it.each([
    [2, '2.0'],
    [-0, '-0.0'],
    [0, '0.0'],
    [0.1, '0.1'],
    [1 / 3, '0.3333333333333333'],
    [1e15, '1.0e+15'],
    [999999999999999, '999999999999999.0'],
    [1.5e300, '1.5e+300'],
    [1e-4, '0.0001'],
    [1e-5, '1.0e-05'],
    [5e-324, '5.0e-324'],
    [Infinity, 'Inf'],
    [-Infinity, '-Inf'],
    [NaN, 'NaN']
  ])('%s', (value, text) => {
    expect(realText(value)).toBe(text);
    if (Number.isFinite(value)) expect(Number(text)).toBe(value);
  });
});

describe('shownCell', () => {
  it('writes every kind of value exactly', () => {
    expect(shownCell(9007199254740993n, sqlite).text).toBe('9007199254740993');
    expect(shownCell(-5, sqlite).text).toBe('-5');
    expect(shownCell({ real: 2 }, sqlite).text).toBe('2.0');
    expect(shownCell(1234.5, sqlite).text).toBe('1234.5');
    expect(shownCell('16044', postgres).text).toBe('16044');
    expect(shownCell(Uint8Array.of(0xde, 0xad), sqlite).text).toBe("x'dead'");
    expect(shownCell(Uint8Array.of(0xde, 0xad), postgres).text).toBe('\\xdead');
  });
  it('tells NULL, empty text and the text NULL apart', () => {
    expect(shownCell(null, sqlite)).toMatchObject({ kind: 'null' });
    expect(shownCell('', sqlite)).toMatchObject({ kind: 'empty', text: '' });
    expect(shownCell('NULL', sqlite)).toMatchObject({ kind: 'value', text: 'NULL' });
  });
  it('names the size of a blob that is too long to be read', () => {
    expect(shownCell(new Uint8Array(1_000_000), sqlite).text).toBe('1 MB blob');
    expect(shownCell({ long: 'blob', head: new Uint8Array(10), bytes: 1_048_576 }, sqlite).text).toBe('1 MB blob');
  });
  it('cuts text between characters, and says so', () => {
    const shown = shownCell('a'.repeat(999) + '🏠' + 'b', sqlite);
    expect(shown).toMatchObject({ text: 'a'.repeat(999), cut: true });
    expect(shownCell('a'.repeat(1_000), sqlite).cut).toBe(false);
    expect(shownCell({ long: 'text', head: 'abc', bytes: 70_000 }, sqlite)).toMatchObject({ text: 'abc', cut: true });
  });
  it('marks what cannot be seen, without changing the text', () => {
    const text = 'a\tb\nc\u202ed\u0000';
    const pieces = shownCell(text, sqlite).pieces!;
    expect(pieces.map((p) => p.text).join('')).toBe(text);
    expect(pieces.filter((p) => p.mark).map((p) => p.mark)).toEqual(['⇥', '↵', 'U+202E', 'U+0000']);
    expect(shownCell('plain — 日本 🏠', sqlite).pieces).toBeNull();
  });
  it('marks the broken places of text that is not UTF-8, but not a � that somebody wrote', () => {
    expect(shownCell({ text: 'a\ufffdb', bytes: Uint8Array.of(97, 255, 98) }, sqlite)).toMatchObject({ kind: 'broken', text: 'a\ufffdb' });
    expect(shownCell({ text: 'a\ufffdb', bytes: Uint8Array.of(97, 255, 98) }, sqlite).pieces).toHaveLength(3);
    expect(shownCell('a\ufffdb', sqlite).pieces).toBeNull();
  });
  it('leaves line ends alone where text is shown in lines', () => {
    expect(piecesOf('a\nb', false, '\n')).toBeNull();
    expect(piecesOf('a\nb\u200bc', false, '\n')!.map((p) => p.text)).toEqual(['a\nb', '\u200b', 'c']);
  });
});

describe('sizes', () => {
  it.each([[1, '1 byte'], [512, '512 bytes'], [1_500, '1.5 kB'], [16_384, '16 kB'], [999_999, '1 MB'], [3e9, '3 GB']])('%i', (n, text) => {
    expect(sizeText(n)).toBe(text);
  });
});

describe('wholeText', () => {
  it('is empty for NULL', () => expect(wholeText(null, sqlite)).toBe(''));
});

describe('indentJson', () => {
  it('keeps every token as it was written', () => {
    const json = '{"n":12345678901234567890.10,"n":[1e400, {}],"e":"\\u00fc, [x]","t":[]}';
    expect(indentJson(json)).toBe(
      '{\n  "n": 12345678901234567890.10,\n  "n": [\n    1e400,\n    {}\n  ],\n  "e": "\\u00fc, [x]",\n  "t": []\n}'
    );
  });
  it('leaves what is not JSON', () => {
    expect(indentJson('[not json')).toBeNull();
    expect(indentJson('{1,2}')).toBeNull();
    expect(indentJson('12')).toBeNull();
  });
});

describe('bytes', () => {
  it('are dumped sixteen a line', () => {
    expect(hexDump(Uint8Array.from({ length: 18 }, (_, i) => 60 + i), 100)).toBe(
      '0000  3c 3d 3e 3f 40 41 42 43  44 45 46 47 48 49 4a 4b  <=>?@ABCDEFGHIJK\n' +
        `0010  4c 4d${' '.repeat(43)}  LM`
    );
  });
  it('tell a picture by its beginning', () => {
    expect(pictureType(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a))).toBe('image/png');
    expect(pictureType(Uint8Array.of(0xff, 0xd8, 0xff, 0xe0))).toBe('image/jpeg');
    expect(pictureType(new TextEncoder().encode('<?xml version="1.0"?>\n<svg xmlns="x">'))).toBe('image/svg+xml');
    expect(pictureType(Uint8Array.of(1, 2, 3))).toBeNull();
  });
});
