import type { Folder } from './folder';
import { homeOf, type StoreRoot } from './storeRoot';

/** The homes that one project's files lie in: its own, and those that its heads name. */
export class Homes {
  readonly root: StoreRoot;
  readonly own: Folder;
  readonly #known = new Map<string, Promise<Folder>>();

  private constructor(root: StoreRoot, own: Folder) {
    this.root = root;
    this.own = own;
  }

  /** Throws a StorageError (`missing`) where the project has no home and none is to be made. */
  static async open(root: StoreRoot, project: string, make: boolean): Promise<Homes> {
    return new Homes(root, await root.folder(homeOf(project), make));
  }

  /** A home by its path; undefined is the project's own. Throws a StorageError (`missing`). */
  of(home: string | undefined): Promise<Folder> {
    if (home === undefined) return Promise.resolve(this.own);
    const known = this.#known.get(home) ?? this.root.folder(home, false);
    this.#known.set(home, known);
    return known;
  }
}
