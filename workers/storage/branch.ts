import { baseDataAt, encodeBaseHead } from './baseFile';
import type { OpenBase } from './blockReader';
import { endOf } from './chain';
import { FENCE, Fence } from './fence';
import type { Folder } from './folder';
import type { Homes } from './homes';
import type { Marks } from './marks';
import { pathOf, writeReferences } from './references';
import { Segment } from './segment';
import { segmentName, type BaseRef, type ParentRef } from './segmentHead';
import { noSuchCommit } from './storageErrors';
import { REFERENCES_LOCK, homeOf } from './storeRoot';
import { StorageError } from './storeTypes';

/** What a branch begins from. */
export interface BranchSource {
  homes: Homes;
  project: string;
  segments: Segment[];
  base: OpenBase | null;
  blockSize: number;
  lastFrame: number;
  marks: Marks;
}

/**
 * Makes a project that begins as another one was as of a commit: a head that names the same base and segments.
 * Nothing is copied, however large the project is; only a browser whose handles cannot be shared needs copies.
 * Throws a StorageError; then there is no such project.
 */
export async function branchInto(from: BranchSource, project: string, opening: string, asOf: number): Promise<void> {
  const { root } = from.homes;
  if (root.where === 'memory') {
    throw new StorageError('This browser window keeps nothing, so no second database can begin from this one.');
  }
  const parents = parentsOf(from, asOf);
  await root.locked(REFERENCES_LOCK, async () => {
    if ((await root.projects()).includes(project)) throw new StorageError('There is a project of this name in storage already.');
    const own = await root.folder(homeOf(project), true);
    try {
      const base = root.sharesHandles
        ? { ...from.base?.ref, home: from.base?.ref.home ?? homeOf(from.project) }
        : await copies(from, own, parents);
      const named = root.sharesHandles
        ? parents.map(({ ref }) => ({ ...ref, home: ref.home ?? homeOf(from.project) }))
        : parents.map(({ ref: { home: _, ...ref } }) => ref);
      const ref = from.base ? (base as BaseRef) : null;
      await writeReferences(root, project, [
        ...(ref?.home ? [pathOf(ref.home, ref.file)] : []),
        ...named.flatMap(({ home, name }: ParentRef) => (home ? [pathOf(home, name)] : []))
      ]);
      await writeHead(from, own, { project, opening, asOf, base: ref, parents: named });
    } catch (e) {
      await root.removeFolder(homeOf(project), true);
      await writeReferences(root, project, []);
      throw e;
    }
  });
}

/** The segments up to a commit, each with the exact byte at which it ends. */
function parentsOf({ segments, base, lastFrame }: BranchSource, asOf: number): { segment: Segment; ref: ParentRef }[] {
  if (asOf > lastFrame || asOf < (base?.ref.frame ?? 0)) {
    throw noSuchCommit(asOf);
  }
  const parents: { segment: Segment; ref: ParentRef }[] = [];
  for (const segment of segments) {
    const { frame } = segment.head;
    if (frame >= asOf || segment.lastFrame === frame) continue;
    const end = endOf(segment, Math.min(asOf, segment.lastFrame));
    if (!end) throw noSuchCommit(asOf);
    parents.push({ segment, ref: { ...segment.reference(), ...end } });
  }
  return parents;
}

async function writeHead(
  { blockSize, marks }: BranchSource,
  own: Folder,
  of: { project: string; opening: string; asOf: number; base: BaseRef | null; parents: ParentRef[] }
): Promise<void> {
  const fence = new Fence(await own.open(FENCE, 'shared', true));
  try {
    const number = fence.take(0);
    const name = segmentName(number, of.opening);
    const { project, opening, base, parents, asOf: frame } = of;
    const kept: Marks = { ...marks, labels: marks.labels.filter(([n]) => n <= frame) };
    const file = await own.open(name, 'shared', true);
    try {
      const head = { project, opening, number, blockSize, base, parents, frame, time: Date.now(), marks: kept };
      Segment.create(name, file, head).flush();
    } finally {
      file.close();
    }
    fence.stand();
  } finally {
    fence.close();
  }
}

/** Where handles cannot be shared a branch has its own files; gives the base's name. */
async function copies({ base }: BranchSource, own: Folder, parents: { segment: Segment; ref: ParentRef }[]) {
  for (const { segment, ref } of parents) {
    const file = await own.open(ref.name, 'own', true);
    try {
      segment.copyTo(file, ref.length);
    } finally {
      file.close();
    }
  }
  if (!base) return {};
  const { home: _, ...ref } = base.ref;
  const { size, print } = ref;
  const head = { size, print, files: base.files.map((f): [number, string, number, number] => [f.id, f.name, f.at, f.size]) };
  const file = await own.open(ref.file, 'own', true);
  try {
    const dataAt = baseDataAt(head);
    const piece = new Uint8Array(1 << 20);
    for (let at = 0; at < size; at += piece.length) {
      const some = piece.subarray(0, Math.min(piece.length, size - at));
      base.bytes.read(at, some);
      file.write(some, dataAt + at);
    }
    file.flush();
    file.write(encodeBaseHead(head, true), 0);
    file.flush();
  } finally {
    file.close();
  }
  return ref;
}
