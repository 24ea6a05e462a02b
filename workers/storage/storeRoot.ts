import type { Folder } from './folder';

/** Home of what several projects need: bases that many begin from, and who needs what of whom. */
export const SHARED_HOME = 'shared';

/** Home of a project's own files. */
export const homeOf = (projectId: string): string => `projects/${projectId}`;

/**
 * Lock under which references change: whoever names a file of another home first says so in `shared/`, and
 * nobody deletes a file that others might name without it. Held for milliseconds.
 */
export const REFERENCES_LOCK = 'store';

/** All that the store has in one browser: a folder a project, and one for what several need. */
export interface StoreRoot {
  /** `memory`: this browser has no storage for it; all is gone with the worker. */
  readonly where: 'opfs' | 'memory';
  /** Several workers can have one file open at once. */
  readonly sharesHandles: boolean;
  /** A home. Throws a StorageError (`missing`) where there is none and none is to be made. */
  folder(home: string, make: boolean): Promise<Folder>;
  /** Ids of the projects that have a home. */
  projects(): Promise<string[]>;
  /** Removes a home, with `all` whatever is in it, else only when it is empty; true when it is gone. */
  removeFolder(home: string, all: boolean): Promise<boolean>;
  /** Runs `work` while nobody else in this browser has the lock of that name. */
  locked<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Bytes that the browser would still give; null when it does not say. */
  free(): Promise<number | null>;
}
