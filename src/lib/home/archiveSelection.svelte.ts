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

  has(table: ArchiveTable): boolean {
    return !this.#without.has(table.id);
  }

  hasRows(table: ArchiveTable): boolean {
    return table.hasRows && this.has(table) && !this.#empty.has(table.id);
  }

  take(tables: readonly ArchiveTable[], wanted: boolean): void {
    this.#without = changed(this.#without, tables, !wanted);
  }

  /** With rows comes their table. */
  takeRows(tables: readonly ArchiveTable[], wanted: boolean): void {
    this.#empty = changed(this.#empty, tables, !wanted);
    if (wanted) this.take(tables, true);
  }

  get tables(): number {
    return this.contents.tables.filter((t) => this.has(t)).length;
  }

  get choice(): ArchiveChoice {
    return { withoutTables: [...this.#without], withoutRows: [...this.#empty], largeObjects: this.largeObjects };
  }
}

function changed(ids: ReadonlySet<number>, tables: readonly ArchiveTable[], add: boolean): ReadonlySet<number> {
  const next = new Set(ids);
  for (const { id } of tables) {
    if (add) next.add(id);
    else next.delete(id);
  }
  return next;
}
