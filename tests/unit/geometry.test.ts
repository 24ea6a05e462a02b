import { describe, expect, it } from 'vitest';
import { isAssignable, readGeometry } from '../../workers/sqlite/geometry';
import { geoPackageBlob } from '../fixtures/moduleScripts';

/** A header without an envelope before well-known binary that is given in hexadecimal. */
const wkb = (hex: string): Uint8Array => new Uint8Array([0x47, 0x50, 0, 1, 0, 0, 0, 0, ...Uint8Array.from(hex.match(/../g)!, (h) => parseInt(h, 16))]);
const double = (n: number): string => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, n, true);
  return Array.from(new Uint8Array(view.buffer), (b) => b.toString(16).padStart(2, '0')).join('');
};
const word = (n: number): string => Array.from(new Uint8Array(new Uint32Array([n]).buffer), (b) => b.toString(16).padStart(2, '0')).join('');
const shape = (kind: number, ...parts: string[]): string => `01${word(kind)}${parts.join('')}`;
const points = (...numbers: number[]): string => numbers.map(double).join('');

describe('a geometry of GeoPackage', () => {
  it('tells its extent from the envelope, or from what it is made of', () => {
    expect(readGeometry(geoPackageBlob([[1, 2]]))).toEqual({ srid: 4326, kind: 'POINT', empty: false, bounds: { minX: 1, maxX: 1, minY: 2, maxY: 2 } });
    const line = [[3, -2], [-1, 8]] as const;
    for (const envelope of [true, false]) {
      expect(readGeometry(geoPackageBlob(line, envelope))).toMatchObject({ kind: 'LINESTRING', bounds: { minX: -1, maxX: 3, minY: -2, maxY: 8 } });
    }
  });

  it('may be empty in several ways', () => {
    expect(readGeometry(geoPackageBlob([]))).toMatchObject({ empty: true, bounds: null });
    expect(readGeometry(wkb(shape(1, points(NaN, NaN))))).toMatchObject({ empty: true, kind: 'POINT' });
    expect(readGeometry(wkb(shape(7, word(0))))).toMatchObject({ empty: true, kind: 'GEOMETRYCOLLECTION' });
  });

  it('has heights and measures that are passed over, of ISO’s kinds and PostGIS’s', () => {
    for (const kind of [1001, 2001, 0x8000_0001, 0x4000_0001]) {
      const [x, y] = [5, 6];
      const multi = shape(kind + 3, word(2), shape(kind, points(x, y, 99)), shape(kind, points(-x, -y, 99)));
      expect(readGeometry(wkb(multi))).toMatchObject({ kind: 'MULTIPOINT', bounds: { minX: -5, maxX: 5, minY: -6, maxY: 6 } });
    }
    expect(readGeometry(wkb(shape(3003, word(1), word(2), points(1, 2, 99, 99, 3, 4, 99, 99))))).toMatchObject({
      kind: 'POLYGON',
      bounds: { minX: 1, maxX: 3, minY: 2, maxY: 4 }
    });
  });

  it('bulges where it has arcs', () => {
    const arc = (...numbers: number[]) => readGeometry(wkb(shape(8, word(numbers.length / 2), points(...numbers))))!.bounds!;
    const half = arc(-1, 0, Math.SQRT1_2, Math.SQRT1_2, 1, 0);
    expect(half.maxY).toBeCloseTo(1, 12);
    expect(half.minY).toBe(0);
    const lower = arc(-1, 0, 0, -1, 1, 0);
    expect([lower.minY, lower.maxY]).toEqual([-1, 0]);
    const circle = arc(0, 0, 4, 0, 0, 0);
    expect(circle).toEqual({ minX: 0, maxX: 4, minY: -2, maxY: 2 });
    expect(arc(0, 0, 1, 1, 2, 2)).toEqual({ minX: 0, maxX: 2, minY: 0, maxY: 2 });
  });

  it('is none of other bytes, and never more than can be told', () => {
    expect(readGeometry(new Uint8Array())).toBeNull();
    expect(readGeometry(new TextEncoder().encode('some other blob'))).toBeNull();
    const whole = geoPackageBlob([[1, 2], [3, 4]], true);
    for (let n = 0; n < 40; n++) expect(readGeometry(whole.subarray(0, n))?.bounds ?? null).toBeNull();
    expect(readGeometry(whole.subarray(0, 45))).toMatchObject({ bounds: { minX: 1, maxX: 3 }, kind: 'LINESTRING' });
    expect(readGeometry(geoPackageBlob([[1, 2], [3, 4]]).subarray(0, 30))).toMatchObject({ empty: false, bounds: null });
    // More parts than bytes.
    expect(readGeometry(wkb(shape(7, word(0xffff_ffff))))).toMatchObject({ bounds: null });
  });

  it('may stand in a column of a kind above its own', () => {
    expect(isAssignable('geometry', 'MULTIPOLYGON')).toBe(true);
    expect(isAssignable('SURFACE', 'Polygon')).toBe(true);
    expect(isAssignable('POINT', 'LINESTRING')).toBe(false);
    expect(isAssignable('LINESTRING', 'CURVE')).toBe(false);
  });
});
