import type { Cell } from '../wire/cells';
import type { EncoderInput, RowEncoder } from './rowEncoder';
import { valueText } from './valueText';

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const safe = (text: string): string => text.replace(/[&<>"]/g, (c) => marks[c]!);

/** A page with one table, no script; NULL is marked by its class, so that it is not empty text. */
export function htmlEncoder({ columns, options, name, out }: EncoderInput): RowEncoder {
  const title = safe(name.relation);
  const heads = columns.map((c) => `<th scope="col">${safe(c.name)}</th>`).join('');
  out.text(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; margin: 24px; }
table { border-collapse: collapse; }
th, td { border: 1px solid #ccc; padding: 2px 8px; text-align: left; vertical-align: top; white-space: pre-wrap; }
.n { text-align: right; }
.null::after { content: "NULL"; color: #888; font-style: italic; }
</style>
</head>
<body>
<table>
<caption>${title}</caption>
<thead><tr>${heads}</tr></thead>
<tbody>
`);
  const right = columns.map((c) => c.family === 'integer' || c.family === 'number');
  return {
    row(cells: readonly Cell[]) {
      const fields = cells.map((cell, i) => {
        if (cell === null) return '<td class="null"></td>';
        return `<td${right[i] ? ' class="n"' : ''}>${safe(valueText(cell, options.blobs))}</td>`;
      });
      out.text(`<tr>${fields.join('')}</tr>\n`);
    },
    end: () => out.text('</tbody>\n</table>\n</body>\n</html>\n')
  };
}
