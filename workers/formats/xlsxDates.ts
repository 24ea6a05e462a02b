/** Number formats that are dates by their number alone (ECMA-376, 18.8.30). */
const BUILT_IN = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47, 50, 51, 52, 53, 54, 55, 56, 57, 58]);

/** True for a format code that shows a date or a time. */
export function isDateFormat(code: string): boolean {
  const bare = code.replace(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_./gi, '');
  return /[ymdhs]/i.test(bare) && !/^general$/i.test(bare);
}

/** Which cell styles show dates: by their place in cellXfs. */
export function dateStyles(styles: string): boolean[] {
  const custom = new Map<number, boolean>();
  for (const [tag] of styles.matchAll(/<numFmt\b[^>]*>/g)) {
    const id = /numFmtId="(\d+)"/.exec(tag);
    const code = /formatCode="([^"]*)"/.exec(tag);
    if (id && code) custom.set(Number(id[1]), isDateFormat(code[1]!.replaceAll('&quot;', '"').replaceAll('&amp;', '&')));
  }
  const list = /<cellXfs\b[^>]*>([\s\S]*?)<\/cellXfs>/.exec(styles)?.[1] ?? '';
  return [...list.matchAll(/<xf\b[^>]*>/g)].map(([tag]) => {
    const id = Number(/numFmtId="(\d+)"/.exec(tag)?.[1] ?? 0);
    return custom.get(id) ?? BUILT_IN.has(id);
  });
}

const two = (n: number): string => String(n).padStart(2, '0');

/** A serial day as ISO text: a date, a date with time, or a time alone. Excel's day 60 (29 February 1900) never was. */
export function serialText(raw: string, is1904: boolean): string {
  const value = Number(raw);
  if (!Number.isFinite(value) || value < 0) return raw;
  const whole = Math.floor(value);
  // Excel keeps a millisecond at most; what a double adds beyond it is noise.
  let ms = Math.round((value - whole) * 86_400_000);
  const days = whole + (ms === 86_400_000 ? 1 : 0);
  if (ms === 86_400_000) ms = 0;
  const seconds = Math.floor(ms / 1000);
  const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`;
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
  if (days === 0 && !is1904) return time;
  const first = is1904 ? Date.UTC(1904, 0, 1) : days < 60 ? Date.UTC(1899, 11, 31) : Date.UTC(1899, 11, 30);
  const date = new Date(first + days * 86_400_000).toISOString().slice(0, 10);
  return ms === 0 ? date : `${date} ${time}`;
}
