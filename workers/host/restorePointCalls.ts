import type { Driver } from './driver';
import { restorePointError, type CommitStore } from './restorePoints';

/** Does something with the store's commits. @throws EngineErrorData, `unsupported` where the browser keeps none */
export async function withCommits<T>(driver: Driver, work: (store: CommitStore) => T | Promise<T>): Promise<T> {
  const store = driver.commitStore();
  if (!store) throw { code: 'unsupported', message: 'This browser keeps no restore points of this database.' };
  try {
    return await work(store);
  } catch (e) {
    throw restorePointError(e);
  }
}

/** Goes back to a commit, which is a commit itself. @returns its number */
export async function goBackTo(driver: Driver, number: number): Promise<number> {
  if (driver.inTransaction()) {
    throw { code: 'refused', message: 'A transaction is open.', hint: 'Commit it or roll it back first.' };
  }
  return driver.goBack(number);
}

/**
 * Makes a branch a project of its own.
 * @param opening an id that no other opening has
 * @param asOf the number of the commit to branch from; else the last
 */
export async function branchOff(
  driver: Driver,
  store: CommitStore,
  projectId: string,
  opening: string,
  asOf?: number
): Promise<void> {
  if (!driver.inTransaction()) {
    // What is in the log alone each branch would have to write out for itself.
    if (asOf === undefined) await driver.idle?.();
    await driver.settle();
  }
  await store.branch(projectId, opening, asOf);
}
