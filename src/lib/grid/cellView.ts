import { isBrokenText, isLongCell, type Cell, type ResultColumn } from '$workers/engine';
import { sizeText, wholeText } from './cellText';
import { hexDump } from './hexDump';
import { indentJson } from './jsonText';
import { endingOf, isSvg, pictureType } from './pictureType';

/** One way to look at a value. */
export type CellLook = 'text' | 'json' | 'hex' | 'picture';

export const LOOK_NAMES: Record<CellLook, string> = { text: 'Text', json: 'JSON', hex: 'Bytes', picture: 'Picture' };

/** Most characters and bytes shown before somebody asks for all. */
export const VIEW_CHARACTERS = 100_000;
export const VIEW_BYTES = 8_192;
/** Most shown at all: of many more a browser dies. */
export const MOST_CHARACTERS = 2_000_000;
export const MOST_BYTES = 1_000_000;

/** A whole value, and all that the cell view says of it. */
export interface ViewedCell {
  /** The ways to look at it, the best first; none for NULL and for empty text. */
  looks: CellLook[];
  /** What it is, in words: `NULL`, `5 characters`, `1 MB, 1,048,576 bytes`. */
  facts: string;
  /** What goes to the clipboard. */
  text: string;
  /** What goes to a file, and the file's ending. */
  file: Uint8Array<ArrayBuffer>;
  ending: string;
  json: string | null;
  picture: string | null;
}

const count = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`;

/** Says all about a whole value. A LongCell is described by its head: fetch it first. */
export function viewCell(cell: Cell, column: ResultColumn): ViewedCell {
  const text = wholeText(cell, column);
  const bytesOf = (): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  if (cell === null) return { looks: [], facts: 'NULL', text, file: bytesOf(), ending: 'txt', json: null, picture: null };

  if (cell instanceof Uint8Array) {
    const picture = pictureType(cell);
    const file = new Uint8Array(cell);
    const facts = cell.length < 1_000 ? count(cell.length, 'byte') : `${sizeText(cell.length)}, ${count(cell.length, 'byte')}`;
    return {
      looks: cell.length === 0 ? [] : picture ? ['picture', 'hex'] : ['hex'],
      facts: cell.length === 0 ? 'An empty blob' : facts,
      text,
      file,
      ending: picture ? endingOf(picture) : 'bin',
      json: null,
      picture
    };
  }
  if (typeof cell === 'object' && isBrokenText(cell)) {
    return {
      looks: ['text', 'hex'],
      facts: `${count(cell.bytes.length, 'byte')} that are not valid UTF-8; � marks the broken places`,
      text,
      file: new Uint8Array(cell.bytes),
      ending: 'txt',
      json: null,
      picture: null
    };
  }
  if (typeof cell === 'string' || (typeof cell === 'object' && isLongCell(cell))) {
    const json = indentJson(text);
    const picture = isSvg(text) ? 'image/svg+xml' : null;
    const looks: CellLook[] = picture ? ['picture', 'text'] : json !== null ? ['json', 'text'] : ['text'];
    return {
      looks: text === '' ? [] : looks,
      facts: text === '' ? 'Empty text' : count([...text].length, 'character'),
      text,
      file: bytesOf(),
      ending: picture ? 'svg' : json !== null ? 'json' : 'txt',
      json,
      picture
    };
  }
  return { looks: ['text'], facts: column.type, text, file: bytesOf(), ending: 'txt', json: null, picture: null };
}

/** A value by a look that is text; cut at a bound unless `all`. */
export function lookText(cell: Cell, viewed: ViewedCell, look: CellLook, all: boolean): { text: string; isCut: boolean } {
  if (look === 'hex') {
    const bytes = cell instanceof Uint8Array ? cell : viewed.file;
    const most = all ? MOST_BYTES : VIEW_BYTES;
    return { text: hexDump(bytes, most), isCut: bytes.length > most };
  }
  const whole = look === 'json' && viewed.json !== null ? viewed.json : viewed.text;
  const most = all ? MOST_CHARACTERS : VIEW_CHARACTERS;
  return whole.length <= most ? { text: whole, isCut: false } : { text: whole.slice(0, most), isCut: true };
}
