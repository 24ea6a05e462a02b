import type { ChangeTemplate } from '../dialect/changeTemplate';
import type { Dialect } from '../dialect/dialect';
import type { ColumnInfo, RelationInfo } from '../wire/catalog';
import { isBrokenText, isLongCell, type Cell } from '../wire/cells';
import { isDefaultValue, type RowChange } from '../wire/changes';
import { PackedChange } from '../wire/packedCommit';

/** A relation that changes are of. */
export interface ChangedRelation {
  info: RelationInfo;
  /** Triggers run upon its changes, which may change its rows further. */
  hasTriggers: boolean;
}

/** A change with all that is known of it before it runs. */
export interface PreparedChange {
  change: RowChange;
  of: ChangedRelation;
  overwrite: boolean;
  template: ChangeTemplate;
  params: Cell[];
  /** What the statement makes of the row is not known beforehand, and has to come back from it. */
  isRead: boolean;
}

/** What changes of one kind share. */
interface Known {
  template: ChangeTemplate;
  /** For each value of the statement: the new one of a column (its place), the seen one (-1 - its place), null for a place. */
  reads: (number | null)[];
  /** The columns of its new values, where these are all that can make a row other than it was given; else null. */
  keeps: (ColumnInfo | undefined)[] | null;
}

/** The statements of a commit's changes, made once for those that are alike. */
export class ChangeStatements {
  readonly #dialect: Dialect;
  readonly #known = new Map<string, Known>();

  constructor(dialect: Dialect) {
    this.#dialect = dialect;
  }

  /** Throws EngineError `refused` for what cannot be changed. */
  prepare(change: RowChange, of: ChangedRelation, overwrite: boolean): PreparedChange {
    const key = change instanceof PackedChange ? keyOf(change, overwrite) : null;
    if (key === null) {
      const template = this.#dialect.changeTemplate(change, of.info, { overwrite });
      const isRead = change.type !== 'delete' || overwrite || Object.values(change.before).some(isCut);
      return { change, of, overwrite, template, params: template.paramsOf(change), isRead };
    }
    const packed = change as PackedChange;
    let known = this.#known.get(key);
    if (!known) this.#known.set(key, (known = this.#knownOf(packed, of, overwrite)));
    return { change, of, overwrite, template: known.template, params: paramsOf(packed, known), isRead: this.#isRead(packed, known, overwrite) };
  }

  #knownOf(change: PackedChange, of: ChangedRelation, overwrite: boolean): Known {
    const template = this.#dialect.changeTemplate(change, of.info, { overwrite });
    const data = change.dataView.names;
    const before = change.beforeView.names;
    const reads = template.sources.map((source) => {
      if (source.of === 'data') return data.indexOf(source.name);
      return source.of === 'before' ? -1 - before.indexOf(source.name) : null;
    });
    const columns = new Map(of.info.columns.map((column) => [column.name, column]));
    return { template, reads, keeps: this.#isKept(change, of, overwrite) ? data.map((name) => columns.get(name)) : null };
  }

  /** True where nothing but the new values themselves can make the row other than it was given. */
  #isKept(change: PackedChange, { info, hasTriggers }: ChangedRelation, overwrite: boolean): boolean {
    if (!this.#dialect.keeps || hasTriggers || overwrite || this.#dialect.rowIdentity(info).by !== 'key') return false;
    if (Object.values(change.data).some(isDefaultValue)) return false;
    const known = new Set(change.type === 'insert' ? change.dataView.names : change.beforeView.names);
    return info.columns.every((column) => {
      if (column.generated !== null || column.hidden) return false;
      return known.has(column.name) || (change.type === 'insert' && column.default === null && column.keyPlace === 0);
    });
  }

  #isRead(change: PackedChange, { keeps }: Known, overwrite: boolean): boolean {
    if (change.type === 'delete') return overwrite;
    if (keeps === null) return true;
    const view = change.dataView;
    for (let at = 0; at < keeps.length; at++) {
      const column = keeps[at];
      if (!column || !this.#dialect.keeps!(column, view.valueAt(at) as Cell)) return true;
    }
    return false;
  }
}

const isCut = (cell: Cell): boolean => cell !== null && isLongCell(cell);

/** What makes the statements of two changes the same one; null for a value that is cut, which is written into its own. */
function keyOf(change: PackedChange, overwrite: boolean): string | null {
  const { head, dataView, beforeView } = change;
  let kinds = '';
  for (let at = 0; at < dataView.names.length; at++) {
    const value = dataView.valueAt(at);
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) continue;
    if (isDefaultValue(value)) kinds += `d${at}`;
    else if (isLongCell(value)) return null;
  }
  kinds += ' ';
  for (let at = 0; at < beforeView.names.length; at++) {
    const value = beforeView.valueAt(at);
    if (value === null) kinds += 'n';
    else if (typeof value === 'string') kinds += 't';
    else if (typeof value !== 'object' || value instanceof Uint8Array) kinds += 'o';
    else if (isLongCell(value)) return null;
    else kinds += isBrokenText(value) ? 't' : 'o';
  }
  return `${head} ${dataView.shape} ${beforeView.shape} ${overwrite ? 'w' : ''}${change.rowId === undefined ? '' : 'p'} ${kinds}`;
}

function paramsOf(change: PackedChange, { template, reads }: Known): Cell[] {
  if (reads.includes(null)) return template.paramsOf(change);
  const { dataView, beforeView } = change;
  return (reads as number[]).map((at) => (at >= 0 ? (dataView.valueAt(at) as Cell) : beforeView.valueAt(-1 - at)));
}
