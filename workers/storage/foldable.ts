import type { Bound } from './marks';

const DAY_MS = 86_400_000;

/** One commit, as far as the bound asks. */
interface Kept {
  number: number;
  time: number;
  bytes: number;
}

/**
 * The last commit that need not be a restore point any more (pure): it and all before it lie outside the
 * bound, and no label names one before it.
 * @param commits oldest first
 * @param labelled numbers of commits with a label
 * @param now milliseconds since 1970
 * @returns 0 when all must stay
 */
export function foldableTo(commits: readonly Kept[], bound: Bound, labelled: readonly number[], now: number): number {
  let bytes = 0;
  let last = 0;
  for (let i = commits.length - 1; i >= 0; i--) {
    const commit = commits[i]!;
    bytes += commit.bytes;
    const within = commits.length - i <= bound.commits || now - commit.time < bound.days * DAY_MS;
    // The newest state is always one: nothing can be folded past it.
    if (within && (bytes <= bound.bytes || i === commits.length - 1)) continue;
    last = commit.number;
    break;
  }
  // A base of commit n still shows n itself, but nothing before it.
  return Math.min(last, ...labelled);
}
