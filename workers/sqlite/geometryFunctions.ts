import { isAssignable, readGeometry, type Bounds, type Geometry } from './geometry';
import type { SqliteModule } from './sqliteModule';
import { wasmFunction } from './wasmFunction';

/** What a function of ours gives to SQLite. */
type Result = number | { integer: number } | string | boolean | null;

/** UTF-8, the same for the same arguments, and harmless: a schema's triggers may call it though they are not trusted. */
const FLAGS = 1 | 0x800 | 0x20_0000;
const TRANSIENT = -1;
const BLOB = 4;
const TEXT = 3;

const bound = (name: keyof Bounds) => (geometry: Geometry): Result => geometry.bounds?.[name] ?? null;

/** Functions of one geometry, as triggers of GeoPackage's R*Tree and geometry type extensions call them. */
const OF_GEOMETRY: Record<string, (geometry: Geometry) => Result> = {
  ST_IsEmpty: (geometry) => geometry.empty,
  ST_MinX: bound('minX'),
  ST_MaxX: bound('maxX'),
  ST_MinY: bound('minY'),
  ST_MaxY: bound('maxY'),
  ST_GeometryType: (geometry) => geometry.kind,
  ST_SRID: (geometry) => ({ integer: geometry.srid })
};

interface Registered {
  name: number;
  args: number;
  call: number;
}

const prepared = new WeakMap<SqliteModule, Registered[]>();

/**
 * Gives a connection the functions that a GeoPackage's triggers call. All give NULL for NULL and for what is no
 * geometry of GeoPackage.
 */
export function registerGeometry(module: SqliteModule, db: number): void {
  let functions = prepared.get(module);
  if (!functions) prepared.set(module, (functions = prepare(module)));
  for (const { name, args, call } of functions) module._sqlite3_create_function_v2(db, name, args, FLAGS, 0, call, 0, 0, 0);
}

function prepare(module: SqliteModule): Registered[] {
  const { heap } = module;
  const encoder = new TextEncoder();
  const inMemory = (text: string): number => {
    const bytes = encoder.encode(`${text}\0`);
    const at = module._malloc(bytes.length);
    heap.u8.set(bytes, at);
    return at;
  };
  const give = (context: number, result: Result): void => {
    if (result === null) module._sqlite3_result_null(context);
    else if (typeof result === 'boolean') module._sqlite3_result_int(context, result ? 1 : 0);
    else if (typeof result === 'number') module._sqlite3_result_double(context, result);
    else if (typeof result === 'object') module._sqlite3_result_int(context, result.integer);
    else {
      const at = inMemory(result);
      module._sqlite3_result_text(context, at, encoder.encode(result).length, TRANSIENT);
      module._free(at);
    }
  };
  const register = (name: string, args: number, run: (values: number[]) => Result): Registered => ({
    name: inMemory(name),
    args,
    call: wasmFunction(module.table, 'iii', '', (context: number, count: number, values: number) => {
      const given = Array.from({ length: count }, (_, i) => heap.u32[(values >> 2) + i]!);
      give(context, run(given));
    })
  });
  const geometryOf = (value: number): Geometry | null => {
    if (module._sqlite3_value_type(value) !== BLOB) return null;
    const at = module._sqlite3_value_blob(value);
    return readGeometry(heap.u8.subarray(at, at + module._sqlite3_value_bytes(value)));
  };
  const textOf = (value: number): string | null => {
    return module._sqlite3_value_type(value) === TEXT ? heap.text(module._sqlite3_value_text(value)) : null;
  };
  const ofGeometry = Object.entries(OF_GEOMETRY).map(([name, read]) =>
    register(name, 1, ([value]) => {
      const geometry = geometryOf(value!);
      return geometry && read(geometry);
    })
  );
  return [
    ...ofGeometry,
    register('GPKG_IsAssignable', 2, ([wanted, kind]) => {
      const names = [textOf(wanted!), textOf(kind!)];
      return names[0] == null || names[1] == null ? null : isAssignable(names[0], names[1]);
    })
  ];
}
