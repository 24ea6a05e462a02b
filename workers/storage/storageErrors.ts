/** Errors of the store that several of its parts throw, in words for the user. */
import { sizeInWords } from '../wire/sizeInWords';
import { StorageError } from './storeTypes';

export const damaged = (what: string): StorageError =>
  new StorageError(`${what} Nothing was changed. If you have a saved copy of this database, open that.`, false, 'damaged');

export const needsFile = (): StorageError =>
  new StorageError(
    'The file of this project had not been copied whole into the browser. Drop the same file again: what was committed since is kept.',
    false,
    'needs-file'
  );

export const noSuchCommit = (number: number): StorageError =>
  new StorageError(`There is no commit ${number} in this project any more.`, false, 'missing');

export const uncommitted = (): StorageError =>
  new StorageError('A transaction is still open. Commit it or roll it back first.', false, 'busy');

export const noRoomFor = (bytes: number): StorageError =>
  new StorageError(
    `The browser has no room left for this database: ${sizeInWords(bytes)} more are needed. Nothing that was saved before is lost; remove a project that is no longer needed, or free space on the disk.`,
    true,
    'full',
    bytes
  );
