import type { EngineKind, RestoreReport } from '$workers/engine';
import type { ProjectId } from '$lib/base/id';
import { seenText } from '$lib/base/seenText';
import type { DiskFile, ProjectRow } from '$lib/persistence/database';
import type { HouseColour } from './houseColours';

/** What a project lets its user set; what is absent is as it is for a new project. */
export interface ProjectSettings {
  /** Nothing can be written to it. */
  readOnly?: boolean;
  /** Each edit of rows is committed by itself. */
  instantCommit?: boolean;
  /** False: statements that would do away with much at once run without a question. */
  asksBeforeDanger?: boolean;
  /** Entries that its history keeps. */
  historyBound?: number;
  /** The copy of its file is not whole: it must be given again when the project is opened. */
  needsFile?: boolean;
  /** What it was made of came as a folder. */
  fromFolder?: boolean;
  /** It shows its database as of this commit and is only looked at. */
  asOf?: number;
}

/** A database that Rowhouse remembers. */
export interface Project {
  id: ProjectId;
  name: string;
  colour: HouseColour;
  engine: EngineKind;
  /** Epoch ms. */
  createdAt: number;
  openedAt: number;
  fileName: string | null;
  bytes: number;
  relations: number | null;
  order: number;
  settings: ProjectSettings;
  /** What the restore of its dump reported. */
  restore: RestoreReport | null;
  /** The file that it can be saved back to; null where it came out of none that is a database by itself. */
  disk: DiskFile | null;
}

/** What a new project begins with. */
export interface NewProject {
  /** Of one that lies in storage already; else it gets one. */
  id?: ProjectId;
  name: string;
  engine: EngineKind;
  fileName: string | null;
  bytes: number;
  disk?: DiskFile | null;
}

export const engineLabel = (engine: EngineKind): string => (engine === 'postgres' ? 'Postgres' : 'SQLite');

export const projectOfRow = (row: ProjectRow): Project => ({
  ...row,
  id: row.id as ProjectId,
  colour: row.colour as HouseColour,
  restore: (row.restore as RestoreReport | null) ?? null,
  disk: row.disk ?? null
});

/** Endings that say what a file is rather than how it is called; taken off repeatedly (`shop.sql.gz`). */
const ENDINGS = /\.(sqlite3?|db3?|s3db|gpkg|mbtiles|sql|dump|pgsql|psql|backup|bak|gz|tgz|zst|tzst|lz4|zip|tar|txt)$/i;

/** A file's name without its endings. */
export function nameOfFile(fileName: string): string {
  let name = seenText(fileName.replace(/^.*[/\\]/, '').trim());
  while (ENDINGS.test(name) && name.replace(ENDINGS, '') !== '') name = name.replace(ENDINGS, '');
  return name || 'database';
}

/** `wanted`, or with the first number that makes it unique ("chinook 2"). */
export function uniqueName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  for (let n = 2; ; n++) if (!taken.includes(`${wanted} ${n}`)) return `${wanted} ${n}`;
}
