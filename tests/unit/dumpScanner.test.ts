import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DumpScanner } from '../../workers/restore/dumpScanner';
import { splitPostgres } from '../../workers/split/splitPostgres';

const shared = '../shared/data';
const encoder = new TextEncoder();

async function* chunksOf(bytes: Uint8Array, sizes: () => number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const next = Math.min(bytes.length, at + Math.max(0, sizes()));
    yield bytes.slice(at, next);
    at = next;
  }
}

interface Read {
  events: string[];
  pieces: string[];
  truncated: string | undefined;
}

async function read(dump: string | Uint8Array, size: number | (() => number) = 65_536, pieceBytes?: number): Promise<Read> {
  const bytes = typeof dump === 'string' ? encoder.encode(dump) : dump;
  const scanner = new DumpScanner(chunksOf(bytes, typeof size === 'number' ? () => size : size), pieceBytes);
  const events: string[] = [];
  const pieces: string[] = [];
  for await (const e of scanner.events()) {
    if (e.kind !== 'copy') {
      events.push(`${e.line} ${e.kind} ${e.text}`);
      continue;
    }
    let rows = '';
    for await (const piece of e.pieces) {
      const text = Buffer.from(piece).toString('utf8');
      pieces.push(text);
      rows += text;
    }
    events.push(`${e.line} copy ${e.block.text}\n${rows}`);
  }
  return { events, pieces, truncated: scanner.truncated };
}

describe('DumpScanner', () => {
  it('finds statements, meta-commands and COPY blocks with their lines', async () => {
    const dump =
      '\uFEFF-- a dump\n\\restrict abc\n\nSET x = 1;\r\nCOPY public."a;b" (a, "from stdin") FROM stdin;\n1\tit\'s;\n\\N\t\\.\n\\.\n\n' +
      "INSERT INTO t VALUES ('\nCOPY x FROM stdin;\n');\nselect 1; \\echo hi\nselect 2";
    expect(await read(dump)).toEqual({
      events: [
        '2 meta \\restrict abc',
        '4 statement SET x = 1',
        '5 copy COPY public."a;b" (a, "from stdin") FROM stdin\n1\tit\'s;\n\\N\t\\.\n',
        "10 statement INSERT INTO t VALUES ('\nCOPY x FROM stdin;\n')",
        '13 statement select 1',
        '13 meta \\echo hi',
        '14 statement select 2'
      ],
      pieces: ["1\tit's;\n\\N\t\\.\n"],
      truncated: undefined
    });
  });

  it('takes a COPY statement apart', async () => {
    const scanner = new DumpScanner(chunksOf(encoder.encode('copy s."t from stdin" (a, b) from stdin with (format csv);\n\\.\n'), () => 9));
    for await (const e of scanner.events()) {
      expect(e).toMatchObject({
        kind: 'copy',
        block: { head: 'copy s."t from stdin" (a, b)', relation: 's."t from stdin"', tail: 'with (format csv)' }
      });
    }
  });

  it('reads past the rows that nobody took', async () => {
    const dump = 'COPY t FROM stdin;\n' + '1\t;\'\n'.repeat(5_000) + '\\.\nselect 1;\n';
    for (const take of [0, 1, 2]) {
      const scanner = new DumpScanner(chunksOf(encoder.encode(dump), () => 1_000), 2_000);
      const kinds: string[] = [];
      for await (const e of scanner.events()) {
        kinds.push(`${e.kind} ${e.line}`);
        let taken = 0;
        if (e.kind === 'copy' && take > 0) for await (const _ of e.pieces) if (++taken === take) break;
      }
      expect(kinds).toEqual(['copy 1', 'statement 5003']);
    }
  });

  it('cuts pieces at the ends of rows only, and holds no more than it must', async () => {
    const rows = Array.from({ length: 3_000 }, (_, i) => `${i}\tline\\\nwithin ${i}\n`).join('');
    const { pieces, events } = await read(`COPY t FROM stdin;\n${rows}\\.\n`, 500, 4_096);
    expect(events).toEqual([`1 copy COPY t FROM stdin\n${rows}`]);
    expect(pieces.length).toBeGreaterThan(10);
    for (const piece of pieces) {
      expect(piece.endsWith('\n') && !piece.endsWith('\\\n')).toBe(true);
      expect(piece.length).toBeLessThan(4_096 + 600);
    }
  });

  it.each([
    ["select 1;\ninsert into t values ('open\n", ['1 statement select 1'], /quoted text.* line 2 /],
    ['select 1;\nselect $a$ b $c$', ['1 statement select 1'], /dollar-quoted text.* line 2 /],
    ['select 1; /* open', ['1 statement select 1'], /comment that begins in line 1 /],
    ['select 1;\n\ninsert into t values (1', ['1 statement select 1'], /statement that begins in line 3 /],
    ['COPY t FROM stdin;\n1\n2\n3', ['1 copy COPY t FROM stdin\n1\n2\n'], /line 4, amid the rows of t/],
    ['COPY t FROM stdin;\n', ['1 copy COPY t FROM stdin\n'], /rows of t/],
    ['COPY t FROM stdin', [], /cut off/],
    ['-- PostgreSQL database dump\nselect 1;\nselect 2', ['2 statement select 1'], /statement that begins in line 3 /],
    ['-- PostgreSQL database dump\nselect 1;\n', ['2 statement select 1'], /without its last line/],
    ['-- PostgreSQL database dump\r\nselect 1;\r\n-- PostgreSQL database dump complete\r\n', ['2 statement select 1'], /^$/],
    ['COPY t FROM stdin;\r\n1\r\n\\.\r\nselect 1', ['1 copy COPY t FROM stdin\n1\r\n', '4 statement select 1'], /^$/],
    ['COPY t FROM stdin;\n1\n\\.', ['1 copy COPY t FROM stdin\n1\n'], /^$/],
    ['', [], /^$/],
    ['-- only\n/* comments */;;\n\\connect x', ['3 meta \\connect x'], /^$/]
  ])('says where %j ends', async (dump, events, truncated) => {
    for (const size of [1, 7, 65_536]) {
      const got = await read(dump, size);
      expect(got.events).toEqual(events);
      expect(got.truncated ?? '').toMatch(truncated);
    }
  });

  it('follows a string with escapes over lines, in chunks of any size', async () => {
    for (const dump of ["select E'a'\n'\\';b'; select 2", "select E'a' -- c;\n  '\\';b'; select 2", "select E'a' '\\'; select 2", "select E'a''\\';b'; select 2"]) {
      for (const size of [1, 2, 3, 100]) expect((await read(dump, size)).events, dump).toHaveLength(2);
    }
  });

  it('stops at a quote that does not end, instead of holding all that follows', async () => {
    let taken = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield encoder.encode("select 1;\nselect 'open\n");
      for (; taken < 100_000_000; taken += 65_536) yield new Uint8Array(65_536).fill(120);
    }
    const scanner = new DumpScanner(endless(), 1_000, 1024 * 1024);
    const texts: string[] = [];
    for await (const e of scanner.events()) if (e.kind === 'statement') texts.push(e.text);
    expect(texts).toEqual(['select 1']);
    expect(scanner.truncated).toMatch(/From line 2 on .* quoted text .* 1 MB/);
    expect(taken).toBeLessThan(2_000_000);
  });

  it('follows standard_conforming_strings', async () => {
    const { events } = await read("select '\\'; set standard_conforming_strings to 'off'; select 'a\\';b'; set standard_conforming_strings = on; select '\\';");
    expect(events).toHaveLength(5);
  });

  it('tells text that is no UTF-8', async () => {
    const bytes = new Uint8Array([...encoder.encode("select '"), 0xe9, ...encoder.encode("'; select 1;")]);
    const scanner = new DumpScanner(chunksOf(bytes, () => 3));
    const valid: boolean[] = [];
    for await (const e of scanner.events()) if (e.kind === 'statement') valid.push(e.valid);
    expect(valid).toEqual([false, true]);
  });

  it('splits as splitPostgres does, in chunks of any size', async () => {
    const piece = fc.constantFrom(
      'select', ' ', '\n', ';', "'", "''", '"', '$$', '$a$', '$a', '--', '/*', '*/', "E'", "U&'", 'N', "x'", "\\'", '(', ')', '1', 'a', '$1',
      '.', '/', '-', '*', 'é', '😀', 'create', 'or replace', ' function ', 'begin', ' atomic', ' case', ' end', ' as ', 'create rule', '\r\n'
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), async (pieces, size) => {
        const script = pieces.join('');
        const { events, truncated } = await read(script, size);
        const texts = events.filter((e) => !/^\d+ meta/.test(e)).map((e) => e.replace(/^\d+ statement /, ''));
        const expected = splitPostgres(script).map((s) => s.text);
        if (truncated) expect(texts).toEqual(expected.slice(0, texts.length));
        else expect(texts).toEqual(expected);
      }),
      { numRuns: 1_000 }
    );
  });

  it('gives the same whatever the chunks are', async () => {
    const line = fc.constantFrom(
      'COPY t (a, b) FROM stdin;', '1\tx', '\\.', '\\N\t\\\\', "INSERT INTO t VALUES ('a;', 1);", '\\restrict x', '-- c', '/* a', '*/', '$$', "E'\\'';", ''
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 10 }),
        fc.boolean(),
        async (lines, sizes, crlf) => {
          const dump = lines.join(crlf ? '\r\n' : '\n');
          let i = 0;
          const whole = await read(dump, 65_536);
          const cut = await read(dump, () => sizes[i++ % sizes.length]!, 16);
          expect({ ...cut, pieces: 0 }).toEqual({ ...whole, pieces: 0 });
        }
      ),
      { numRuns: 500 }
    );
  });
});

describe.skipIf(!existsSync(shared))('DumpScanner on the shared dumps', () => {
  it('counts statements as the list says', async () => {
    const cases = JSON.parse(readFileSync(`${shared}/sql/pg_dump.json`, 'utf8')) as { name: string; sql: string; statements: number }[];
    for (const c of cases) {
      const { events } = await read(c.sql);
      expect(events.filter((e) => !/^\d+ meta/.test(e)).length, c.name).toBe(c.statements);
    }
  });

  const folder = `${shared}/pg-plain`;
  for (const file of existsSync(folder) ? readdirSync(folder) : []) {
    it(`reads ${file} the same in chunks of any size, as splitPostgres does`, async () => {
      const raw = readFileSync(`${folder}/${file}`);
      const bytes = new Uint8Array(file.endsWith('.gz') ? gunzipSync(raw) : raw);
      const whole = await read(bytes);
      expect(whole.truncated === undefined).toBe(file !== 'chinook-truncated.sql');
      for (const size of [bytes.length < 500_000 ? 1 : 97, 4_099]) {
        const cut = await read(bytes, size, 10_000);
        expect(cut.truncated).toBe(whole.truncated);
        expect(cut.events.length).toBe(whole.events.length);
        expect(cut.events.every((e, i) => e === whole.events[i])).toBe(true);
      }
      const script = new TextDecoder().decode(bytes);
      const statements = splitPostgres(script);
      const texts = whole.events.filter((e) => !/^\d+ meta/.test(e)).map((e) => e.replace(/^\d+ (statement|copy) /, ''));
      if (!whole.truncated) {
        expect(texts).toHaveLength(statements.length);
        for (const [i, s] of statements.entries()) {
          const data = s.data ? `\n${script.slice(s.data.from, s.data.to)}` : '';
          expect(texts[i] === s.text + data, s.text.slice(0, 80)).toBe(true);
        }
      }
    });
  }
});
