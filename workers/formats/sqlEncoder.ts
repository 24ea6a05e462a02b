import type { Cell } from '../wire/cells';
import type { EncoderInput, RowEncoder } from './rowEncoder';

/** INSERT statements of the connection's own dialect, every value an exact literal. */
export function sqlEncoder({ columns, options, dialect, name, insertClause, out }: EncoderInput): RowEncoder {
  const table = name.schema === null ? dialect.quote(name.relation) : dialect.qualified({ schema: name.schema, relation: name.relation });
  const names = columns.map((c) => dialect.quote(c.name)).join(', ');
  const head = `INSERT INTO ${table} (${names})${insertClause ? ` ${insertClause}` : ''} VALUES\n`;
  const most = Math.max(1, options.rowsPerInsert);
  let n = 0;
  return {
    row(cells: readonly Cell[]) {
      const values = cells.map((cell) => dialect.literal(cell)).join(', ');
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
