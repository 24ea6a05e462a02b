import Dexie, { type EntityTable } from 'dexie';
import type { Cell, NewValue, RowChange } from '$workers/engine';

/** Rows as Dexie keeps them. Nothing of a running connection is ever in here. */
export interface ProjectRow {
  id: string;
  name: string;
  colour: string;
  engine: 'sqlite' | 'postgres';
  /** Epoch ms. */
  createdAt: number;
  openedAt: number;
  /** Name of the file that it came from; null for a new or sample database. */
  fileName: string | null;
  bytes: number;
  /** Tables at the last opening, views not counted. */
  relations: number | null;
  /** Place in the sidebar. */
  order: number;
  /** See projects/project. */
  settings: object;
  /** What a dump's restore reported, JSON-like. */
  restore: unknown;
  /** Absent where there is none, and in what was written before there was this. */
  disk?: DiskFile | null;
}

/** The SQLite file on disk that a project was opened from, as it was when it was last read or written here. */
export interface DiskFile {
  /** As it may be shown: what would turn the text around is marked. */
  name: string;
  bytes: number;
  /** Epoch ms of its last change. */
  modified: number;
  /** Number of the project's last commit that it holds; 0 as it was opened. */
  commit: number;
  /** It was opened with the -wal or -journal that lay beside it: alone it is not the database. Its name. */
  log?: string;
}

/** What lets the page reach a file on disk again, by project: see fileHandles. */
export interface FileHandleRow {
  projectId: string;
  handle: FileSystemFileHandle;
}

export interface TabRow {
  id: string;
  projectId: string;
  type: string;
  title: string;
  schema: string | null;
  table: string | null;
  queryContent: string | null;
  createTableSchema: string | null;
  importFormat: string | null;
  pinned: boolean;
  /** Place in the strip. */
  order: number;
  /** Epoch ms when it was closed; 0 while it is open. Closed tabs are kept for a while, with their drafts. */
  closedAt: number;
}

/** Sort, filters and widths of a relation, by project. */
export interface TableStateRow {
  projectId: string;
  schema: string;
  table: string;
  state: unknown;
}

export interface HistoryRow {
  id: number;
  projectId: string;
  /** Epoch ms. */
  at: number;
  sql: string;
  command: string;
  state: 'done' | 'failed' | 'cancelled';
  ms: number;
  rows: number | null;
  changed: number | null;
  error: string | null;
  /** `commit`: staged changes; `migration`: a change of the schema; absent, a statement that somebody ran. */
  kind?: 'commit' | 'migration';
  /** Tables of a commit, what a migration does: in words. */
  where?: string;
  /** True for a statement that wrote, or may have. */
  writes?: true;
  /** What takes a commit back, as changes of rows. */
  reverse?: RowChange[];
  /** Of a commit: what the store knows it by. */
  token?: string;
  /** The commits before and after a migration: one goes back to the first to undo it. */
  commits?: { before: number; after: number };
}

/** A change that waits to be committed, by project: see changes/stagedChange. */
export interface ChangeRow {
  id: string;
  projectId: string;
  type: 'insert' | 'update' | 'delete';
  schema: string;
  table: string;
  data: Record<string, NewValue>;
  originalData: Record<string, Cell>;
  rowId?: string;
  rowKey: string;
  seq: number;
  at: number;
}

/** A commit of staged changes that was sent: see commitAttempts. */
export interface CommitAttemptRow {
  /** The store keeps it with the commit. */
  token: string;
  projectId: string;
  /** Epoch ms. */
  at: number;
  /** What it is called in the store. */
  label: string;
  /** Its tables, in words. */
  where: string;
  /** Ids of the staged changes. */
  changes: string[];
}

/** The text of a query that somebody named, by project. */
export interface SavedQueryRow {
  id: string;
  projectId: string;
  /** Folders before it, from the outermost: `reports/monthly`; empty at the top. */
  folder: string;
  name: string;
  sql: string;
  /** Epoch ms of the last save. */
  at: number;
}

/** A project of which what is stored may be swept: it is being brought in, or was removed. */
export interface SweepableRow {
  projectId: string;
}

export interface SettingRow {
  key: string;
  value: unknown;
}

/** A value without the texts in its lists that speak of a project. */
function without(value: unknown, projectId: string): unknown {
  if (Array.isArray(value)) return value.filter((item) => typeof item !== 'string' || !item.includes(projectId));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, without(inner, projectId)]));
}

export class RowhouseDatabase extends Dexie {
  declare projects: EntityTable<ProjectRow, 'id'>;
  declare tabs: EntityTable<TabRow, 'id'>;
  declare tableStates: Dexie.Table<TableStateRow, [string, string, string]>;
  declare history: EntityTable<HistoryRow, 'id'>;
  declare settings: EntityTable<SettingRow, 'key'>;
  declare changes: EntityTable<ChangeRow, 'id'>;
  declare savedQueries: EntityTable<SavedQueryRow, 'id'>;
  declare commitAttempts: EntityTable<CommitAttemptRow, 'token'>;
  declare fileHandles: EntityTable<FileHandleRow, 'projectId'>;
  declare sweepable: EntityTable<SweepableRow, 'projectId'>;

  constructor(name = 'rowhouse') {
    super(name);
    this.version(1).stores({
      projects: 'id',
      tabs: 'id, projectId, closedAt',
      tableStates: '[projectId+schema+table], projectId',
      history: '++id, projectId, [projectId+at]',
      settings: 'key'
    });
    this.version(2).stores({ changes: 'id, projectId' });
    this.version(3).stores({ savedQueries: 'id, projectId' });
    this.version(4).stores({ commitAttempts: 'token, projectId' });
    this.version(5).stores({ fileHandles: 'projectId' });
    this.version(6).stores({ sweepable: 'projectId' });
  }

  /** Deletes all that is kept of a project. */
  async removeProject(projectId: string): Promise<void> {
    const all = [this.projects, this.tabs, this.tableStates, this.history, this.changes, this.savedQueries, this.commitAttempts, this.fileHandles, this.settings];
    await this.transaction('rw', all, async () => {
      await this.projects.delete(projectId);
      await this.tabs.where({ projectId }).delete();
      await this.tableStates.where({ projectId }).delete();
      await this.history.where({ projectId }).delete();
      await this.changes.where({ projectId }).delete();
      await this.savedQueries.where({ projectId }).delete();
      await this.commitAttempts.where({ projectId }).delete();
      await this.fileHandles.delete(projectId);
      // How its diagrams are arranged.
      await this.settings.where('key').startsWith(`diagram:${projectId}:`).delete();
      await this.settings.where('key').startsWith(`draft:${projectId}:`).delete();
      await this.settings.where('key').startsWith(`filterSets.[${JSON.stringify(projectId)},`).delete();
      // Lists over all projects name its relations.
      await this.settings.toCollection().modify((row) => {
        row.value = without(row.value, projectId);
      });
    });
  }
}

export const database = new RowhouseDatabase();
