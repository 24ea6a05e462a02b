import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from 'hyparquet-writer';
import { isBrokenText, isWholeReal, type Cell } from '../wire/cells';
import type { ResultColumn } from '../wire/results';
import type { EncoderInput, RowEncoder } from './rowEncoder';
import { uniqueNames } from './uniqueNames';
import { valueText } from './valueText';

/** Rows of a group: what is held in memory, as columns. */
const GROUP = 50_000;

type ColumnType = Extract<BasicType, 'INT64' | 'DOUBLE' | 'BOOLEAN' | 'BYTE_ARRAY' | 'STRING'>;

const isDouble = (c: Cell): boolean => typeof c === 'number' || (c !== null && isWholeReal(c));
const isInteger = (c: Cell): boolean => typeof c === 'bigint' || (typeof c === 'number' && Number.isSafeInteger(c) && !Object.is(c, -0));

/**
 * What a column is written as. Postgres says it by the type: integers and floats as such, all other exact text. A
 * column of SQLite holds what it holds: the first group of rows says it.
 */
function typeOf(column: ResultColumn, cells: readonly Cell[]): ColumnType {
  if (column.oid !== undefined) {
    if (column.family === 'integer' && /^(?:small|big)?int|^int/.test(column.type)) return 'INT64';
    if (column.family === 'boolean') return 'BOOLEAN';
    if (column.family === 'binary') return 'BYTE_ARRAY';
    return column.type === 'double precision' || column.type === 'real' ? 'DOUBLE' : 'STRING';
  }
  const values = cells.filter((c) => c !== null);
  if (values.length === 0) return 'STRING';
  if (values.every(isInteger)) return 'INT64';
  if (values.every(isDouble)) return 'DOUBLE';
  return values.every((c) => c instanceof Uint8Array) ? 'BYTE_ARRAY' : 'STRING';
}

/** A cell as the column's type has it. Throws where it is of another kind. */
function valueOf(cell: Cell, type: ColumnType, name: string): unknown {
  if (cell === null) return null;
  if (type === 'STRING') return valueText(cell);
  if (type === 'BYTE_ARRAY' && cell instanceof Uint8Array) return cell;
  if (type === 'BOOLEAN') return cell === 't';
  if (type === 'INT64') {
    if (typeof cell === 'string') return BigInt(cell);
    if (isInteger(cell)) return BigInt(cell as number | bigint);
  }
  if (type === 'DOUBLE') {
    if (typeof cell === 'string') return Number(cell);
    if (typeof cell === 'number') return cell;
    if (typeof cell === 'object' && !(cell instanceof Uint8Array) && !isBrokenText(cell) && isWholeReal(cell)) return cell.real;
  }
  throw {
    code: 'refused',
    message: `The column "${name}" holds values of several kinds, which one column of Parquet cannot.`,
    hint: 'Choose another format: CSV, JSON and SQL keep each as it is.'
  };
}

/** Hands over what was written after each group. */
class StreamWriter extends ByteWriter {
  readonly #take: (bytes: Uint8Array) => void;
  constructor(take: (bytes: Uint8Array) => void) {
    super(1 << 16);
    this.#take = take;
  }
  flush(): void {
    this.#take(this.getBytes().slice());
    this.index = 0;
  }
}

/** A Parquet file, a group of rows at a time. */
export function parquetEncoder({ columns, out }: EncoderInput): RowEncoder {
  const names = uniqueNames(columns.map((c) => c.name));
  const writer = new StreamWriter((bytes) => out.bytes(bytes));
  let types: ColumnType[] | null = null;
  let file: ParquetWriter | null = null;
  let held: Cell[][] = columns.map(() => []);

  const write = (): void => {
    types ??= columns.map((column, i) => typeOf(column, held[i]!));
    const known = types;
    const columnData = names.map((name, i) => ({ name, data: held[i]!.map((c) => valueOf(c, known[i]!, name)), type: known[i]!, nullable: true }));
    file ??= new ParquetWriter({ writer, schema: schemaFromColumnData({ columnData }) });
    void file.write({ columnData, rowGroupSize: GROUP });
    held = columns.map(() => []);
  };
  return {
    row(cells) {
      for (let i = 0; i < columns.length; i++) held[i]!.push(cells[i] ?? null);
      if (held[0]?.length === GROUP) write();
    },
    end() {
      if (file === null || held[0]!.length > 0) write();
      void file!.finish();
      writer.flush();
    }
  };
}
