import { describe, expect, it } from 'vitest';
import { mendState } from '../../workers/postgres/poolFiles';

/** A folder of texts, as much of one as mendState uses. */
function folderOf(files: Record<string, string>): FileSystemDirectoryHandle {
  const fileHandle = (name: string) => ({
    getFile: async () => ({ text: async () => files[name] }),
    createSyncAccessHandle: async () => ({
      truncate: () => (files[name] = ''),
      write: (bytes: Uint8Array) => (files[name] = new TextDecoder().decode(bytes)),
      flush: () => undefined,
      close: () => undefined
    })
  });
  return {
    getFileHandle: async (name: string) => {
      files[name] ??= '';
      return fileHandle(name);
    }
  } as unknown as FileSystemDirectoryHandle;
}

const list = '{"root":{}}';
const line = '\n{"opp":"chmod"}';

async function mended(state: string, copy = ''): Promise<string[]> {
  const files: Record<string, string> = { 'state.txt': state, 'state.copy.txt': copy };
  await mendState(folderOf(files));
  return [files['state.txt']!, files['state.copy.txt']!];
}

describe('the list of files of a Postgres database', () => {
  it('that is whole stays, and has a copy', async () => {
    expect(await mended(list + line)).toEqual([list + line, list + line]);
  });

  it('loses a last line that was not written whole', async () => {
    expect(await mended(`${list}${line}\n{"opp":"cre`)).toEqual([list + line, list + line]);
  });

  it('is taken from its copy when it was cut or emptied by an end while it was written anew', async () => {
    expect(await mended('{"root":{', list + line)).toEqual([list + line, list + line]);
    expect(await mended('', list + line)).toEqual([list + line, list + line]);
  });

  it('is none in a new folder', async () => {
    expect(await mended('')).toEqual(['', '']);
  });

  it('is damaged when both are', async () => {
    await expect(mended('{', '{')).rejects.toMatchObject({ code: 'damaged' });
  });
});
