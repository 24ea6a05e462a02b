import { expect, it } from 'vitest';
import type { ExportFormat, ExportOptions, ExportRequest } from '$workers/engine';
import { opened, type EngineName, type EngineUnderTest } from './engineUnderTest';

export const plainOptions: ExportOptions = { header: true, delimiter: ',', nullText: '', lineEnd: '\n', bom: false, blobs: 'hex', rowsPerInsert: 100 };

/** What an export of a relation writes. */
export async function exported(e: EngineUnderTest, format: ExportFormat, relation: string, change: Partial<ExportRequest> = {}): Promise<Uint8Array<ArrayBuffer>> {
  const catalog = await e.catalog();
  const ref = { schema: catalog.defaultSchema, relation };
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  await e.exportRows(
    { source: { kind: 'relation', request: { ...ref, sorts: [], filters: [] } }, format, options: plainOptions, name: ref, expected: null, ...change },
    async (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>)
  );
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** Rows out as files. */
export function exports(engine: EngineName): void {
  const types = engine === 'sqlite' ? 'id INTEGER PRIMARY KEY, big INTEGER, t TEXT, b BLOB' : 'id int PRIMARY KEY, big int8, t text, b bytea';
  const blob = engine === 'sqlite' ? "x'00ff'" : "'\\x00ff'";
  const made = async (): Promise<EngineUnderTest> => {
    const e = await opened(engine);
    await e.script(`CREATE TABLE t (${types}); INSERT INTO t VALUES (1, 9223372036854775807, '', ${blob}), (2, NULL, NULL, NULL), (3, -1, 'a,"b"', NULL)`);
    return e;
  };

  it('writes a table exactly, under its sorts and filters', async () => {
    const e = await made();
    expect(textOf(await exported(e, 'csv', 't'))).toBe('id,big,t,b\n1,9223372036854775807,"",\\x00ff\n2,,,\n3,-1,"a,""b""",\n');
    const { defaultSchema: schema } = await e.catalog();
    const request = {
      schema, relation: 't', sorts: [{ column: 'id', descending: true }],
      filters: [{ column: 'id', operator: 'not-equals', values: ['2'], enabled: true }]
    };
    const source = { kind: 'relation' as const, request };
    expect(textOf(await exported(e, 'ndjson', 't', { source, range: { top: 0, bottom: 0, columns: [1, 0] } }))).toBe('{"big":-1,"id":3}\n');
  });

  it('writes SQL that brings the same rows back', async () => {
    const e = await made();
    const sql = textOf(await exported(e, 'sql', 't'));
    const before = await e.rows('SELECT * FROM t ORDER BY id');
    await e.script(`DELETE FROM t; ${sql}`);
    expect(await e.rows('SELECT * FROM t ORDER BY id')).toEqual(before);
  });

  it('writes the whole database as SQL that makes it anew', async () => {
    const e = await made();
    await e.script("CREATE INDEX t_big ON t (big); CREATE VIEW v AS SELECT id FROM t; CREATE TABLE \"odd name\" (\"a;b\" text); INSERT INTO \"odd name\" VALUES ('x;' || 'y''z')");
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    await e.saveScript(async (chunk) => void chunks.push(chunk as Uint8Array<ArrayBuffer>));
    const again = await opened(engine, { source: { kind: 'dump', file: new Blob(chunks), packed: false } });
    expect(again.report.restore?.refused ?? []).toEqual([]);
    for (const sql of ['SELECT * FROM t ORDER BY id', 'SELECT * FROM "odd name"', 'SELECT * FROM v ORDER BY id']) {
      expect(await again.rows(sql)).toEqual(await e.rows(sql));
    }
  });

  it('writes an open result, and long values whole', async () => {
    const e = await made();
    const long = 'x'.repeat(200_000);
    const [outcome] = await e.script(`SELECT '${long}' AS a UNION ALL SELECT 'y' ORDER BY 1`);
    const source = { kind: 'result' as const, resultId: outcome!.resultId! };
    expect(textOf(await exported(e, 'csv', 't', { source }))).toBe(`a\n${long}\ny\n`);
    expect(textOf(await exported(e, 'csv', 't', { source, range: { top: 1, bottom: 1, columns: [0] } }))).toBe('a\ny\n');
  });

  it('stops when it is cancelled, and the connection goes on', async () => {
    const e = await opened(engine);
    const series = engine === 'sqlite' ? 'WITH RECURSIVE s(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM s WHERE n < 300000) SELECT n FROM s' : 'SELECT generate_series(1, 300000) AS n';
    await e.script(`CREATE TABLE many AS ${series}`);
    let chunks = 0;
    const running = exported(e, 'csv', 'many', {}).then(
      () => 'done',
      (error: { code: string }) => error.code
    );
    await e.cancel();
    const slow = e.exportRows(
      { source: { kind: 'relation', request: { schema: engine === 'sqlite' ? 'main' : 'public', relation: 'many', sorts: [], filters: [] } }, format: 'csv', options: plainOptions, name: { schema: null, relation: 'many' }, expected: null },
      async () => {
        chunks++;
        await e.cancel();
      }
    );
    await expect(slow).rejects.toMatchObject({ code: 'cancelled' });
    expect(chunks).toBe(1);
    expect(['done', 'cancelled']).toContain(await running);
    expect(await e.rows('SELECT count(*) FROM many')).toEqual([[engine === 'sqlite' ? 300000 : '300000']]);
  });
}
