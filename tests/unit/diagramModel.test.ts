import { describe, expect, it } from 'vitest';
import type { ColumnInfo, ForeignKey, RelationInfo, SchemaInfo } from '$workers/engine';
import { columnY, diagramModel, HEAD_HEIGHT } from '$lib/diagram/diagramModel';
import { linksInWords } from '$lib/diagram/linksInWords';

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
    const { edges } = diagramModel(schema, 'some');
    expect(linksInWords(edges, 'album')).toBe('album points to artist; wide points to album');
    expect(linksInWords(edges, 'artist')).toBe('album, passport point to artist');
    expect(linksInWords(edges, 'nothing')).toBe('nothing has no links');
  });
});
