import { afterEach, describe, expect, it } from 'vitest';
import { endWorkers, opened } from './engineUnderTest';

const script = `PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE child(a REFERENCES parent(a));
INSERT INTO child VALUES(1);
CREATE TABLE parent(a INTEGER PRIMARY KEY, b TEXT);
INSERT INTO parent VALUES(1,'x;y');
INSERT INTO nowhere VALUES(1);
CREATE TRIGGER tr AFTER INSERT ON parent BEGIN DELETE FROM child; SELECT 1; END;
COMMIT;
`;

describe('a script of SQL opened as an SQLite database', () => {
  afterEach(endWorkers);

  it('runs into the store, lists what failed, and is there when it is opened again', async () => {
    const engine = await opened('sqlite', { source: { kind: 'dump', file: new Blob([script]), packed: false } });
    expect(engine.report.restore).toMatchObject({ statements: 9, rows: 2, refused: [{ line: 7 }] });
    expect(await engine.rows('select b from parent')).toEqual([['x;y']]);
    expect(await engine.rows('pragma foreign_keys')).toEqual([[1]]);
    await engine.close();
    const again = await opened('sqlite', { projectId: engine.projectId, source: { kind: 'stored' } });
    expect(await again.rows('select count(*) from child')).toEqual([[1]]);
  });

  it('keeps what programs tell their files by', async () => {
    const engine = await opened('sqlite');
    await engine.script('PRAGMA application_id = 1196444487; PRAGMA user_version = 10200; CREATE TABLE t (a)');
    const parts: Uint8Array<ArrayBuffer>[] = [];
    await engine.saveScript(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>));
    const again = await opened('sqlite', { source: { kind: 'dump', file: new Blob(parts), packed: false } });
    expect(again.report.restore).toMatchObject({ refused: [] });
    expect([await again.rows('PRAGMA application_id'), await again.rows('PRAGMA user_version')]).toEqual([[[1196444487]], [[10200]]]);
  });

  it('is refused in words when it makes nothing', async () => {
    const opening = opened('sqlite', { source: { kind: 'dump', file: new Blob(['select 1;']), packed: false } });
    await expect(opening).rejects.toMatchObject({ code: 'refused' });
  });
});
