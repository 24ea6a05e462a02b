import { branchInto } from './branch';
import { DEFAULT_BOUND, withLabel, type Bound } from './marks';
import { commitsOf } from './segment';
import { needsFile, noSuchCommit } from './storageErrors';
import type { StoreState } from './storeState';
import type { FrameInfo } from './storeTypes';

/** Longest name that a user gives to a commit. */
const NAME_LENGTH = 200;

/** The commits that one can go back to, oldest first, with their names. Reads the tables of all segments the first time. */
export function framesOf(state: StoreState): FrameInfo[] {
  if (!state.commits) {
    state.commits = state.segments.flatMap(commitsOf).filter((frame) => frame.number <= state.lastFrame);
    // What was told of the last one is written with the next.
    const last = state.commits.at(-1);
    if (state.told && last) last.rows = state.told.rows;
  }
  const names = new Map(state.marks.labels);
  return state.commits.map((commit) => {
    const name = names.get(commit.number);
    return name === undefined ? { ...commit } : { ...commit, name };
  });
}

/** Says how many rows the last commit changed. It is written with the next frame, or when the store is closed. */
export function tellRows(state: StoreState, rows: number): void {
  if (!state.own || state.lastFrame === 0) return;
  state.told = { rows };
  const last = state.commits?.at(-1);
  if (last) last.rows = rows;
}

/** Names a commit, or takes its name away. */
export function nameCommit(state: StoreState, number: number, text: string | null): void {
  state.writable();
  if (!framesOf(state).some((commit) => commit.number === number)) throw noSuchCommit(number);
  const short = text?.trim().slice(0, NAME_LENGTH) ?? '';
  state.mark(withLabel(state.marks, number, short === '' ? null : short));
}

/** How far back commits are kept. */
export const boundOf = (state: StoreState): Bound => state.marks.bound ?? DEFAULT_BOUND;

export function setBound(state: StoreState, bound: Bound): void {
  state.writable();
  const whole = (n: number, least: number): number => Math.max(least, Math.floor(Number.isFinite(n) ? n : 0));
  state.mark({
    ...state.marks,
    bound: { commits: whole(bound.commits, 1), days: whole(bound.days, 0), bytes: whole(bound.bytes, 0) }
  });
}

/** Makes another project that begins as this one was after a commit. */
export async function branchStore(state: StoreState, projectId: string, opening: string, asOf: number): Promise<void> {
  const { parts, segments, blockSize, lastFrame, marks, reader } = state;
  const { base } = reader;
  const { homes, project } = parts;
  if (base && !base.stored && homes.root.where === 'opfs') throw needsFile();
  await branchInto({ homes, project, segments, base, blockSize, lastFrame, marks }, projectId, opening, asOf);
}
