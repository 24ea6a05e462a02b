/** What a GeoPackage's triggers ask of a geometry: its extent, whether it is empty, its kind and reference system. */
export interface Geometry {
  srid: number;
  /** As GeoPackage names it: "POINT", "MULTIPOLYGON", … */
  kind: string;
  empty: boolean;
  /** Null when it is empty, or cannot be told. */
  bounds: Bounds | null;
}

export interface Bounds {
  minX: number;
  maxX: number;
  minY: number;
  maxY: number;
}

/** Names of WKB's kinds, by their codes. */
const KINDS = [
  'GEOMETRY', 'POINT', 'LINESTRING', 'POLYGON', 'MULTIPOINT', 'MULTILINESTRING', 'MULTIPOLYGON', 'GEOMETRYCOLLECTION',
  'CIRCULARSTRING', 'COMPOUNDCURVE', 'CURVEPOLYGON', 'MULTICURVE', 'MULTISURFACE', 'CURVE', 'SURFACE', 'POLYHEDRALSURFACE',
  'TIN', 'TRIANGLE'
];
const HEADER_BYTES = 8;
/** Bytes of the envelope, by its code in the header's flags. */
const ENVELOPES = [0, 32, 48, 48, 64];

/**
 * Reads a GeoPackage geometry: its header (http://www.geopackage.org/spec/#gpb_format) and, where that names no
 * envelope, the well-known binary behind it. Null when the bytes are none.
 */
export function readGeometry(bytes: Uint8Array): Geometry | null {
  if (bytes.length < HEADER_BYTES || bytes[0] !== 0x47 || bytes[1] !== 0x50) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = bytes[3]!;
  const little = (flags & 1) !== 0;
  const envelope = ENVELOPES[(flags >> 1) & 7];
  if (envelope === undefined || bytes.length < HEADER_BYTES + envelope) return null;
  const srid = view.getInt32(4, little);
  const extended = (flags & 0x20) !== 0;
  const shape = extended ? null : readShape(view, HEADER_BYTES + envelope, envelope === 0);
  let bounds = shape?.bounds ?? null;
  if (envelope > 0) {
    const [minX, maxX, minY, maxY] = [0, 1, 2, 3].map((i) => view.getFloat64(HEADER_BYTES + 8 * i, little)) as [number, number, number, number];
    bounds = Number.isNaN(minX) ? null : { minX, maxX, minY, maxY };
  }
  // An envelope of NaN is that of an empty one.
  const empty = (flags & 0x10) !== 0 || (bounds === null && (shape !== null || envelope > 0));
  return { srid, kind: shape?.kind ?? 'GEOMETRY', empty, bounds: empty ? null : bounds };
}

/** Kind and, where it is wanted, extent of a well-known binary; null when it is broken off or unknown. */
function readShape(view: DataView, from: number, whole: boolean): { kind: string; bounds: Bounds | null } | null {
  try {
    const reader = new WkbReader(view, from);
    const kind = KINDS[whole ? reader.shape() : reader.head().kind];
    return kind === undefined ? null : { kind, bounds: reader.bounds };
  } catch {
    // RangeError: it ends before its time.
    return null;
  }
}

class WkbReader {
  readonly #view: DataView;
  #at: number;
  #bounds: Bounds = { minX: Infinity, maxX: -Infinity, minY: Infinity, maxY: -Infinity };

  constructor(view: DataView, from: number) {
    this.#view = view;
    this.#at = from;
  }

  get bounds(): Bounds | null {
    return this.#bounds.minX > this.#bounds.maxX ? null : this.#bounds;
  }

  /** Reads what a geometry begins with: the code of its kind, numbers a point has beside x and y, and their byte order. */
  head(): { kind: number; more: number; little: boolean } {
    const little = this.#view.getUint8(this.#at) === 1;
    const raw = this.#view.getUint32(this.#at + 1, little);
    this.#at += 5;
    // Dimensions as ISO writes them (thousands), or as PostGIS does (high bits).
    const iso = Math.floor((raw & 0x0fff_ffff) / 1000);
    const more = (iso === 3 ? 2 : iso > 0 ? 1 : 0) + ((raw & 0x8000_0000) !== 0 ? 1 : 0) + ((raw & 0x4000_0000) !== 0 ? 1 : 0);
    if ((raw & 0x2000_0000) !== 0) this.#at += 4;
    return { kind: (raw & 0x0fff_ffff) % 1000, more, little };
  }

  /** Reads one geometry with all that it holds; gives the code of its kind. Throws a RangeError at the end of the bytes. */
  shape(): number {
    const { kind, more, little } = this.head();
    switch (kind) {
      case 1:
        this.#points(1, more, little, false);
        break;
      case 2:
      case 8:
        this.#points(this.#count(little), more, little, kind === 8);
        break;
      case 3:
      case 17:
        for (let rings = this.#count(little); rings > 0; rings--) this.#points(this.#count(little), more, little, false);
        break;
      default:
        if (kind === 0 || kind > 16) throw new RangeError(`no kind ${kind}`);
        for (let parts = this.#count(little); parts > 0; parts--) this.shape();
    }
    return kind;
  }

  #count(little: boolean): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, little);
  }

  #points(count: number, more: number, little: boolean, arcs: boolean): void {
    let before: [number, number][] = [];
    for (let n = 0; n < count; n++) {
      const point: [number, number] = [this.#view.getFloat64(this.#at, little), this.#view.getFloat64(this.#at + 8, little)];
      this.#at += 16 + 8 * more;
      this.#take(...point);
      if (!arcs) continue;
      before.push(point);
      if (before.length < 3) continue;
      this.#arc(before[0]!, before[1]!, point);
      before = [point];
    }
  }

  /** A point of NaN is an empty one. */
  #take(x: number, y: number): void {
    if (Number.isNaN(x) || Number.isNaN(y)) return;
    const b = this.#bounds;
    this.#bounds = { minX: Math.min(b.minX, x), maxX: Math.max(b.maxX, x), minY: Math.min(b.minY, y), maxY: Math.max(b.maxY, y) };
  }

  /** An arc through three points reaches out to those of its circle's four outermost points that lie on it. */
  #arc(a: [number, number], b: [number, number], c: [number, number]): void {
    const closed = a[0] === c[0] && a[1] === c[1];
    const [bx, by, cx, cy] = [b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]];
    const d = 2 * (bx * cy - by * cx);
    if (d === 0 && !closed) return;
    // A full circle has the second point opposite the first.
    const ux = closed ? bx / 2 : (cy * (bx * bx + by * by) - by * (cx * cx + cy * cy)) / d;
    const uy = closed ? by / 2 : (bx * (cx * cx + cy * cy) - cx * (bx * bx + by * by)) / d;
    const radius = Math.hypot(ux, uy);
    const side = (x: number, y: number): number => Math.sign(cx * y - cy * x);
    for (const [dx, dy] of [[radius, 0], [-radius, 0], [0, radius], [0, -radius]] as const) {
      // On the arc is what lies on the second point's side of its chord.
      if (closed || side(ux + dx, uy + dy) === side(bx, by)) this.#take(a[0] + ux + dx, a[1] + uy + dy);
    }
  }
}

/** What stands above a kind: a table of the latter may hold the former. */
const ABOVE: Record<string, string> = {
  ...{ POINT: 'GEOMETRY', CURVE: 'GEOMETRY', SURFACE: 'GEOMETRY', GEOMETRYCOLLECTION: 'GEOMETRY' },
  ...{ LINESTRING: 'CURVE', CIRCULARSTRING: 'CURVE', COMPOUNDCURVE: 'CURVE' },
  ...{ CURVEPOLYGON: 'SURFACE', POLYGON: 'CURVEPOLYGON', POLYHEDRALSURFACE: 'SURFACE', TIN: 'SURFACE', TRIANGLE: 'SURFACE' },
  ...{ MULTIPOINT: 'GEOMETRYCOLLECTION', MULTICURVE: 'GEOMETRYCOLLECTION', MULTISURFACE: 'GEOMETRYCOLLECTION' },
  ...{ MULTILINESTRING: 'MULTICURVE', MULTIPOLYGON: 'MULTISURFACE' }
};

/** Whether a geometry of one kind may stand in a column of another. */
export function isAssignable(wanted: string, kind: string): boolean {
  for (let k: string | undefined = kind.toUpperCase(); k !== undefined; k = ABOVE[k]) if (k === wanted.toUpperCase()) return true;
  return false;
}
