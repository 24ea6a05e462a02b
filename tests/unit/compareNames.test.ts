import { expect, it } from 'vitest';
import { columnsOfResults, columnsOfTables } from '$lib/across/sharedColumns';
import type { ColumnInfo, RelationInfo, ResultColumn, SchemaInfo } from '$workers/engine';
import { compareSchemas } from '../../workers/dialect/compareSchemas';
import { likeOf, named } from '../../workers/dialect/named';
import { compareRows } from '../../workers/transfer/compareRows';

const column = (name: string, keyPlace = 0): ColumnInfo => ({
  name, type: 'text', family: 'text', nullable: true, default: null, keyPlace, generated: null, identity: null, hidden: false
});
const table = (relation: string, ...columns: ColumnInfo[]): RelationInfo => ({ schema: 's', relation, kind: 'table', columns, foreignKeys: [] }) as unknown as RelationInfo;
const schema = (...relations: RelationInfo[]): SchemaInfo => ({ name: 's', relations }) as unknown as SchemaInfo;
const self = (name: string): string => name;

it('finds a name as it is written before one of another case', () => {
  expect(named(['Users', 'users'], 'users', self)).toBe('users');
  expect(named(['Users'], 'users', self)).toBe('Users');
  expect(likeOf('Users', ['Users'], ['users'], self)).toBe('users');
  // Of two, the one that is written just so is it, and the other has none.
  expect(likeOf('Users', ['Users', 'users'], ['users'], self)).toBeUndefined();
  expect(likeOf('users', ['Users', 'users'], ['users'], self)).toBe('users');
});

it('compares tables and columns that differ by case alone each with its own', () => {
  const left = schema(table('Users', column('a')), table('users', column('b')));
  const right = schema(table('users', column('b')), table('Users', column('a')));
  expect(compareSchemas(left, right, true)).toEqual([]);
  expect(compareSchemas(left, schema(table('users', column('b'))), true)).toEqual([{ relation: 'Users', state: 'removed', lines: [] }]);
  expect(compareSchemas(schema(table('t', column('a'))), schema(table('t', column('A'), column('a'))), true)[0]!.lines).toEqual(['column A text added']);
  const shared = columnsOfTables(table('t', column('Id', 1), column('id')), table('t', column('id'), column('Id', 1)));
  expect(shared.pairs.map((p) => `${p.left.name}=${p.right.name}`)).toEqual(['Id=Id', 'id=id']);
  const results = columnsOfResults([column('Id'), column('id')] as unknown as ResultColumn[], [column('ID')] as unknown as ResultColumn[], ['ID']);
  expect(results.pairs.map((p) => `${p.left.name}=${p.right.name}`)).toEqual(['Id=ID']);
});

it('waits for no letter of the other side once its own rows have failed', async () => {
  const { port1, port2 } = new MessageChannel();
  let pauses = 0;
  const pause = async (): Promise<void> => void pauses++;
  const side = { keys: 1, families: ['text' as const], arrays: [false], source: { kind: 'result' as const, resultId: 1, places: [0] } };
  await expect(compareRows(port1 as unknown as MessagePort, side, 'sqlite', () => Promise.reject(new Error('gone')), pause)).rejects.toThrow('gone');
  await new Promise((resolve) => setTimeout(resolve, 60));
  const then = pauses;
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect(pauses).toBe(then);
  port2.close();
});
