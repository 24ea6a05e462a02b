import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { isWholeReal, type Cell } from '../wire/cells';
import type { ResultColumn } from '../wire/results';
import type { EncoderInput, RowEncoder } from './rowEncoder';
import { valueText } from './valueText';

/** What Excel takes: rows of a sheet, characters of a cell, digits of a number that it does not round. */
const MOST_ROWS = 1_048_576;
const MOST_CHARACTERS = 32_767;
const MOST_COLUMNS = 16_384;
/** XML that is gathered before it is deflated. */
const PIECE = 256 * 1024;

const encoder = new TextEncoder();
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http' + '://schemas.openxmlformats.org/spreadsheetml/2006/main';
const PACKAGE = 'http' + '://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http' + '://schemas.openxmlformats.org/officeDocument/2006/relationships';

const marks: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text as XML; what XML 1.0 cannot hold is written as Excel writes it (`_x0001_`). */
export function xmlText(text: string): string {
  return (
    text
      .replace(/_x[0-9A-Fa-f]{4}_/g, '_x005F$&')
      // eslint-disable-next-line no-control-regex
      .replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
      .replace(/[&<>"]/g, (c) => marks[c]!)
  );
}

/** Name of a column by its place from 0: A, B, … Z, AA. */
export function columnLetters(place: number): string {
  let letters = '';
  for (let n = place + 1; n > 0; n = Math.floor((n - 1) / 26)) letters = String.fromCharCode(65 + ((n - 1) % 26)) + letters;
  return letters;
}

/** A number that Excel keeps as it is, at most 15 digits; undefined for all else. */
function exactNumber(text: string): string | undefined {
  if (!/^-?\d+(?:\.\d+)?$/.test(text)) return undefined;
  const digits = text.replace(/^-?0*/, '').replace('.', '').replace(/^0+/, '');
  return digits.length <= 15 ? text : undefined;
}

/** What stands in a cell besides its place: `t="n"><v>1</v>`; empty for NULL. */
function content(cell: Cell, column: ResultColumn, blobs: 'hex' | 'base64'): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || isWholeReal(cell)) {
    const value = typeof cell === 'number' ? cell : cell.real;
    if (Number.isFinite(value) && (!Number.isInteger(value) || Math.abs(value) < 1e15)) return `><v>${value}</v>`;
  }
  const text = valueText(cell, blobs);
  const isNumber = column.family === 'integer' || column.family === 'number';
  const number = isNumber && typeof cell === 'string' ? exactNumber(text) : undefined;
  if (number !== undefined) return `><v>${number}</v>`;
  if (column.family === 'boolean' && (text === 't' || text === 'f')) return ` t="b"><v>${text === 't' ? 1 : 0}</v>`;
  if (text.length > MOST_CHARACTERS) {
    throw {
      code: 'refused',
      message: `Excel takes at most 32,767 characters in a cell; a value of "${column.name}" has ${text.length.toLocaleString('en')}.`,
      hint: 'Choose another format: CSV, JSON and SQL keep it whole.'
    };
  }
  const kept = /^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : '';
  return ` t="inlineStr"><is><t${kept}>${xmlText(text)}</t></is>`;
}

/** A name as a sheet may have it. */
const sheetName = (name: string, number: number): string => {
  const safe = name.replace(/[[\]:*?/\\]/g, '_').replace(/^'|'$/g, '_').slice(0, 27) || 'Rows';
  return number === 1 ? safe : `${safe} ${number}`;
};

/**
 * An Excel workbook, streamed: a sheet of a million rows, then the next. Numbers beyond 15 digits, dates and bytes
 * are text, for Excel would change them.
 */
export function xlsxEncoder({ columns, options, name, out }: EncoderInput): RowEncoder {
  if (columns.length > MOST_COLUMNS) {
    throw { code: 'refused', message: `Excel takes at most 16,384 columns; these rows have ${columns.length}.` };
  }
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    out.bytes(chunk);
  });
  const letters = columns.map((_, i) => columnLetters(i));
  const sheets: string[] = [];
  let sheet: ZipDeflate | null = null;
  let xml = '';
  let row = 0;

  const push = (last = false): void => {
    sheet!.push(encoder.encode(xml), last);
    xml = '';
  };
  const write = (fields: string[]): void => {
    row++;
    xml += `<row r="${row}">`;
    for (const [i, field] of fields.entries()) if (field !== '') xml += `<c r="${letters[i]}${row}"${field}</c>`;
    xml += '</row>';
    if (xml.length > PIECE) push();
  };
  const beginSheet = (): void => {
    sheets.push(sheetName(name.relation, sheets.length + 1));
    sheet = new ZipDeflate(`xl/worksheets/sheet${sheets.length}.xml`, { level: 4 });
    zip.add(sheet);
    row = 0;
    xml = `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>`;
    write(columns.map((c) => ` t="inlineStr" s="1"><is><t xml:space="preserve">${xmlText(c.name)}</t></is>`));
  };
  const endSheet = (): void => {
    xml += '</sheetData></worksheet>';
    push(true);
  };
  const add = (path: string, text: string): void => {
    const file = new ZipPassThrough(path);
    zip.add(file);
    file.push(encoder.encode(HEAD + text), true);
  };

  beginSheet();
  return {
    row(cells) {
      if (row === MOST_ROWS) {
        endSheet();
        beginSheet();
      }
      write(cells.map((cell, i) => content(cell, columns[i]!, options.blobs)));
    },
    end() {
      endSheet();
      const numbers = sheets.map((_, i) => i + 1);
      add('xl/workbook.xml', `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets
        .map((called, i) => `<sheet name="${xmlText(called)}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`)
        .join('')}</sheets></workbook>`);
      add('xl/styles.xml', `<styleSheet xmlns="${MAIN}"><fonts count="2"><font/><font><b/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>`);
      const relation = (id: string, type: string, target: string): string => `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
      add('xl/_rels/workbook.xml.rels', `<Relationships xmlns="${PACKAGE}/relationships">${numbers
        .map((n) => relation(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`))
        .join('')}${relation('rIdStyles', 'styles', 'styles.xml')}</Relationships>`);
      add('_rels/.rels', `<Relationships xmlns="${PACKAGE}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`);
      const type = (path: string, kind: string): string => `<Override PartName="${path}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${kind}+xml"/>`;
      add('[Content_Types].xml', `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${type('/xl/workbook.xml', 'sheet.main')}${type('/xl/styles.xml', 'styles')}${numbers
        .map((n) => type(`/xl/worksheets/sheet${n}.xml`, 'worksheet'))
        .join('')}</Types>`);
      zip.end();
    }
  };
}
