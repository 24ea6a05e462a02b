import { expect, it } from 'vitest';
import type { ObjectInfo } from '$workers/engine';
import { opened, type EngineName } from './engineUnderTest';

/** What a database holds beside relations. */
export function objects(engine: EngineName): void {
  const lite = engine === 'sqlite';
  const schema = lite ? 'main' : 'public';
  const trigger = lite
    ? 'CREATE TRIGGER "on it" AFTER UPDATE ON thing BEGIN SELECT 1; END'
    : `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RETURN new; END $f$;
       CREATE TRIGGER "on it" AFTER UPDATE ON thing FOR EACH ROW EXECUTE FUNCTION touch()`;
  const ddl = `
    CREATE TABLE thing (id integer PRIMARY KEY, a text UNIQUE, b text);
    CREATE INDEX thing_b ON thing (b DESC) WHERE b IS NOT NULL;
    ${trigger};`;

  it('tells the indexes and triggers of a table, and how many there are', async () => {
    const e = await opened(engine);
    await e.script(ddl);
    const all = (await e.objects()).objects.filter((o) => o.relation === 'thing');
    const named = (name: string): ObjectInfo | undefined => all.find((o) => o.name === name);
    expect(named('thing_b')).toMatchObject({ kind: 'index', schema, facts: 'partial', ofKey: false });
    expect(named('on it')).toMatchObject({ kind: 'trigger', schema, facts: 'after update' });
    expect(all.some((o) => o.kind === 'index' && o.ofKey && o.facts === 'unique')).toBe(true);
    const { parts } = (await e.catalog()).schemas.find((s) => s.name === schema)!.relations[0]!;
    expect(parts).toEqual({ index: all.filter((o) => o.kind === 'index').length, trigger: 1 });
  });

  it('writes what makes each again', async () => {
    const e = await opened(engine);
    await e.script(ddl);
    const { objects } = await e.objects();
    const made: string[] = [];
    for (const info of objects.filter((o) => !o.ofKey)) {
      const reading = await e.object(info);
      expect(reading.info).toEqual(info);
      made.push(reading.ddl);
    }
    const other = await opened(engine);
    await other.script('CREATE TABLE thing (id integer PRIMARY KEY, a text UNIQUE, b text)');
    // The function before its trigger: both engines list what has a table first.
    for (const sql of made.reverse()) await other.script(sql);
    expect((await other.objects()).objects).toEqual(objects);
  });

  it('refuses what does not exist', async () => {
    const e = await opened(engine);
    await expect(e.object({ kind: 'trigger', schema, name: 'nothing', relation: 'thing', signature: null })).rejects.toMatchObject({
      message: expect.stringContaining('nothing') as string
    });
  });
}
