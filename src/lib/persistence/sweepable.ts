import { database } from './database';

/** Says that what is stored of a project may be swept until it is written down. To be said before anything of it is stored. */
export async function maySweep(projectId: string): Promise<void> {
  // Where it cannot be said, a sweep looks for itself whether there is a whole database.
  await database.sweepable.put({ projectId }).catch((e: unknown) => console.warn('A beginning was not noted.', e));
}

/** Says that what is stored of a project is whole, though it could not be written down: a sweep looks what is in it. */
export async function mustNotSweep(projectId: string): Promise<void> {
  await database.sweepable.delete(projectId).catch((e: unknown) => console.error('What was committed may be swept.', e));
}
