import { expect, it } from 'vitest';
import { chosenEntries, folderEntries } from '$lib/workspace/folderEntries';
import { sniffEntries } from '$lib/workspace/sniffContainer';

type Tree = { [name: string]: Tree | Uint8Array<ArrayBuffer> | null };

/** A folder as it is dropped: a hundred entries at a time; null is a file that cannot be read. */
function folder(tree: Tree, name = 'in'): FileSystemDirectoryEntry {
  const entries = Object.entries(tree).map(([name, what]) => {
    if (what && !(what instanceof Uint8Array)) return folder(what, name);
    const give = (resolve: (file: File) => void, reject: (e: unknown) => void): void =>
      what ? resolve(new File([what], name)) : reject(new DOMException('It is locked.', 'NotReadableError'));
    return { isDirectory: false, name, file: give };
  });
  let at = 0;
  const readEntries = (resolve: (some: unknown[]) => void): void => resolve(entries.slice(at, (at += 100)));
  return { isDirectory: true, name, createReader: () => ({ readEntries }) } as unknown as FileSystemDirectoryEntry;
}

const byte = new Uint8Array(1);
const many = (n: number): Tree => Object.fromEntries(Array.from({ length: n }, (_, i) => [`f${i}`, byte]));

it('takes the folders behind thousands of files, and refuses what is too much in words', async () => {
  const entries = await folderEntries(folder({ ...many(2_500), base: { '5': { '1259': byte } } }));
  expect(entries).toHaveLength(2_501);
  expect(entries.at(-1)!.name).toBe('base/5/1259');
  await expect(folderEntries(folder({ a: many(600), b: many(401) }), 1_000)).rejects.toThrow(/more than 1,000 files/);
});

it('passes over a file that cannot be read, but not in a data directory', async () => {
  const database = new TextEncoder().encode('SQLite format 3\0'.padEnd(4096, '\0'));
  const beside = await folderEntries(folder({ 'locked.txt': null, 'a.db': database }));
  expect(await sniffEntries('folder', beside, 'in')).toMatchObject({ kind: 'sqlite', name: 'a.db' });
  const alone = await folderEntries(folder({ 'locked.txt': null }));
  expect(await sniffEntries('folder', alone, 'in')).toMatchObject({ kind: 'refused', hint: 'locked.txt cannot be read: It is locked.' });
  const directory = await folderEntries(folder({ PG_VERSION: byte, global: { pg_control: byte }, base: { '5': null } }));
  expect(await sniffEntries('folder', directory, 'in')).toMatchObject({ kind: 'refused', message: 'in holds base/5, which cannot be read: It is locked.' });
});

it('says what it does not look into: folders that lie too deep, files behind the first thousand, what is damaged', async () => {
  const database = new TextEncoder().encode('SQLite format 3\0'.padEnd(4096, '\0'));
  const deep = await folderEntries(folder({ 'a.db': database, a: { b: { c: { d: { e: { f: { g: { 'lost.db': database } } } } } } } }));
  expect(await sniffEntries('folder', deep, 'in')).toMatchObject({
    kind: 'sqlite',
    name: 'a.db',
    passedOver: 'a/b/c/d/e/f/g cannot be read: It lies more than 6 folders deep.'
  });
  const wide = await folderEntries(folder({ 'a.db': database, ...many(1_500) }));
  expect(await sniffEntries('folder', wide, 'in')).toMatchObject({ kind: 'sqlite', passedOver: 'Only the first 1,000 of its 1,501 files were looked at.' });
  const none = await folderEntries(folder(many(1_500)));
  expect(await sniffEntries('folder', none, 'in')).toMatchObject({ kind: 'refused', hint: 'Only the first 1,000 of its 1,500 files were looked at.' });
  const locked = await folderEntries(folder({ 'a.db': database, 'b.db': database, 'c.db': null }));
  expect(await sniffEntries('folder', locked, 'in')).toMatchObject({ kind: 'several', passedOver: 'c.db cannot be read: It is locked.' });
});

it('names the files of a chosen folder as those of a dropped one', async () => {
  const file = (path: string): File => Object.assign(new File([byte], path.split('/').at(-1)!), { webkitRelativePath: path });
  const entries = chosenEntries([file('shop/dir/toc.dat'), file('shop/1.dat')]);
  expect(entries.map(({ name, size }) => [name, size])).toEqual([['dir/toc.dat', 1], ['1.dat', 1]]);
});
