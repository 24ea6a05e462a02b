import { describe, expect, it } from 'vitest';
import { postgres } from '../../workers/dialect/postgres';
import { sqlite } from '../../workers/dialect/sqlite';
import type { ColumnInfo, RelationInfo } from '../../workers/wire/catalog';
import type { Cell } from '../../workers/wire/cells';

const column = (name: string, type: string, keyPlace: number): ColumnInfo => ({
  name, type, family: type === 'integer' ? 'integer' : 'text', nullable: keyPlace === 0, default: null, keyPlace, generated: null, identity: null, hidden: false
});
const table = (key: ColumnInfo, more: Partial<RelationInfo> = {}): RelationInfo => ({
  schema: 'main', relation: 't', kind: 'table', columns: [key, column('v', 'text', 0)], foreignKeys: [], rows: null, ...more
});
const shown = (dialect: typeof sqlite, relation: RelationInfo, id: Cell): string =>
  dialect.changeSql({ id: '1', type: 'delete', schema: 'main', relation: 't', data: {}, before: { id } }, relation).shown;

describe('the shown SQL of a change', () => {
  it('says a key once where its equality is exact', () => {
    expect(shown(sqlite, table(column('id', 'integer', 1)), 1)).toMatch(/WHERE id = 1$/);
    expect(shown(sqlite, table(column('id', 'TEXT', 1)), 'abc')).toMatch(/WHERE id = 'abc'$/);
    expect(shown(postgres, table(column('id', 'integer', 1)), '1')).toMatch(/WHERE id = '?1'?$/);
  });

  it('says it again to the letter where the index takes different values for the same', () => {
    expect(shown(sqlite, table(column('id', 'TEXT', 1), { collated: true }), 'abc')).toMatch(/WHERE id = 'abc' AND id IS 'abc' COLLATE BINARY$/);
    expect(shown(postgres, table(column('id', 'numeric', 1)), '1.0')).toMatch(/WHERE id = '?1\.0'? AND id::text = '1\.0'$/);
  });
});
