import type { ArchiveChoice, ArchiveContents, ArchiveTable } from '$workers/engine';

/** What is ticked of an archive, before it is restored. All of it at first. */
export class ArchiveSelection {
  readonly contents: ArchiveContents;
  largeObjects = $state(true);
  #without = $state.raw<ReadonlySet<number>>(new Set());
  #empty = $state.raw<ReadonlySet<number>>(new Set());

  constructor(contents: ArchiveContents) {
    this.contents = contents;
  }

  /** Whether it comes: neither it nor what it stands on is left out. */
  has(table: ArchiveTable): boolean {
    return !this.#without.has(table.id) && this.lacks(table).length === 0;
  }

  /** What it stands on and is left out. */
  lacks(table: ArchiveTable): readonly number[] {
    return table.needs.filter((id) => this.#without.has(id));
  }

  hasRows(table: ArchiveTable): boolean {
    return table.hasRows && this.has(table) && !this.#empty.has(table.id);
  }

  /** With a table comes what it stands on. */
  take(tables: readonly ArchiveTable[], wanted: boolean): void {
    const ids = tables.flatMap(({ id, needs }) => (wanted ? [id, ...needs] : [id]));
    this.#without = changed(this.#without, ids, !wanted);
  }

  /** With rows comes their table. */
  takeRows(tables: readonly ArchiveTable[], wanted: boolean): void {
    this.#empty = changed(this.#empty, tables.map((t) => t.id), !wanted);
    if (wanted) this.take(tables, true);
  }

  get tables(): number {
    return this.contents.tables.filter((t) => this.has(t)).length;
  }

  get choice(): ArchiveChoice {
    return { withoutTables: [...this.#without], withoutRows: [...this.#empty], largeObjects: this.largeObjects };
  }
}

function changed(ids: ReadonlySet<number>, some: readonly number[], add: boolean): ReadonlySet<number> {
  const next = new Set(ids);
  for (const id of some) {
    if (add) next.add(id);
    else next.delete(id);
  }
  return next;
}
