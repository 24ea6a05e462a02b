import type { ConnectionId } from '$lib/base/id';
import { engineFor } from '$lib/connections/registry';

/** Commits that are looked through at once. */
const PAGE = 500;

/**
 * Whether a commit that was asked for with this token is there: for who got no answer. Waits for the next worker where
 * there is none. Rejects with EngineError where the connection does not come back, or its storage numbers no commits.
 */
export async function findCommit(connectionId: ConnectionId, token: string): Promise<boolean> {
  for (let from = 0; ; from += PAGE) {
    const { commits, total } = await engineFor(connectionId).commits(from, PAGE);
    if (commits.some((commit) => commit.token === token)) return true;
    if (from + PAGE >= total) return false;
  }
}
