import type { Cell } from '../wire/cells';
import type { EncoderInput, RowEncoder } from './rowEncoder';
import { valueText } from './valueText';

/** A table of Markdown (GFM): numbers to the right, line ends as `<br>`, NULL an empty cell. For people to read. */
export function markdownEncoder({ columns, options, out }: EncoderInput): RowEncoder {
  const safe = (text: string): string =>
    text
      .replace(/[\\|`*_<>[\]]/g, '\\$&')
      .replace(/\r\n?|\n/g, '<br>')
      .trim();
  const line = (fields: string[]): void => out.text(`| ${fields.join(' | ')} |\n`);
  line(columns.map((c) => safe(c.name)));
  line(columns.map((c) => (c.family === 'integer' || c.family === 'number' ? '---:' : '---')));
  return {
    row: (cells: readonly Cell[]) => line(cells.map((cell) => (cell === null ? '' : safe(valueText(cell, options.blobs))))),
    end: () => undefined
  };
}
