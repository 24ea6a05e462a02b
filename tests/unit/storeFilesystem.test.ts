import { describe, expect, it } from 'vitest';
import { MemoryFolder } from '../../workers/storage/memoryFolder';
import { StorageError } from '../../workers/storage/storeTypes';
import { ScratchFiles } from '../../workers/postgres/scratchFiles';
import { ScratchSpace } from '../../workers/postgres/scratchSpace';
import { StoreFilesystem } from '../../workers/postgres/storeFilesystem';
import { contents, openIn } from './storeHarness';

async function filesystem(folder = new MemoryFolder()) {
  const store = await openIn(folder, { blockSize: 8192 });
  const temporary = new ScratchFiles(new ScratchSpace(null));
  return { folder, store, temporary, fs: new StoreFilesystem(store, temporary) };
}

const text = (fs: StoreFilesystem, path: string): string => {
  const bytes = new Uint8Array(fs.lstat(path).size);
  const descriptor = fs.open(path);
  fs.read(descriptor, bytes, 0, bytes.length, 0);
  fs.close(descriptor);
  return new TextDecoder().decode(bytes);
};

const codeOf = (work: () => unknown): unknown => {
  try {
    work();
  } catch (e) {
    return (e as { code: unknown }).code;
  }
  return 'nothing was thrown';
};

describe('the data directory in a store', () => {
  it('comes back with its folders and files', async () => {
    const { folder, store, fs } = await filesystem();
    fs.mkdir('/base');
    fs.mkdir('/base/5');
    fs.mkdir('/pg_empty');
    fs.writeFile('/base/5/1259', 'pages');
    fs.writeFile('/PG_VERSION', '18');
    store.commit();
    store.close();
    const { fs: again } = await filesystem(folder);
    expect(again.readdir('').sort()).toEqual(['PG_VERSION', 'base', 'pg_empty']);
    expect(again.readdir('/pg_empty')).toEqual([]);
    expect(text(again, '/base/5/1259')).toBe('pages');
    expect(again.lstat('/base/5').mode & 0o170000).toBe(0o040000);
    expect(codeOf(() => again.lstat('/base/6'))).toBe(44);
    expect(codeOf(() => again.rmdir('/base'))).toBe(55);
    expect(codeOf(() => again.writeFile('/nowhere/x', ''))).toBe(44);
  });

  it('writes where a descriptor points, also after the file was renamed over another', async () => {
    const { fs } = await filesystem();
    fs.mkdir('/pg_wal');
    fs.writeFile('/pg_wal/new', '');
    fs.writeFile('/pg_wal/old', 'gone');
    const descriptor = fs.open('/pg_wal/new');
    expect(descriptor).toBeGreaterThan(0);
    const stale = fs.open('/pg_wal/old');
    fs.rename('/pg_wal/new', '/pg_wal/old');
    fs.write(descriptor, new TextEncoder().encode('--log').buffer as unknown as Uint8Array, 2, 3, 0);
    expect(text(fs, '/pg_wal/old')).toBe('log');
    expect(fs.readdir('/pg_wal')).toEqual(['old']);
    expect(codeOf(() => fs.fstat(stale))).toBe(8);
    expect(fs.walBytes).toBe(3);
    fs.truncate('/pg_wal/old', 1);
    expect(fs.fstat(descriptor).size).toBe(1);
    fs.unlink('/pg_wal/old');
    expect(codeOf(() => fs.fstat(descriptor))).toBe(8);
  });

  it('renames a folder with all in it', async () => {
    const { fs, store } = await filesystem();
    fs.mkdir('/a');
    fs.mkdir('/a/b');
    fs.writeFile('/a/b/c', 'inner');
    fs.rename('/a', '/z');
    expect(text(fs, '/z/b/c')).toBe('inner');
    expect(fs.readdir('')).toEqual(['z']);
    expect([...contents(store).keys()].sort()).toEqual(['z/', 'z/b/', 'z/b/c']);
  });

  it('keeps temporary files and tables out of the store', async () => {
    const { fs, store, temporary } = await filesystem();
    fs.mkdir('/base');
    fs.mkdir('/base/5');
    fs.mkdir('/base/pgsql_tmp');
    store.commit();
    for (const path of ['/base/pgsql_tmp/pgsql_tmp1.0', '/base/5/t3_16390', '/base/5/t3_16390_fsm', '/postmaster.pid']) {
      fs.writeFile(path, 'x');
    }
    expect(store.dirty).toBe(false);
    expect(temporary.files()).toHaveLength(5);
    fs.writeFile('/base/5/16390', 'x');
    expect(store.dirty).toBe(true);
    fs.rename('/base/5/t3_16390', '/base/5/17000');
    expect(text(fs, '/base/5/17000')).toBe('x');
    expect(store.size('base/5/17000')).toBe(1);
  });

  it('says when something is written that no log tells of', async () => {
    const { fs } = await filesystem();
    for (const folder of ['/base', '/base/5', '/global', '/pg_wal']) fs.mkdir(folder);
    const after = (work: () => void): boolean => {
      fs.due = false;
      work();
      return fs.due;
    };
    expect(after(() => fs.writeFile('/base/5/1259', 'x'))).toBe(false);
    expect(after(() => fs.truncate('/base/5/1259', 0))).toBe(false);
    expect(after(() => fs.unlink('/base/5/1259'))).toBe(false);
    expect(after(() => fs.writeFile('/postmaster.pid', '1'))).toBe(false);
    expect(after(() => fs.writeFile('/pg_wal/1', 'x'))).toBe(true);
    expect(after(() => fs.rename('/pg_wal/1', '/pg_wal/2'))).toBe(true);
    expect(after(() => fs.writeFile('/postgresql.auto.conf', 'x'))).toBe(true);
    expect(after(() => fs.unlink('/postgresql.auto.conf'))).toBe(true);
  });

  it('tells the engine when there is no room', async () => {
    const full = new StorageError('no room', true);
    const fs = new StoreFilesystem(
      { ...({ files: () => [], size: () => 0, read: () => 0 } as never as ScratchFiles), create: () => { throw full; } } as never,
      new ScratchFiles(new ScratchSpace(null))
    );
    expect(codeOf(() => fs.writeFile('/x', 'x'))).toBe(51);
  });
});
