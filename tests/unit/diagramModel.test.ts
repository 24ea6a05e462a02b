import { describe, expect, it } from 'vitest';
import { parseDbml } from '$workers/dialect/dbml';
import { designSql } from '$workers/dialect/designSql';
import type { ColumnInfo, ForeignKey, RelationInfo, SchemaInfo } from '$workers/engine';
import { around, columnY, diagramModel, hasName, hasPartitions, HEAD_HEIGHT, partOf, restWords, ROW_HEIGHT, shownPart } from '$lib/diagram/diagramModel';
import { diagramSvg } from '$lib/diagram/diagramSvg';
import { dbmlOf } from '$lib/diagram/dbmlText';
import { makingOrder, mermaidOf } from '$lib/diagram/diagramText';
import { linkWords } from '$lib/diagram/linkWords';

const column = (name: string, keyPlace = 0, nullable = false): ColumnInfo => ({
  name,
  type: 'integer',
  family: 'integer',
  nullable,
  default: null,
  keyPlace,
  generated: null,
  identity: null,
  hidden: false
});
const foreignKey = (columns: string[], relation: string, targetColumns: string[]): ForeignKey => ({
  name: '',
  columns,
  target: { schema: 'main', relation },
  targetColumns,
  onDelete: 'NO ACTION',
  onUpdate: 'NO ACTION',
  deferrable: 'no'
});
const table = (relation: string, columns: ColumnInfo[], foreignKeys: ForeignKey[] = []): RelationInfo => ({
  schema: 'main',
  relation,
  kind: 'table',
  columns,
  foreignKeys,
  rows: null
});

const schema: SchemaInfo = {
  name: 'main',
  functions: [],
  types: [],
  relations: [
    table('artist', [column('id', 1), column('name')]),
    table('album', [column('id', 1), column('artist_id', 0, true)], [foreignKey(['artist_id'], 'artist', [])]),
    table('passport', [column('artist_id', 1)], [foreignKey(['artist_id'], 'artist', ['id'])]),
    table('wide', [...Array.from({ length: 20 }, (_, i) => column(`c${i}`)), column('album_id')], [foreignKey(['album_id'], 'album', ['id'])]),
    { ...table('list', [column('id', 1)]), kind: 'view' }
  ]
};

describe('diagramModel', () => {
  it('draws tables alone, and says of each link what it joins', () => {
    const { tables, edges } = diagramModel(schema, 'some');
    expect(tables.map((t) => t.id)).toEqual(['artist', 'album', 'passport', 'wide']);
    // A key that names no target columns means the parent's primary key.
    expect(edges.map((e) => e.label)).toEqual(['album.artist_id→artist.id', 'passport.artist_id→artist.id', 'wide.album_id→album.id']);
  });

  it('tells optional from required, and one from many', () => {
    const [album, passport] = diagramModel(schema, 'some').edges;
    expect([album!.optional, album!.many]).toEqual([true, true]);
    expect([passport!.optional, passport!.many]).toEqual([false, false]);
  });

  it('shows keys first and says how many columns are left out', () => {
    const wide = diagramModel(schema, 'some').tables.find((t) => t.id === 'wide')!;
    expect(wide.columns).toHaveLength(8);
    expect(wide.columns.at(-1)!.name).toBe('album_id');
    expect(wide.more).toBe(13);
    expect(diagramModel(schema, 'keys').tables.find((t) => t.id === 'wide')!.columns).toHaveLength(1);
    expect(diagramModel(schema, 'all').tables.find((t) => t.id === 'wide')!.more).toBe(0);
  });

  it('leads a link to the head where its column is not drawn', () => {
    const artist = diagramModel(schema, 'keys').tables[0]!;
    expect(columnY(artist, 'name')).toBe(HEAD_HEIGHT / 2);
  });

  it('tells links in words', () => {
    const wordsOf = linkWords(diagramModel(schema, 'some').edges);
    expect(wordsOf('album')).toBe('album points to artist; wide points to album');
    expect(wordsOf('artist')).toBe('album, passport point to artist');
    expect(wordsOf('nothing')).toBe('nothing has no links');
  });
});

describe('parts and texts of a diagram', () => {
  const model = diagramModel(schema, 'some');

  it('goes so many steps around a table', () => {
    expect([...around(model, 'artist', 1)].sort()).toEqual(['album', 'artist', 'passport']);
    expect([...around(model, 'artist', 2)].sort()).toEqual(['album', 'artist', 'passport', 'wide']);
    expect(partOf(model, new Set(['artist', 'wide'])).edges).toEqual([]);
  });

  it('shows tables around one, those of a name, and none that somebody hid', () => {
    const namesOf = (...args: Parameters<typeof shownPart>) => shownPart(...args).tables.map((t) => t.id);
    expect(shownPart(model, { show: 'all' }, new Set())).toBe(model);
    expect(namesOf(model, { show: 'all' }, new Set(['wide']))).toEqual(['artist', 'album', 'passport']);
    expect(namesOf(model, { show: 'named', text: ' A' }, new Set(['album']))).toEqual(['artist', 'passport']);
    // what one looks around is drawn
    expect(namesOf(model, { show: 'around', table: 'artist', steps: 1 }, new Set(['artist', 'passport']))).toEqual(['artist', 'album']);
  });

  it('draws only the head of what is collapsed', () => {
    const artist = diagramModel(schema, 'some', new Set(['artist'])).tables[0]!;
    expect(artist).toMatchObject({ columns: [], more: 0, collapsed: true });
  });

  describe('partitions', () => {
    const part = (relation: string): RelationInfo => ({
      ...table(relation, [column('id', 1), column('artist_id')], [foreignKey(['artist_id'], 'artist', ['id'])]),
      partitionOf: { schema: 'main', relation: relation === 'sale_2025_may' ? 'sale_2025' : 'sale' }
    });
    const divided: RelationInfo = { ...table('sale', [column('id', 1), column('artist_id')]), kind: 'partitioned-table' };
    const elsewhere: RelationInfo = { ...table('away', [column('id', 1)]), partitionOf: { schema: 'other', relation: 'sale' } };
    const pointing = table('refund', [column('sale_id')], [foreignKey(['sale_id'], 'sale_2025', ['id'])]);
    const parted = { ...schema, relations: [part('sale_2024'), part('sale_2025_may'), part('sale_2025'), ...schema.relations, divided, elsewhere, pointing] };

    it('are tables like others, with their own links', () => {
      const { tables, edges } = diagramModel(parted, 'all');
      expect(tables.map((t) => t.id)).toEqual(['sale_2024', 'sale_2025_may', 'sale_2025', 'artist', 'album', 'passport', 'wide', 'sale', 'away', 'refund']);
      expect(tables.every((t) => restWords(t) === '')).toBe(true);
      expect(edges.filter((e) => /sale/.test(e.label)).map((e) => e.label)).toEqual([
        'sale_2024.artist_id→artist.id', 'sale_2025_may.artist_id→artist.id', 'sale_2025.artist_id→artist.id', 'refund.sale_id→sale_2025.id'
      ]);
      const order = makingOrder(parted, shownPart(diagramModel(parted, 'all'), { show: 'all' }, new Set(['sale_2024']))).map((r) => r.relation);
      expect(order).not.toContain('sale_2024');
      expect(order.indexOf('sale')).toBeLessThan(order.indexOf('sale_2025'));
      expect([hasPartitions(parted), hasPartitions(schema), hasPartitions({ ...schema, relations: [elsewhere] })]).toEqual([true, false, false]);
    });

    it('are folded into what they divide, with their own links and names', () => {
      const folded = diagramModel(parted, 'all', new Set(), true);
      expect(folded.tables.map((t) => t.id)).toEqual(['artist', 'album', 'passport', 'wide', 'sale', 'away', 'refund']);
      const sale = folded.tables.find((t) => t.id === 'sale')!;
      expect(sale.partitions).toEqual(['sale_2024', 'sale_2025_may', 'sale_2025']);
      expect(restWords(sale)).toBe('3 partitions');
      expect(sale.height - HEAD_HEIGHT).toBe(3 * ROW_HEIGHT + 6);
      expect(hasName(sale, '2025_may')).toBe(true);
      expect(folded.edges.filter((e) => [e.child, e.parent].includes('sale')).map((e) => e.label)).toEqual(['refund.sale_id→sale.id', 'sale.artist_id→artist.id']);
      // each still stands in the SQL, behind what it divides
      const order = makingOrder(parted, folded).map((r) => r.relation);
      expect(order.toSorted()).toEqual(parted.relations.filter((r) => r.kind !== 'view').map((r) => r.relation).toSorted());
      expect(order.indexOf('sale')).toBeLessThan(order.indexOf('sale_2025'));
      expect(order.indexOf('sale_2025')).toBeLessThan(order.indexOf('sale_2025_may'));
    });
  });

  it('knows one from many by unique keys', () => {
    const album = schema.relations.find((r) => r.relation === 'album')!;
    const unique = { ...schema, relations: schema.relations.map((r) => (r === album ? { ...r, uniqueKeys: [['artist_id']] } : r)) };
    expect(model.edges.find((e) => e.child === 'album')!.many).toBe(true);
    expect(diagramModel(unique, 'some').edges.find((e) => e.child === 'album')!.many).toBe(false);
  });

  it('is written as Mermaid, DBML, and in an order that can be made', () => {
    expect(mermaidOf(schema, model)).toContain('  artist |o--o{ album : "artist_id"');
    expect(mermaidOf(schema, model)).toContain('  artist ||--o| passport : "artist_id"');
    expect(dbmlOf(schema, model)).toContain('Ref: album.artist_id > artist.id');
    expect(dbmlOf(schema, model)).toContain('  id integer [pk, not null]');
    expect(makingOrder(schema, model).map((r) => r.relation)).toEqual(['artist', 'album', 'passport', 'wide']);
  });

  it('is written as DBML that makes it again: enums, domains, counting columns, unique keys', () => {
    const made: SchemaInfo = {
      ...schema,
      name: 'public',
      relations: [
        {
          ...table('film', [
            { ...column('id', 1), default: "nextval('film_id_seq'::regclass)" },
            { ...column('line'), identity: 'always' },
            { ...column('rating', 0, true), type: 'mpaa', labels: ['G', 'PG-13'], default: "'G'::mpaa" },
            { ...column('mood', 0, true), type: '"a b"."My mood"', labels: ["it's"] },
            { ...column('year', 0, true), type: 'year', base: 'integer' },
            { ...column('code'), comment: "a \\ and it's" }
          ]),
          schema: 'public',
          uniqueKeys: [['code'], ['line', 'year']]
        }
      ]
    };
    const text = dbmlOf(made, diagramModel(made, 'all'));
    expect(text).toContain('Enum mpaa {\n  G\n  "PG-13"\n}');
    expect(text).toContain('  id integer [pk, increment, not null]');
    const dbml = parseDbml(text);
    expect(dbml.tables[0]!.columns.map((c) => c.type)).toEqual(['integer', 'integer', 'mpaa', 'a b.My mood', 'integer', 'integer']);
    expect(dbml.tables[0]!.columns[5]).toMatchObject({ unique: true, note: "a \\ and it's" });
    const sql = designSql(dbml, 'postgres').steps.map((s) => s.sql).join('\n');
    expect(sql).toMatch(/rating public\.mpaa DEFAULT 'G'::mpaa/);
    expect(sql).toMatch(/mood "a b"\."My mood"/);
    expect(sql).toMatch(/UNIQUE[\s\S]*\(line, year\)/);
    expect(sql).toMatch(/line integer GENERATED BY DEFAULT AS IDENTITY/);
  });

  it('is a picture whose text is text', () => {
    const colours = { paper: 'white', panel: 'white', raised: 'white', line: 'grey', edge: 'grey', ink: 'black', muted: 'grey' };
    const { svg, width } = diagramSvg(model, { artist: { x: 0, y: 0 }, album: { x: 300, y: 0 } }, colours);
    expect(svg).toContain('>artist</text>');
    expect(width).toBeGreaterThan(400);
  });
});
