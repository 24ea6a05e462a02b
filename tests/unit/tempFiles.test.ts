import { describe, expect, it } from 'vitest';
import { TempFiles } from '../../workers/postgres/tempFiles';

const path = '/base/pgsql_tmp/pgsql_tmp1.0';

describe('temporary files', () => {
  it('hold what a plain buffer holds, whatever is written where', () => {
    const files = new TempFiles();
    files.create(path);
    const fd = files.open(path);
    let model = new Uint8Array(0);
    let seed = 42;
    const random = (n: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % n;
    for (let step = 0; step < 300; step++) {
      const at = random(900_000);
      if (step % 7 === 6) {
        files.truncate(path, at);
        const cut = new Uint8Array(at);
        cut.set(model.subarray(0, at));
        model = cut;
      } else {
        const bytes = Uint8Array.from({ length: 1 + random(300_000) }, (_, i) => (i * 7 + step) & 255);
        expect(files.write(fd, bytes, at)).toBe(bytes.length);
        if (at + bytes.length > model.length) {
          const grown = new Uint8Array(at + bytes.length);
          grown.set(model);
          model = grown;
        }
        model.set(bytes, at);
      }
      const from = random(1_200_000);
      const into = new Uint8Array(random(200_000));
      const length = files.read(fd, into, from);
      const wanted = model.subarray(from, from + into.length);
      expect(length).toBe(wanted.length);
      expect(Buffer.compare(into.subarray(0, length), wanted)).toBe(0);
      expect(files.stat(fd).size).toBe(model.length);
    }
  });

  it('are those of one folder, and gone when they are deleted', () => {
    const files = new TempFiles();
    expect(files.holds('/base/5/1259')).toBe(false);
    files.create(path);
    expect(files.names('/base/pgsql_tmp')).toEqual(['pgsql_tmp1.0']);
    expect(files.names('/base')).toEqual([]);
    files.unlink(path);
    expect(files.has(path)).toBe(false);
  });
});
