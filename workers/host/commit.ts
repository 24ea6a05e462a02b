import type { Progress } from '../wire/opening';
import type { PackedCommit, PackedReport } from '../wire/packedCommit';
import { CommitAttempt, Failure } from './commitAttempt';
import type { Driver } from './driver';
import { runQuietly } from './readRows';

/**
 * Makes all changes in one transaction, or none. See Engine.commitChanges. Throws EngineErrorData when nothing was
 * begun because of an open transaction, and when the engine itself has gone.
 */
export async function commitChanges(
  driver: Driver,
  request: PackedCommit,
  onProgress: (progress: Progress) => void,
  stop: { asked: boolean }
): Promise<PackedReport> {
  if (driver.inTransaction()) {
    throw {
      code: 'refused',
      message: 'A transaction is open in this database, and a commit of changes must be one of its own.',
      hint: 'Commit or roll back what was begun in the query tab, then commit the changes again.'
    };
  }
  const started = performance.now();
  const attempt = async (commit: CommitAttempt): Promise<PackedReport['failure']> => {
    try {
      await commit.run(onProgress, stop);
      return undefined;
    } catch (e) {
      const { id, error } = e instanceof Failure ? e : new Failure(null, e);
      await rollBack(driver);
      if (error.code === 'connection-lost') throw error;
      await commit.lookBehind();
      return { at: id === null ? null : Number(id), error };
    }
  };
  let commit = new CommitAttempt(driver, request);
  let failure = await attempt(commit);
  if (failure && commit.circleHint(failure.error) !== undefined && commit.canStep) {
    const inSteps = new CommitAttempt(driver, request, true);
    const second = await attempt(inSteps);
    // Where a first step is impossible, what failed without it is the thing to tell.
    if (!second || !inSteps.isParking) [commit, failure] = [inSteps, second];
  }
  const hint = failure && commit.circleHint(failure.error);
  if (failure && hint !== undefined) failure = { ...failure, error: { ...failure.error, hint } };
  return { ...commit.report(failure), ms: performance.now() - started };
}

async function rollBack(driver: Driver): Promise<void> {
  if (driver.inTransaction()) await runQuietly(driver, 'ROLLBACK');
}
