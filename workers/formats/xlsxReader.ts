import { unzipSync, type Unzipped } from 'fflate';
import type { ReaderInput, RowBatch, RowReader, SourceValue } from './rowReader';
import { uniqueNames } from './uniqueNames';
import { dateStyles, serialText } from './xlsxDates';

const ROWS = 1000;
/** Most bytes of one part of a workbook; beyond it the browser has no text so long. */
const MOST_PART = 480 * 1024 * 1024;

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** XML text as it was meant: entities, and Excel's own escapes (`_x000D_`). */
function plainText(xml: string): string {
  return xml
    .replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex: string, number: string, name: string) =>
      hex ? String.fromCodePoint(parseInt(hex, 16)) : number ? String.fromCodePoint(Number(number)) : (entities[name] ?? all)
    )
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/** The text of a string item: its runs one after another, without the reading aids of Japanese. */
function itemText(xml: string): string {
  let text = '';
  for (const [, inner] of xml.replace(/<rPh\b[\s\S]*?<\/rPh>/g, '').matchAll(/<(?:\w+:)?t(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?t>/g)) text += inner;
  return plainText(text);
}

/** Place of a column from its letters: A is 0. */
function placeOf(letters: string): number {
  let n = 0;
  for (const c of letters) n = n * 26 + c.charCodeAt(0) - 64;
  return n - 1;
}

const attribute = (tag: string, name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];

interface Workbook {
  parts: Unzipped;
  sheets: { name: string; path: string }[];
  is1904: boolean;
}

async function openWorkbook(file: Blob): Promise<Workbook> {
  let parts: Unzipped;
  try {
    parts = unzipSync(new Uint8Array(await file.arrayBuffer()), {
      filter: ({ name }) => /^xl\/(?:workbook\.xml|_rels\/workbook\.xml\.rels|sharedStrings\.xml|styles\.xml|worksheets\/[^/]+\.xml)$/.test(name)
    });
  } catch {
    // fflate says a number only.
    throw { code: 'refused', message: 'This is no Excel workbook, or it is damaged.', hint: 'Save it as .xlsx again, or as CSV.' };
  }
  const book = textOf(parts, 'xl/workbook.xml');
  if (book === '') throw { code: 'refused', message: 'This zip holds no Excel workbook.', hint: 'Save the file as .xlsx, or as CSV.' };
  const targets = new Map<string, string>();
  for (const [tag] of textOf(parts, 'xl/_rels/workbook.xml.rels').matchAll(/<Relationship\b[^>]*>/g)) {
    targets.set(attribute(tag, 'Id') ?? '', attribute(tag, 'Target') ?? '');
  }
  const sheets = [...book.matchAll(/<(?:\w+:)?sheet\b[^>]*>/g)].flatMap(([tag]) => {
    const target = targets.get(attribute(tag, 'r:id') ?? '');
    if (!target) return [];
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    return path in parts ? [{ name: plainText(attribute(tag, 'name') ?? ''), path }] : [];
  });
  return { parts, sheets, is1904: /\bdate1904="(?:1|true)"/.test(book) };
}

function textOf(parts: Unzipped, path: string): string {
  const bytes = parts[path];
  if (!bytes) return '';
  if (bytes.length > MOST_PART) {
    throw { code: 'refused', message: 'This workbook is too large to be read here.', hint: 'Save its sheets as CSV files and import those.' };
  }
  return new TextDecoder().decode(bytes);
}

/** One sheet of an Excel workbook, from the first cell that holds something. Formulas give their stored value. */
export function xlsxReader({ file, options }: ReaderInput): RowReader {
  let names: string[] | null = null;
  const reader: RowReader = { names: () => names ?? [], declared: () => 'text', batches, sheets: undefined };

  async function* batches(): AsyncGenerator<RowBatch> {
    const { parts, sheets, is1904 } = await openWorkbook(file);
    reader.sheets = sheets.map((s) => s.name);
    const sheet = sheets.find((s) => s.name === options.sheet) ?? sheets[0];
    if (!sheet) throw { code: 'refused', message: 'This workbook has no sheet.' };
    const strings = [...textOf(parts, 'xl/sharedStrings.xml').matchAll(/<(?:\w+:)?si(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?si>|<(?:\w+:)?si\s*\/>/g)].map(
      ([, inner]) => itemText(inner ?? '')
    );
    const isDate = dateStyles(textOf(parts, 'xl/styles.xml'));
    const xml = textOf(parts, sheet.path);

    const valueOf = (tag: string, inner: string): SourceValue => {
      const type = attribute(tag, 't') ?? 'n';
      if (type === 'inlineStr') return itemText(inner);
      const raw = /<(?:\w+:)?v(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?v>/.exec(inner)?.[1];
      // A formula whose value was not stored.
      if (raw === undefined || raw === '') return null;
      if (type === 's') return strings[Number(raw)] ?? null;
      if (type === 'b') return raw === '1' ? 'true' : 'false';
      if (type === 'str' || type === 'e' || type === 'd') return plainText(raw);
      return isDate[Number(attribute(tag, 's') ?? 0)] ? serialText(raw, is1904) : shortNumber(raw);
    };

    let batch: RowBatch = { rows: [], lines: [], faults: [], done: 0 };
    let left = -1;
    let width = 0;
    let number = 0;
    for (const [, rowTag, rowInner] of xml.matchAll(/<(?:\w+:)?row\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?row>)/g)) {
      number = Number(attribute(`<row ${rowTag}`, 'r') ?? number + 1);
      const cells: SourceValue[] = [];
      let next = 0;
      for (const [, tag, inner] of (rowInner ?? '').matchAll(/<(?:\w+:)?c\b([^>]*?)(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g)) {
        const place = placeOf(/\br="([A-Z]+)\d*"/.exec(tag!)?.[1] ?? '') ;
        const at = place >= 0 ? place : next;
        next = at + 1;
        if (inner !== undefined) cells[at] = valueOf(tag!, inner);
      }
      const first = cells.findIndex((c) => c !== undefined && c !== null);
      if (first < 0) continue;
      if (!names) {
        left = first;
        width = cells.length - left;
        const heads = Array.from({ length: width }, (_, i) => cells[left + i] ?? null);
        names = options.header ? uniqueNames(heads.map((h) => String(h ?? '').trim()), (n) => n.toLowerCase()) : heads.map((_, i) => `column_${i + 1}`);
        if (options.header) continue;
      }
      batch.rows.push(Array.from({ length: width }, (_, i) => cells[left + i] ?? null));
      batch.lines.push(number);
      if (batch.rows.length < ROWS) continue;
      yield batch;
      batch = { rows: [], lines: [], faults: [], done: 0 };
    }
    batch.done = file.size;
    yield batch;
  }
  return reader;
}

/** Excel writes doubles with up to 17 digits; the shortest text of the same double is what was meant. */
function shortNumber(raw: string): string {
  const text = raw.trim();
  const value = Number(text);
  if (!Number.isFinite(value) || text === '') return text;
  if (/^-?\d+(?:\.\d+)?$/.test(text) && text.replace(/^-?0*\.?0*|[-.]/g, '').length <= 15) return text;
  return String(value);
}
