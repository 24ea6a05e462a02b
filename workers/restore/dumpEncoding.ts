import type { EngineErrorData } from '../wire/errors';

/** How a dump's bytes are read. Both throw where bytes are not of the encoding. */
export interface DumpEncoding {
  decode(bytes: Uint8Array): string;
  toUtf8(bytes: Uint8Array): Uint8Array;
}

const utf8Decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** UTF-8: rows go on as they are, and the engine itself judges them. */
export const utf8: DumpEncoding = { decode: (bytes) => utf8Decoder.decode(bytes), toUtf8: (bytes) => bytes };

/** ISO 8859-1, byte by byte: what browsers call so is windows-1252. */
const latin1: DumpEncoding = {
  decode(bytes) {
    let text = '';
    for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
    return text;
  },
  toUtf8: (bytes) => encoder.encode(latin1.decode(bytes))
};

/** Server encodings of Postgres (charset.html) by the names that TextDecoder knows. All of them keep ASCII. */
const labels: Record<string, string> = {
  LATIN2: 'iso-8859-2',
  LATIN3: 'iso-8859-3',
  LATIN4: 'iso-8859-4',
  LATIN6: 'iso-8859-10',
  LATIN7: 'iso-8859-13',
  LATIN8: 'iso-8859-14',
  LATIN9: 'iso-8859-15',
  LATIN10: 'iso-8859-16',
  ISO88595: 'iso-8859-5',
  ISO88596: 'iso-8859-6',
  ISO88597: 'iso-8859-7',
  ISO88598: 'iso-8859-8',
  KOI8R: 'koi8-r',
  KOI8: 'koi8-r',
  KOI8U: 'koi8-u',
  WIN866: 'ibm866',
  WIN874: 'windows-874',
  WIN1250: 'windows-1250',
  WIN1251: 'windows-1251',
  WIN: 'windows-1251',
  WIN1252: 'windows-1252',
  WIN1253: 'windows-1253',
  WIN1254: 'windows-1254',
  WIN1255: 'windows-1255',
  WIN1256: 'windows-1256',
  WIN1257: 'windows-1257',
  WIN1258: 'windows-1258',
  EUCJP: 'euc-jp',
  EUCKR: 'euc-kr',
  EUCCN: 'gbk'
};

/** The encoding that `SET client_encoding` names. Throws EngineErrorData for one that cannot be read. */
export function encodingOf(name: string): DumpEncoding {
  const key = name.toUpperCase().replace(/[^A-Z0-9]/g, '');
  // What is SQL_ASCII is read as UTF-8; other bytes are refused where they stand.
  if (['UTF8', 'UNICODE', 'SQLASCII'].includes(key)) return utf8;
  if (key === 'LATIN1' || key === 'ISO88591') return latin1;
  const label = labels[key.replace(/^WINDOWS/, 'WIN')];
  if (!label) {
    throw {
      code: 'unsupported',
      message: `This dump is written in the encoding ${name}, which cannot be read here.`,
      hint: 'Make the dump again with pg_dump --encoding=UTF8.'
    } satisfies EngineErrorData;
  }
  const decoder = new TextDecoder(label, { fatal: true });
  return { decode: (bytes) => decoder.decode(bytes), toUtf8: (bytes) => encoder.encode(decoder.decode(bytes)) };
}
