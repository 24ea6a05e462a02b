const PER_LINE = 16;

/**
 * Bytes as a hex dump: place, sixteen bytes, what they are as ASCII.
 * @param most bytes shown at most
 */
export function hexDump(bytes: Uint8Array, most: number): string {
  const lines: string[] = [];
  const end = Math.min(bytes.length, most);
  const digits = Math.max(4, (bytes.length - 1).toString(16).length);
  for (let at = 0; at < end; at += PER_LINE) {
    const part = bytes.subarray(at, Math.min(at + PER_LINE, end));
    let hex = '';
    let ascii = '';
    for (let i = 0; i < PER_LINE; i++) {
      const b = part[i];
      hex += b === undefined ? '   ' : ` ${b.toString(16).padStart(2, '0')}`;
      if (i === 7) hex += ' ';
      if (b !== undefined) ascii += b >= 0x20 && b < 0x7f ? String.fromCharCode(b) : '·';
    }
    lines.push(`${at.toString(16).padStart(digits, '0')} ${hex}  ${ascii}`);
  }
  return lines.join('\n');
}
