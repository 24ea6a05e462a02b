import type { Fence } from './fence';
import type { Homes } from './homes';
import { neededByOthers, pathOf, sweepUnneeded, writeReferences } from './references';
import type { Segment } from './segment';
import type { BaseRef } from './segmentHead';
import { REFERENCES_LOCK, homeOf } from './storeRoot';

/** What the newest head of a project names. */
export interface Named {
  /** This opening's. */
  number: number;
  fence: Fence;
  base: BaseRef | null;
  segments: Segment[];
}

/** Files of the store, with the number of the opening that made them. */
const OURS = /^(\d{8,})(?:\.\d+)?-.*\.(?:seg|merged|base)$/;

/**
 * Deletes what no head names any more, and nobody holds: left-overs of openings that were cut short, merged
 * or folded. Files that a branch needs stay; what this project needs of others is said anew.
 */
export async function sweep(homes: Homes, project: string, named: Named): Promise<void> {
  const { root, own } = homes;
  const keep = new Set([named.base?.home ? undefined : named.base?.file, ...named.segments.map(({ name }) => name)]);
  const stale = async (): Promise<string[]> =>
    (await own.list()).filter((name) => !keep.has(name) && Number(OURS.exec(name)?.[1] ?? Infinity) <= named.number);
  const elsewhere = [
    ...(named.base?.home ? [pathOf(named.base.home, named.base.file)] : []),
    ...named.segments.flatMap(({ home, name }) => (home ? [pathOf(home, name)] : []))
  ];
  try {
    // Most openings have nothing to say and nothing to delete: they take no lock.
    if ((await stale()).length === 0 && elsewhere.length === 0) return;
    await root.locked(REFERENCES_LOCK, async () => {
      // A newer opening may name what this one does not.
      if (!named.fence.holds()) return;
      const changed = await writeReferences(root, project, elsewhere);
      const others = await neededByOthers(root, project);
      for (const name of await stale()) {
        if (!others.has(pathOf(homeOf(project), name)) && named.fence.holds()) await own.remove(name);
      }
      if (changed) await sweepUnneeded(root);
    });
  } catch (e) {
    console.warn('Left-overs of earlier openings could not be swept.', e);
  }
}
