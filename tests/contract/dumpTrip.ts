import { expect } from 'vitest';
import type { Catalog, RelationInfo } from '$workers/engine';
import { opened, type EngineUnderTest } from './engineUnderTest';

/** A copy of the database as its dump. */
export async function savedCopy(engine: EngineUnderTest): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  await engine.saveCopy(async (chunk) => void parts.push(chunk as Uint8Array<ArrayBuffer>));
  return new Blob(parts);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Each relation with a sum over all its values, whatever their order; and where each sequence stands. */
export async function fingerprint(engine: EngineUnderTest, catalog: Catalog): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const relation of relationsOf(catalog)) {
    const name = `${quoted(relation.schema)}.${quoted(relation.relation)}`;
    const [filled] = await engine.rows('SELECT relispopulated FROM pg_class WHERE oid = to_regclass($1)', [name]);
    if (filled![0] === 'f') continue; // a materialized view that was never filled cannot be read
    const [row] = await engine.rows(`SELECT count(*), md5(string_agg(t::text, E'\\n' ORDER BY t::text)) FROM ${name} t`);
    found[name] = row;
  }
  found['sequences'] = await engine.rows('SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2');
  found['functions'] = await engine.rows(`SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e') ORDER BY 1`);
  found['objects'] = await engine.rows('SELECT loid, md5(string_agg(data, NULL ORDER BY pageno)) FROM pg_largeobject GROUP BY loid ORDER BY 1');
  return found;
}

export const relationsOf = (catalog: Catalog): RelationInfo[] => catalog.schemas.flatMap((s) => s.relations);

/** The catalog without what statistics guess. */
const exact = (catalog: Catalog): Catalog => ({
  ...catalog,
  schemas: catalog.schemas.map((s) => ({ ...s, relations: s.relations.map((r) => ({ ...r, rows: null })) }))
});

/** Saves a copy, opens it as a database of its own, and holds the two side by side: catalog, DDL, every value. */
export async function expectSameAfterTrip(engine: EngineUnderTest): Promise<void> {
  const copy = await opened('postgres', { source: { kind: 'dump', file: await savedCopy(engine), packed: false } });
  expect(copy.report.restore).toMatchObject({ refused: [] });
  expect(copy.report.restore?.truncated).toBeUndefined();
  const before = await engine.catalog();
  const after = await copy.catalog();
  expect(exact(after)).toEqual(exact(before));
  for (const relation of relationsOf(before)) {
    const ddl = (await engine.structure(relation)).ddl;
    expect((await copy.structure(relation)).ddl, relation.relation).toBe(ddl);
  }
  expect(await fingerprint(copy, after)).toEqual(await fingerprint(engine, before));
}
