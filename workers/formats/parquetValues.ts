import type { SchemaElement } from 'hyparquet';
import type { DeclaredKind, SourceValue } from './rowReader';
import { hexText } from './valueText';

/** What a column's values are, by its schema. */
export function parquetKind(element: SchemaElement): DeclaredKind {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (element.num_children) return 'json';
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return 'numeric';
  if (converted === 'DATE') return 'date';
  if (converted?.startsWith('TIMESTAMP') || logical?.type === 'TIMESTAMP' || type === 'INT96') {
    return logical?.type === 'TIMESTAMP' && logical.isAdjustedToUTC ? 'timestamptz' : 'timestamp';
  }
  if (converted?.startsWith('TIME') || logical?.type === 'TIME') return 'time';
  if (converted === 'JSON') return 'json';
  if (logical?.type === 'UUID') return 'uuid';
  if (converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || converted === 'INTERVAL') return 'string';
  if (type === 'BOOLEAN') return 'boolean';
  if (type === 'FLOAT' || type === 'DOUBLE') return 'real';
  if (type === 'INT32' || type === 'INT64') return 'number';
  return 'binary';
}

/** An integer of big-endian bytes, two's complement. */
function signedOf(bytes: Uint8Array): bigint {
  let n = 0n;
  for (const byte of bytes) n = (n << 8n) | BigInt(byte);
  return bytes.length > 0 && bytes[0]! >= 0x80 ? n - (1n << BigInt(bytes.length * 8)) : n;
}

/** An unscaled integer with its point. */
function decimalText(unscaled: bigint, scale: number): string {
  if (scale === 0) return String(unscaled);
  const sign = unscaled < 0n ? '-' : '';
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** Months, days and milliseconds, each four bytes. */
function intervalText(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [months, days, millis] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
  return `${months} mons ${days} days ${millis / 1000} secs`;
}

/** Nested values as JSON; bigints keep their digits. */
function jsonText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : `"${value}"`;
  if (typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (value instanceof Uint8Array) return JSON.stringify(hexText(value));
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return `[${[...(value as Iterable<unknown>)].map(jsonText).join(',')}]`;
  return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}:${jsonText(inner)}`).join(',')}}`;
}

/** A value of a column as exact text, bytes, or NULL. */
export function parquetText(value: unknown, element: SchemaElement): SourceValue {
  if (value === null || value === undefined) return null;
  const kind = parquetKind(element);
  if (kind === 'json') return typeof value === 'string' ? value : jsonText(value);
  if (kind === 'numeric') {
    const unscaled = value instanceof Uint8Array ? signedOf(value) : BigInt(value as number | bigint);
    return decimalText(unscaled, element.scale ?? 0);
  }
  if (value instanceof Uint8Array) return element.converted_type === 'INTERVAL' ? intervalText(value) : value;
  if (kind === 'time') {
    const isMillis = element.converted_type === 'TIME_MILLIS' || (element.logical_type?.type === 'TIME' && element.logical_type.unit === 'MILLIS');
    const isNanos = element.logical_type?.type === 'TIME' && element.logical_type.unit === 'NANOS';
    const n = BigInt(value as number | bigint);
    return clock(isMillis ? n * 1000n : isNanos ? n / 1000n : n);
  }
  if (kind === 'timestamptz') return `${String(value as string)}+00`;
  if (Object.is(value, -0)) return '-0';
  return String(value as string | number | bigint | boolean);
}

/** Millionths of a second since midnight as text. */
export function clock(micros: bigint): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const seconds = Number(micros / 1_000_000n);
  const fraction = String(micros % 1_000_000n).padStart(6, '0').replace(/0+$/, '');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction ? `.${fraction}` : ''}`;
}
