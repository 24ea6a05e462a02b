/** An item of an array as Postgres writes it: its text, or NULL. */
export type ArrayItem = string | null;

export interface ArrayText {
  items: ArrayItem[];
  /** First index, where it is written: `[0:2]={…}`. */
  from: number | null;
}

const ITEM = /\s*(?:"((?:[^"\\]|\\[^])*)"|([^"{},\\]+|(?:\\[^]|[^"{},\\])+))\s*/y;
const BOUNDS = /^\s*\[([+-]?\d+):([+-]?\d+)\]\s*=\s*/;

/** The items of an array of one dimension; null when the text is none: nested, or not an array at all. */
export function arrayItems(text: string): ArrayText | null {
  const bounds = BOUNDS.exec(text);
  const body = text.slice(bounds?.[0].length ?? 0).trim();
  if (!body.startsWith('{') || !body.endsWith('}') || body.length < 2) return null;
  const inner = body.slice(1, -1);
  const from = bounds ? Number(bounds[1]) : null;
  if (inner.trim() === '') return bounds ? null : { items: [], from };
  const items: ArrayItem[] = [];
  for (let at = 0; ; ) {
    ITEM.lastIndex = at;
    const m = ITEM.exec(inner);
    if (!m) return null;
    at = ITEM.lastIndex;
    if (m[1] !== undefined) items.push(m[1].replace(/\\([^])/g, '$1'));
    else {
      const bare = m[2]!.trim();
      if (bare === '') return null;
      items.push(/^null$/i.test(bare) ? null : bare.replace(/\\([^])/g, '$1'));
    }
    if (at === inner.length) return { items, from };
    if (inner[at] !== ',') return null;
    at++;
  }
}

/** One item as Postgres itself writes it: quoted only where it must be. */
function itemText(item: ArrayItem): string {
  if (item === null) return 'NULL';
  const isPlain = item !== '' && !/[{}",\\\s]/.test(item) && !/^null$/i.test(item);
  return isPlain ? item : `"${item.replace(/["\\]/g, '\\$&')}"`;
}

/** An array as Postgres reads it, byte for byte as it writes it. */
export function arrayText({ items, from }: ArrayText): string {
  const body = `{${items.map(itemText).join(',')}}`;
  return from === null || items.length === 0 ? body : `[${from}:${from + items.length - 1}]=${body}`;
}
