import { database } from './database';

/** Says that what is stored of a project may be swept until it is written down. To be said before anything of it is stored. */
export async function maySweep(projectId: string): Promise<void> {
  // Where it cannot be said, a sweep looks for itself whether there is a whole database.
  await database.sweepable.put({ projectId }).catch((e: unknown) => console.warn('A beginning was not noted.', e));
}
