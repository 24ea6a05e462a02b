import { existsSync, openAsBlob } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { archiveContents } from '../../workers/restore/archive/archiveContents';
import { openArchive } from '../../workers/restore/archive/archiveFile';
import { chosenDump } from '../../workers/restore/chosenDump';
import { DumpScanner } from '../../workers/restore/dumpScanner';
import { dumpSource } from '../../workers/restore/dumpSource';
import { readOutline } from '../../workers/restore/plain/readOutline';
import type { ArchiveChoice, ArchiveContents } from '../../workers/wire/archive';
import { shopDump } from '../fixtures/makeDump';

const quiet = (): void => undefined;

async function contentsOf(dump: string | Blob): Promise<ArchiveContents> {
  const outline = await readOutline(dumpSource(typeof dump === 'string' ? new Blob([dump]) : dump, false), quiet);
  return archiveContents({ entries: outline.entries, database: '', serverVersion: outline.serverVersion });
}

/** What stays of a dump: its statements, and the first words of each COPY block with its rows. */
async function chosenOf(dump: string, pick: (contents: ArchiveContents) => Partial<ArchiveChoice>): Promise<string> {
  const source = await chosenDump(
    { kind: 'dump', file: new Blob([dump]), packed: false, chosen: true },
    async (contents) => ({ withoutTables: [], withoutRows: [], largeObjects: true, ...pick(contents) }),
    quiet
  );
  const kept: string[] = [];
  let at = 0;
  for await (const event of new DumpScanner(source!.bytes).events()) {
    if (source!.leavesOut!(event, at++)) continue;
    kept.push(event.kind === 'copy' ? event.block.text : event.text);
  }
  return kept.join(';\n');
}

const idOf = (contents: ArchiveContents, ...names: string[]): number[] =>
  names.map((name) => contents.tables.find((t) => `${t.schema}.${t.name}` === name || t.name === name)!.id);

describe('what a plain dump holds', () => {
  it('is told as that of an archive', async () => {
    expect(await contentsOf(shopDump('x'))).toMatchObject({
      serverVersion: '18.1',
      largeObjects: false,
      tables: [
        { schema: 'public', name: 'customer', kind: 'TABLE', hasRows: true },
        { schema: 'public', name: 'dear', kind: 'VIEW', hasRows: false },
        { schema: 'public', name: 'orders', kind: 'TABLE', hasRows: true },
        { schema: 'public', name: 'product', kind: 'TABLE', hasRows: true }
      ]
    });
  });

  it('counts what else there is by the comments of pg_dump, and by the statements where there are none', async () => {
    const head = (kind: string): string => `--\n-- Name: x; Type: ${kind}; Schema: public; Owner: me\n--\n\n`;
    const { others } = await contentsOf(`CREATE TABLE public.t (a int);
      CREATE INDEX i ON public.t (a); CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;
      ${head('FK CONSTRAINT')}ALTER TABLE ONLY public.t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES public.t(a);
      ${head('ACL')}GRANT ALL ON TABLE public.t TO you;`);
    expect(others).toEqual([
      { kind: 'INDEX', count: 1 },
      { kind: 'FUNCTION', count: 1 },
      { kind: 'FK CONSTRAINT', count: 1 }
    ]);
  });

  it('leaves out what depends on a table that is left out, and nothing else', async () => {
    const text = await chosenOf(shopDump('x'), (contents) => ({ withoutTables: idOf(contents, 'customer') }));
    // Who owns what is passed over in any case.
    expect(text.replace(/ALTER TABLE public\.customer OWNER.*/, '')).not.toMatch(/public\.customer|customer_id_seq/);
    expect(text).toMatch(/CREATE TABLE public\.orders/);
    expect(text).toMatch(/COPY public\.orders/);
    expect(text).toMatch(/orders_product_id_fkey/);
    const views = await chosenOf(shopDump('x'), (contents) => ({ withoutTables: idOf(contents, 'product') }));
    expect(views).not.toMatch(/VIEW|product_(?!id\b)|public\.product\b/);
    expect(views).toMatch(/customer_pkey/);
  });

  it('leaves out rows alone', async () => {
    const text = await chosenOf(shopDump('x'), (contents) => ({ withoutRows: idOf(contents, 'orders') }));
    expect(text).toMatch(/CREATE TABLE public\.orders/);
    expect(text).not.toMatch(/COPY public\.orders/);
    expect(text).toMatch(/COPY public\.customer/);
  });

  it('knows INSERTs, odd names and names without a schema', async () => {
    const dump = `SET search_path = "my ""shop""", pg_catalog;
      CREATE TABLE "Order" (id int); CREATE TABLE other ("Order" int, orders int);
      INSERT INTO "Order" VALUES (1); INSERT INTO other VALUES (2, 3); INSERT INTO "my ""shop"""."Order" (id) VALUES (4);
      CREATE VIEW seen AS SELECT o.id FROM other x, "Order" o; CREATE INDEX by_id ON "Order" (id); COMMENT ON INDEX by_id IS 'x';`;
    const contents = await contentsOf(dump);
    expect(contents.tables.map((t) => [t.schema, t.name, t.hasRows])).toEqual([
      ['my "shop"', 'Order', true],
      ['my "shop"', 'other', true],
      ['my "shop"', 'seen', false]
    ]);
    const text = await chosenOf(dump, (c) => ({ withoutTables: idOf(c, 'Order') }));
    expect(text.split(';\n')).toEqual(['SET search_path = "my ""shop""", pg_catalog', 'CREATE TABLE other ("Order" int, orders int)', 'INSERT INTO other VALUES (2, 3)']);
  });

  it('follows what hangs on a table: sequences, identities, indexes of partitions, types of rows, views made twice', async () => {
    // As pg_dump has it: no bare name means anything.
    const dump = `SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE public.part (a int) PARTITION BY LIST (a); CREATE TABLE public.part_1 (a int);
      ALTER TABLE ONLY public.part ATTACH PARTITION public.part_1 FOR VALUES IN (1);
      ALTER TABLE public.part ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME public.part_a_seq START WITH 1);
      SELECT pg_catalog.setval('public.part_a_seq', 7, true);
      CREATE FUNCTION public.all_of() RETURNS SETOF public.part LANGUAGE sql AS $$ SELECT * FROM public.part $$;
      CREATE FUNCTION public.late() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM public.part $$;
      CREATE VIEW public.twice AS SELECT NULL::int AS a;
      ALTER TABLE ONLY public.part ADD CONSTRAINT part_pkey PRIMARY KEY (a);
      ALTER TABLE ONLY public.part_1 ADD CONSTRAINT part_1_pkey PRIMARY KEY (a);
      ALTER INDEX public.part_pkey ATTACH PARTITION public.part_1_pkey;
      CREATE OR REPLACE VIEW public.twice AS SELECT a FROM public.part;
      CREATE VIEW public.on_twice AS SELECT a FROM public.twice;`;
    const text = await chosenOf(dump, (c) => ({ withoutTables: idOf(c, 'part') }));
    expect(text.split(';\n').map((s) => s.slice(0, 40))).toEqual([
      "SELECT pg_catalog.set_config('search_pat",
      'CREATE TABLE public.part_1 (a int)',
      'CREATE FUNCTION public.late() RETURNS bi',
      'ALTER TABLE ONLY public.part_1 ADD CONST'
    ]);
    expect((await contentsOf(dump)).tables.map((t) => t.name)).toEqual(['on_twice', 'part', 'part_1', 'twice']);
  });

  const routine = `CREATE FUNCTION public.same() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$; COMMENT ON FUNCTION public.same() IS 'x';`;
  const table = `CREATE TABLE public.same (a int);`;
  it.each([
    ['a routine before a table', routine + table],
    ['a table before a routine', table + routine]
  ])('keeps %s of its name apart from it', async (_, made) => {
    const dump = `CREATE TABLE public.other (a int); ${made}
      CREATE FUNCTION public.other() RETURNS SETOF public.same LANGUAGE sql AS $$ SELECT 1 $$;
      COPY public.same (a) FROM stdin;\n1\n\\.\nALTER TABLE ONLY public.same ADD CONSTRAINT same_pkey PRIMARY KEY (a);
      CREATE INDEX by_a ON public.same (a); ALTER TABLE ONLY public.other ADD CONSTRAINT other_pkey PRIMARY KEY (a);`;
    expect((await contentsOf(dump)).tables.map((t) => [t.name, t.kind, t.hasRows])).toEqual([
      ['other', 'TABLE', false],
      ['same', 'TABLE', true]
    ]);
    const text = await chosenOf(dump, (c) => ({ withoutTables: idOf(c, 'same') }));
    expect(text.split(';\n')).toEqual([
      'CREATE TABLE public.other (a int)',
      'CREATE FUNCTION public.same() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$',
      "COMMENT ON FUNCTION public.same() IS 'x'",
      'ALTER TABLE ONLY public.other ADD CONSTRAINT other_pkey PRIMARY KEY (a)'
    ]);
  });

  it('does not take "$user" for a schema', async () => {
    for (const path of [`SET search_path TO "$user", public`, `SET search_path = '$user', 'public'`, `SELECT pg_catalog.set_config('search_path', '"$user", public', false)`]) {
      const { tables } = await contentsOf(`${path}; CREATE TABLE t (a int); COPY public.t (a) FROM stdin;\n1\n\\.\n`);
      expect(tables, path).toMatchObject([{ schema: 'public', name: 't', hasRows: true }]);
    }
  });

  it('knows how a search path is taken back', async () => {
    for (const back of ['SET search_path TO DEFAULT', 'set search_path = default', 'RESET search_path', 'RESET ALL']) {
      const { tables } = await contentsOf(`SET search_path = shop; CREATE TABLE a (a int); ${back}; CREATE TABLE b (a int); SET search_path TO "default"; CREATE TABLE c (a int);`);
      expect(tables.map((t) => [t.schema, t.name]), back).toEqual(expect.arrayContaining([['shop', 'a'], ['public', 'b'], ['default', 'c']]));
    }
  });

  it('leaves out large objects, and takes one database of several', async () => {
    const dump = `-- PostgreSQL database cluster dump\n\\connect one\nCREATE TABLE public.t (a int);\nINSERT INTO public.t VALUES (1);
\\connect two\nCREATE TABLE public.t (b int);\nSELECT pg_catalog.lo_create('7');\nBEGIN;\nSELECT pg_catalog.lo_open('7', 131072);\nSELECT pg_catalog.lowrite(0, '\\x00');\nSELECT pg_catalog.lo_close(0);\nCOMMIT;\n`;
    let asked = 0;
    const source = await chosenDump(
      { kind: 'dump', file: new Blob([dump]), packed: false, chosen: true },
      async (contents) => {
        asked++;
        if (!contents.databases) expect(contents).toMatchObject({ database: 'two', largeObjects: true, isScript: true, tables: [{ name: 't', hasRows: false }] });
        return { withoutTables: [], withoutRows: [], largeObjects: false, database: 'two' };
      },
      quiet
    );
    expect(asked).toBe(2);
    const kept: string[] = [];
    let at = 0;
    for await (const event of new DumpScanner(source!.bytes).events()) if (!source!.leavesOut!(event, at++) && event.kind === 'statement') kept.push(event.text);
    expect(kept).toEqual(['CREATE TABLE public.t (a int)', 'INSERT INTO public.t VALUES (1)', 'CREATE TABLE public.t (b int)', 'BEGIN', 'COMMIT']);
  });

  const shared = '../shared/data';
  it.skipIf(!existsSync(shared)).each(['pagila', 'kinds'])('is for %s what its archive says', async (name) => {
    const plain = await contentsOf(await openAsBlob(name === 'kinds' ? `${shared}/pg-types/kinds.sql` : `${shared}/pg-plain/${name}.sql`));
    const { toc } = await openArchive([{ name, file: await openAsBlob(`${shared}/pg-archive/${name}.dump`) }]);
    const named = ({ tables }: ArchiveContents): unknown => tables.map(({ schema, name: table, kind, hasRows }) => ({ schema, table, kind, hasRows }));
    expect(named(plain)).toEqual(named(archiveContents(toc)));
  });
});
