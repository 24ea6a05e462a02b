/** A number of one to nine bytes, the way SQLite packs them; null where the bytes end too early. */
export function readVarint(bytes: Uint8Array, at: number): { value: bigint; next: number } | null {
  let value = 0n;
  for (let i = 0; i < 9; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    if (i === 8) return { value: BigInt.asIntN(64, (value << 8n) | BigInt(byte)), next: at + 9 };
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte < 0x80) return { value, next: at + i + 1 };
  }
  return null;
}

/** The same for what is a length or a type; null also where it is more than any of these can be. */
export function readLength(bytes: Uint8Array, at: number): { value: number; next: number } | null {
  const read = readVarint(bytes, at);
  return read && read.value >= 0n && read.value <= 0x7fff_ffffn ? { value: Number(read.value), next: read.next } : null;
}
