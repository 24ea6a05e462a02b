import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNativePostgres } from '../bench/nativePostgres';
import { makeSqlite } from '../fixtures/makeSqlite';
import { expect, store, test } from './appTest';

const odd = `PRAGMA application_id = 1196444487; PRAGMA user_version = 10200;
  CREATE TABLE "odd ""name" (id INTEGER PRIMARY KEY, v, "a;b" TEXT, twice INT AS (id * 2) STORED) STRICT_OR_NOT;
  INSERT INTO "odd ""name" (v, "a;b") VALUES (9223372036854775807, 'x'';'), (9e999, NULL), (-9e999, ''), (0.1, 'two
lines'), (x'00ff', 'a' || char(0) || 'b'), (CAST(x'ff61' AS TEXT), 'ünï 😀'), (1e-300, '--'), (-0.0, ' ');
  CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, t TEXT);
  INSERT INTO counted (t) VALUES ('a'), ('b'); DELETE FROM counted WHERE id = 2;
  CREATE TABLE pairs (a TEXT, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID;
  INSERT INTO pairs VALUES ('k', 1);
  CREATE INDEX some ON counted (t) WHERE t > 'a';
  CREATE VIEW seen AS SELECT t FROM counted;
  CREATE TRIGGER loud AFTER INSERT ON counted BEGIN INSERT INTO pairs VALUES (new.t, new.id); SELECT ';'; END;`.replace(' STRICT_OR_NOT', '');

test('what is saved as SQL is read back unchanged by sqlite3', async ({ app, decoy }) => {
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-native-'));
  const sqlite3 = (file: string, ...args: string[]): string => execFileSync('sqlite3', [...args, join(folder, file)], { encoding: 'utf8', maxBuffer: 1e8 });
  try {
    try {
      execFileSync('sqlite3', ['--version']);
    } catch {
      test.skip(true, 'sqlite3 is not installed');
    }
    const bytes = await makeSqlite(odd);
    writeFileSync(join(folder, 'odd.sqlite'), bytes);
    await app.goto();
    await decoy.open();
    await app.openFiles({ name: 'odd.sqlite', bytes });
    const saved = app.page.waitForEvent('download');
    await app.command('Save as SQL (odd)');
    execFileSync('sqlite3', ['-bail', join(folder, 'again.sqlite')], { input: readFileSync(await (await saved).path()) });
    const facts = (file: string): string =>
      sqlite3(file, '-cmd', '.dump', '-cmd', 'PRAGMA application_id; PRAGMA user_version; PRAGMA integrity_check;') +
      sqlite3(file, '-cmd', 'SELECT id, typeof(v), hex(v), hex("a;b"), twice FROM "odd ""name"; SELECT * FROM sqlite_sequence;');
    expect(facts('again.sqlite')).toBe(facts('odd.sqlite'));
    expect(facts('again.sqlite')).toContain('1196444487\n10200\nok');
    await decoy.unchanged();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a dump of a database, and of a schema, is read back unchanged by psql', async ({ app, decoy }) => {
  const native = await startNativePostgres();
  if (!native) return test.skip(true, 'Postgres is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'rowhouse-native-'));
  try {
    await app.goto();
    await decoy.open();
    // hstore and citext stand outside of the schema that is exported by itself, citext in one that is not public.
    const more = `CREATE EXTENSION hstore WITH SCHEMA public; CREATE SCHEMA ext; CREATE EXTENSION citext WITH SCHEMA ext; CREATE SCHEMA other; CREATE TYPE other.mood AS ENUM ('ok', 'so; so');
      CREATE TABLE other."Odd ""name" (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, h public.hstore, m other.mood[], n numeric, f float8,
        at timestamptz, bytes bytea, t text, c ext.citext, twice int GENERATED ALWAYS AS (id * 2) STORED);
      INSERT INTO other."Odd ""name" (h, m, n, f, at, bytes, t) VALUES ('a=>1', '{ok,"so; so"}', 'NaN', '-Infinity', '0044-03-15 BC', '\\x00ff', E'\\\\N\\t\\n'),
        (NULL, NULL, 12345678901234567890.1234567890, 0.1, 'infinity', '', '');
      CREATE VIEW other.seen AS SELECT h OPERATOR(public.->) 'a' AS a FROM other."Odd ""name";
      CREATE FUNCTION other.f() RETURNS int LANGUAGE sql AS $$ SELECT ';'::text::int $$;`;
    await app.openFiles(store());
    await app.newQuery('store');
    await app.run(more);
    // Without the owners, who are not there.
    const given = join(folder, 'given.sql');
    writeFileSync(given, `${String(store().bytes).replace(/^ALTER .* OWNER TO .*;$/gm, '')}\n${more}`);
    const paths: string[] = [];
    for (const title of ['Save as SQL (store)', 'Save a copy (store)']) {
      const saved = app.page.waitForEvent('download');
      await app.command(title);
      paths.push(await (await saved).path());
    }
    const before = await native.dumpOf(given);
    expect(before).toContain('12345678901234567890.1234567890');
    for (const path of paths) expect(await native.dumpOf(path)).toBe(before);
    await app.command('Export schema other (store)');
    const dialog = app.page.getByRole('dialog', { name: 'Export' });
    await dialog.getByRole('combobox', { name: 'Format' }).selectOption({ label: 'SQL dump' });
    const saved = app.page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Export', exact: true }).click();
    const alone = await native.dumpOf(await (await saved).path());
    expect(alone).toContain('CREATE EXTENSION IF NOT EXISTS hstore');
    expect(alone).toContain('CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA ext');
    expect(alone).not.toContain('customer');
    const lines = before.split('\n');
    expect(alone.split('\n').filter((line) => !lines.includes(line))).toEqual([]);
    await decoy.unchanged();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await native.stop();
  }
});
