import type { Cell } from '../wire/cells';
import type { EncoderInput, RowEncoder } from './rowEncoder';
import { valueText } from './valueText';

const escaped = (text: string): string => text.replace(/[\\^\]-]/g, '\\$&');

/**
 * CSV as RFC 4180 has it. NULL is the text that was chosen for it, never quoted; a value that reads the same is
 * quoted, and so is empty text, so that the two stay apart.
 */
export function csvEncoder({ columns, options, out }: EncoderInput): RowEncoder {
  const { delimiter, nullText, lineEnd, blobs } = options;
  const special = new RegExp(`[${escaped(delimiter)}"\\n\\r]|^\\s|\\s$`);
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const field = (cell: Cell): string => {
    if (cell === null) return nullText;
    const text = valueText(cell, blobs);
    return text === '' || text === nullText || special.test(text) ? quoted(text) : text;
  };
  if (options.bom) out.text('\ufeff');
  if (options.header) out.text(columns.map((c) => field(c.name)).join(delimiter) + lineEnd);
  return {
    row(cells) {
      let line = field(cells[0] ?? null);
      for (let i = 1; i < cells.length; i++) line += delimiter + field(cells[i]!);
      out.text(line + lineEnd);
    },
    end: () => undefined
  };
}
