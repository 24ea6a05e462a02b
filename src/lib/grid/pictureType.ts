const ascii = (bytes: Uint8Array, from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));

/** The media type of a picture, told by its first bytes; null when it is none that a browser draws. */
export function pictureType(bytes: Uint8Array): string | null {
  if (bytes[0] === 0x89 && ascii(bytes, 1, 8) === 'PNG\r\n\x1a\n') return 'image/png';
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg';
  if (/^GIF8[79]a/.test(ascii(bytes, 0, 6))) return 'image/gif';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(bytes, 4, 12) === 'ftypavif') return 'image/avif';
  if (isSvg(ascii(bytes, 0, 1_000))) return 'image/svg+xml';
  return null;
}

/** True for text that is an SVG drawing. */
export const isSvg = (text: string): boolean => /^\ufeff?\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(text);

const ENDINGS: Record<string, string> = { 'image/svg+xml': 'svg', 'image/jpeg': 'jpg' };

/** The ending of a file of this type: `png`. */
export const endingOf = (type: string): string => ENDINGS[type] ?? type.slice(type.indexOf('/') + 1);
