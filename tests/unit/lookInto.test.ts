import { expect, it } from 'vitest';
import { lookInto } from '$lib/workspace/lookInto';

const file = (name: string, text: string): File => Object.assign(new File([text], name), { webkitRelativePath: '' });
const database = 'SQLite format 3\0'.padEnd(4096, '\0');

it('takes the files of pg_dump -Fd for one archive, and what lies beside them for itself', async () => {
  const archive = [file('toc.dat', 'PGDMP'), file('3001.dat.gz', 'x'), file('blobs.toc', 'x'), file('blob_16.dat', 'x')];
  const found = await lookInto([archive[0]!, file('chinook.sqlite', database), ...archive.slice(1), file('app.dat', database)]);
  expect(found.map(({ name, sniffed }) => [name, sniffed.kind])).toEqual([
    ['archive of pg_dump', 'postgres-archive'],
    ['chinook.sqlite', 'sqlite'],
    ['app.dat', 'sqlite']
  ]);
  expect(await lookInto(archive)).toHaveLength(1);
});
