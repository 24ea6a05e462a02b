import type { Cell } from '../wire/cells';
import type { EncoderInput, RowEncoder } from './rowEncoder';

/** Digits that a column of numbers gives back as they are; a negative zero would lose its sign. */
const DIGITS = /^(?!-0*(?:\.0*)?$)-?\d+(?:\.\d+)?$/;

/** INSERT statements of the connection's own dialect, every value an exact literal. */
export function sqlEncoder({ columns, options, dialect, name, insertClause, out }: EncoderInput): RowEncoder {
  const table = name.schema === null ? dialect.quote(name.relation) : dialect.qualified({ schema: name.schema, relation: name.relation });
  const names = columns.map((c) => dialect.quote(c.name)).join(', ');
  const head = `INSERT INTO ${table} (${names})${insertClause ? ` ${insertClause}` : ''} VALUES\n`;
  const most = Math.max(1, options.rowsPerInsert);
  // Postgres hands numbers over as text: they need no quotes. What SQLite holds as text stays text.
  const isNumber = columns.map(({ family }) => dialect.engine === 'postgres' && (family === 'integer' || family === 'number'));
  const literal = (cell: Cell, at: number): string => (isNumber[at] && typeof cell === 'string' && DIGITS.test(cell) ? cell : dialect.literal(cell));
  let n = 0;
  return {
    row(cells: readonly Cell[]) {
      const values = cells.map(literal).join(', ');
      out.text(`${n === 0 ? head : ',\n'}  (${values})`);
      if (++n === most) {
        out.text(';\n');
        n = 0;
      }
    },
    end() {
      if (n > 0) out.text(';\n');
    }
  };
}
