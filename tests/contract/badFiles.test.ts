import { afterEach, describe, expect, it } from 'vitest';
import type { ImportRequest } from '$workers/engine';
import { endWorkers, engines, opened, type EngineUnderTest } from './engineUnderTest';
import { imported } from './imports';

afterEach(endWorkers);

/** A file that says it is longer than what can be read of it: what the browser makes of one that shrinks. */
async function shrinking(text: string, at: number): Promise<File> {
  const root = await navigator.storage.getDirectory();
  const name = `shrinking-${crypto.randomUUID()}`;
  const handle = await root.getFileHandle(name, { create: true });
  const whole = await handle.createWritable();
  await whole.write(text);
  await whole.close();
  const file = await handle.getFile();
  const cut = await handle.createWritable({ keepExistingData: true });
  await cut.truncate(at);
  await cut.close();
  return file;
}

/** 300 MB without a line end, of one piece of memory. */
function longLine(): Blob {
  const piece = new Blob(['x'.repeat(10 * 1024 * 1024)]);
  return new Blob(['id,a\n1,one\n2,', ...Array.from({ length: 30 }, () => piece), '\n']);
}

describe.each(engines)('a file that is not as it should be (%s)', (engine) => {
  const count = async (e: EngineUnderTest): Promise<number> => Number((await e.rows('SELECT count(*) FROM t'))[0]![0]);
  const table = async (): Promise<EngineUnderTest> => {
    const e = await opened(engine);
    await e.script("CREATE TABLE t (id integer PRIMARY KEY, a text); INSERT INTO t VALUES (0, 'there')");
    return e;
  };
  /** What an import of a file into the table is refused with, however it is refused. */
  async function refusal(e: EngineUnderTest, file: Blob, change: Partial<Omit<ImportRequest, 'files'>> = {}): Promise<string> {
    try {
      const report = await imported(e, engine, file, 'bad.csv', 't', { create: false, ...change });
      expect(report.kept).toBe(false);
      return report.error!.message;
    } catch (error) {
      return (error as Error).message;
    } finally {
      expect(await count(e)).toBe(1);
      expect((await e.run({ sql: 'SELECT 1' })).inTransaction).toBe(false);
    }
  }

  it('is refused with its line, and the table is as it was', async () => {
    const e = await table();
    const blob = (text: string) => new Blob([text]);
    expect(await refusal(e, blob('id,a\n1,one\n2\n3,three\n'))).toBe('Line 3: 1 field where the head has 2.');
    expect(await refusal(e, blob('id,a\n1,one\n2,"two\n3,three\n'))).toMatch(/quote that begins on line 3 never ends/);
    expect(await refusal(e, blob('id,a\n1,one\nx,two\n'))).toMatch(/^Line 3: /);
    // Two heads alike: the first is the column, the other has a name of its own and is left out.
    const twice = await imported(e, engine, blob('id,a,a\n5,five,other\n'), 'twice.csv', 't', { create: false });
    expect(twice).toMatchObject({ kept: true, written: 1 });
    expect(await e.rows('SELECT a FROM t WHERE id = 5')).toEqual([['five']]);
    await e.script('DELETE FROM t WHERE id = 5');
    expect(await refusal(e, blob('[{"id": 1, "a": "x"}, {"id": 2, "a": }]'))).toMatch(/line 1/i);
  });

  it('is told by its line where a line is 300 MB long', async () => {
    const e = await table();
    expect(await refusal(e, longLine())).toMatch(/begins on line 3 is longer than 64 MB/);
  });

  it('is told when it has shrunk while it was read', async () => {
    const e = await table();
    const text = `id,a\n${Array.from({ length: 200_000 }, (_, i) => `${i + 1},some text\n`).join('')}`;
    expect(await refusal(e, await shrinking(text, 1_000_000))).toMatch(/changed or removed/);
  });
});
