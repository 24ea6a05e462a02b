/**
 * Who needs which files of another home. A project that begins from a shared base, or is a branch of another
 * project, keeps a small file in `shared/` that names them; it is written before a head names them, and
 * shortened after a head no longer does. All of this runs under the lock `store`.
 */
import { SHARED_HOME, homeOf, REFERENCES_LOCK, type StoreRoot } from './storeRoot';
import type { Folder } from './folder';
import { StorageError } from './storeTypes';
import { xxHash32 } from './xxHash32';

/** What a removed project may leave: nothing that its opening or another kind of storage has made. */
const REMAINS = /^\d{8,}(\.\d+)?-.*\.(seg|merged|base)$/;
const NAME = /^(.*)\.(\d+)\.refs$/;

/** A file by its home and name: "shared/<hash>.base", "projects/<id>/00000001-….seg". */
export const pathOf = (home: string, name: string): string => `${home}/${name}`;

interface Kept {
  project: string;
  version: number;
  /** The file that says so. */
  name: string;
  paths: string[];
}

async function read(shared: Folder): Promise<Kept[]> {
  const all: Kept[] = [];
  for (const name of await shared.list()) {
    const match = NAME.exec(name);
    if (!match) continue;
    const bytes = await shared.bytes(name);
    const json = bytes.subarray(4);
    // One that was never whole: its project has no head yet that needs it.
    const whole = bytes.length > 4 && xxHash32(json) === new DataView(bytes.buffer).getUint32(0, true);
    const paths = whole ? (JSON.parse(new TextDecoder().decode(json)) as string[]) : [];
    all.push({ project: decodeURIComponent(match[1]!), version: Number(match[2]), name, paths });
  }
  return all;
}

async function sharedFolder(root: StoreRoot): Promise<Folder | null> {
  try {
    return await root.folder(SHARED_HOME, false);
  } catch (e) {
    if (e instanceof StorageError && e.reason === 'missing') return null;
    throw e;
  }
}

/** Paths that other projects need, whatever this one does. Only under the lock. */
export async function neededByOthers(root: StoreRoot, project: string): Promise<Set<string>> {
  const shared = await sharedFolder(root);
  const kept = shared ? await read(shared) : [];
  return new Set(kept.filter((one) => one.project !== project).flatMap(({ paths }) => paths));
}

/**
 * Says what a project needs of other homes from now on, in place of what it said before. Only under the lock.
 * @returns false when it is what it said before
 */
export async function writeReferences(root: StoreRoot, project: string, paths: string[]): Promise<boolean> {
  const shared = paths.length > 0 ? await root.folder(SHARED_HOME, true) : await sharedFolder(root);
  if (!shared) return false;
  const before = (await read(shared)).filter((one) => one.project === project);
  const newest = before.reduce((most, one) => Math.max(most, one.version), 0);
  const sorted = [...new Set(paths)].sort();
  const last = before.find((one) => one.version === newest);
  if (before.length === (sorted.length > 0 ? 1 : 0) && JSON.stringify(last?.paths ?? []) === JSON.stringify(sorted)) return false;
  if (sorted.length > 0) {
    const json = new TextEncoder().encode(JSON.stringify(sorted));
    const bytes = new Uint8Array(4 + json.length);
    new DataView(bytes.buffer).setUint32(0, xxHash32(json), true);
    bytes.set(json, 4);
    const file = await shared.open(`${encodeURIComponent(project)}.${newest + 1}.refs`, 'own', true);
    try {
      file.truncate(0);
      file.write(bytes, 0);
      file.flush();
    } finally {
      file.close();
    }
  }
  for (const { name } of before) await shared.remove(name);
  return true;
}

/**
 * Removes a project: its home, but for files that branches of it need, then whatever nobody needs any more.
 * Takes the lock.
 * @returns false when somebody still holds a file of the project; then another try is due
 */
export function removeFromRoot(root: StoreRoot, project: string): Promise<boolean> {
  return root.locked(REFERENCES_LOCK, async () => {
    const home = homeOf(project);
    const others = [...(await neededByOthers(root, project))].filter((path) => path.startsWith(`${home}/`));
    if (others.length === 0) {
      if (!(await root.removeFolder(home, true))) return false;
    } else {
      const folder = await root.folder(home, false);
      let held = false;
      // Without its fence a home is none of a project any more.
      for (const name of await folder.list()) {
        if (!others.includes(pathOf(home, name))) held = !(await folder.remove(name)) || held;
      }
      if (held) return false;
    }
    const shared = await sharedFolder(root);
    for (const one of shared ? await read(shared) : []) if (one.project === project) await shared!.remove(one.name);
    await sweepUnneeded(root);
    return true;
  });
}

/**
 * Deletes what nobody needs: bases of `shared/`, files that removed projects left for branches which are gone
 * by now, references of projects without a home. Only under the lock.
 */
export async function sweepUnneeded(root: StoreRoot): Promise<void> {
  const shared = await sharedFolder(root);
  if (!shared) return;
  const projects = new Set(await root.projects());
  const needed = new Set<string>();
  for (const one of await read(shared)) {
    if (projects.has(one.project)) for (const path of one.paths) needed.add(path);
    else await shared.remove(one.name);
  }
  for (const name of await shared.list()) {
    if (!NAME.test(name) && !needed.has(pathOf(SHARED_HOME, name))) await shared.remove(name);
  }
  for (const project of projects) await sweepRemains(root, project, needed);
}

/** A home without a fence is what a removed project left to its branches. */
async function sweepRemains(root: StoreRoot, project: string, needed: Set<string>): Promise<void> {
  const home = homeOf(project);
  const folder = await root.folder(home, false);
  const names = await folder.list();
  if (names.length === 0 || !names.every((name) => REMAINS.test(name))) return;
  for (const name of names) if (!needed.has(pathOf(home, name))) await folder.remove(name);
  await root.removeFolder(home, false);
}
