/** A field of pasted text. */
export interface TsvField {
  text: string;
  /** Written in quotes: empty text, where an empty field without them is nothing. */
  quoted: boolean;
}

/**
 * Tab-separated text as spreadsheets and our own copy write it: a field in quotes may hold tabs, line ends and doubled
 * quotes. A line end after the last row begins no other.
 */
export function parseTsv(text: string): TsvField[][] {
  const rows: TsvField[][] = [];
  let row: TsvField[] = [];
  let at = 0;
  while (at < text.length) {
    const closed = text[at] === '"' ? /"((?:[^"]|"")*)"(?=\t|\r?\n|\r|$)/y : null;
    if (closed) closed.lastIndex = at;
    const quoted = closed?.exec(text) ?? null;
    if (quoted) {
      row.push({ text: quoted[1]!.replaceAll('""', '"'), quoted: true });
      at += quoted[0].length;
    } else {
      const end = /[\t\r\n]|$/g;
      end.lastIndex = at;
      const to = end.exec(text)!.index;
      row.push({ text: text.slice(at, to), quoted: false });
      at = to;
    }
    if (text[at] === '\t') {
      at++;
      // A tab at the very end has an empty field behind it.
      if (at === text.length) row.push({ text: '', quoted: false });
      continue;
    }
    rows.push(row);
    row = [];
    if (text[at] === '\r' && text[at + 1] === '\n') at += 2;
    else at++;
  }
  if (row.length > 0) rows.push(row);
  return rows;
}
