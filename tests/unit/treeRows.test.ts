import { describe, expect, test } from 'vitest';
import type { ColumnInfo, ObjectInfo, RelationInfo, SchemaInfo } from '../../workers/engine';
import type { ConnectionId, ProjectId } from '../../src/lib/base/id';
import { newConnectionState, type ConnectionState } from '../../src/lib/projects/connectionState';
import type { Project } from '../../src/lib/projects/project';
import { matchLetters, matchSchema } from '../../src/lib/sidebar/treeFilter';
import { relationKey, type ObjectsOfConnection } from '../../src/lib/workspace/knownObjects.svelte';
import { treeRows, type TreeInput } from '../../src/lib/sidebar/treeRows';

const column = (name: string, more: Partial<ColumnInfo> = {}): ColumnInfo => ({
  name,
  type: 'integer',
  family: 'integer',
  nullable: true,
  default: null,
  keyPlace: 0,
  generated: null,
  identity: null,
  hidden: false,
  ...more
});

const relation = (schema: string, name: string, columns: string[]): RelationInfo => ({
  schema,
  relation: name,
  kind: 'table',
  columns: columns.map((c, i) => column(c, i === 0 ? { keyPlace: 1, nullable: false } : {})),
  foreignKeys: [],
  rows: null
});

const schema = (name: string, relations: Record<string, string[]>): SchemaInfo => ({
  name,
  relations: Object.entries(relations).map(([r, columns]) => relation(name, r, columns)),
  functions: [],
  types: []
});

const project = (name: string): Project => ({
  id: `id-${name}` as ProjectId,
  name,
  colour: 'teal',
  engine: 'sqlite',
  createdAt: 0,
  openedAt: 0,
  fileName: null,
  bytes: 0,
  relations: null,
  order: 0,
  settings: {},
  restore: null,
  disk: null
});

const connected = (p: Project, schemas: SchemaInfo[], status: ConnectionState['status'] = 'connected'): ConnectionState => ({
  ...newConnectionState(`c-${p.name}` as ConnectionId, p.id, false),
  status,
  schemas,
  catalog: { schemas, defaultSchema: 'main', extensions: [] }
});

const shop = project('shop');
const farm = project('farm');
const shopSchemas = [schema('main', { customer: ['id', 'name'], orders: ['id', 'customer_id'] })];

function rows(change: Partial<TreeInput> & { connections?: Record<string, ConnectionState> } = {}) {
  const connections = change.connections ?? { shop: connected(shop, shopSchemas) };
  return treeRows({
    projects: [farm, shop],
    connectionOf: (p: Project) => connections[p.name],
    folds: { isOpen: (row) => row.kind !== 'relation' && row.kind !== 'group' },
    kind: 'all',
    objectsOf: () => undefined,
    filter: '',
    selected: null,
    heights: { project: 28, below: 24 },
    ...change
  });
}

const print = (list: ReturnType<typeof rows>) =>
  list.map((r) => `${'  '.repeat(r.level - 1)}${r.label}${r.expanded === undefined ? '' : r.expanded ? ' -' : ' +'}`);

test('connected projects come first, their only schema is left out', () => {
  expect(print(rows())).toEqual(['shop -', '  customer +', '  orders +', 'farm']);
  expect(rows().at(-1)!.heading?.text).toBe('Not connected');
});

test('several schemas are rows of their own', () => {
  const schemas = [schema('a', { t: ['id'] }), schema('b', { t: ['id'] })];
  expect(print(rows({ connections: { shop: connected(shop, schemas) } }))).toEqual([
    'shop -',
    '  a -',
    '    t +',
    '  b -',
    '    t +',
    'farm'
  ]);
});

test('rows carry the names that people and programs look for', () => {
  const [first, customer, , last] = rows();
  expect(first!.attributes).toMatchObject({ 'data-project': 'shop', 'data-status': 'connected' });
  expect(first!.attributes!['aria-label']).toMatch(/^shop, SQLite, connected/);
  expect(customer!.attributes).toMatchObject({ 'data-project': 'shop', 'data-relation': 'main.customer' });
  expect(customer!.attributes!['data-status']).toBeUndefined();
  expect(last!.attributes).toMatchObject({ 'data-project': 'farm', 'data-status': 'disconnected' });
  expect(last!.expanded).toBeUndefined();
});

test('an open relation shows its columns with type, key and nullability', () => {
  const list = rows({ folds: { isOpen: () => true } });
  const id = list.find((r) => r.kind === 'column')!;
  expect(id.attributes!['aria-label']).toBe('id, integer, primary key, not null');
  expect([id.level, id.place, id.setSize]).toEqual([3, 1, 2]);
});

test('places and set sizes count siblings', () => {
  expect(rows().map((r) => [r.label, r.place, r.setSize])).toEqual([
    ['shop', 1, 2],
    ['customer', 1, 2],
    ['orders', 2, 2],
    ['farm', 2, 2]
  ]);
});

test('a filter leaves what matches with its branch, and every project', () => {
  expect(print(rows({ filter: 'customer' }))).toEqual(['shop -', '  customer +', '  orders -', '    customer_id', 'farm']);
  expect(print(rows({ filter: 'nothing at all' }))).toEqual(['shop -', 'farm']);
});

test('a filter opens what is closed', () => {
  const list = rows({ filter: 'orders', folds: { isOpen: () => false } });
  expect(print(list)).toEqual(['shop -', '  orders +', 'farm']);
});

test('a lost connection keeps its branch, one that never opened has none', () => {
  const lost = rows({ connections: { shop: connected(shop, shopSchemas, 'error') } });
  expect(lost[0]!.attributes!['data-status']).toBe('error');
  expect(lost).toHaveLength(4);
  const failed = { ...connected(shop, [], 'error'), catalog: null };
  expect(print(rows({ connections: { shop: failed } }))).toEqual(['farm', 'shop']);
});

test('the relation of the active tab is selected, in its own project alone', () => {
  const both = { shop: connected(shop, shopSchemas), farm: connected(farm, shopSchemas) };
  const selected = { projectId: shop.id, schema: 'main', relation: 'orders' };
  const marked = rows({ connections: both, selected }).filter((r) => r.selected);
  expect(marked.map((r) => [r.project.name, r.label])).toEqual([['shop', 'orders']]);
});

test('words of a filter may stand apart, with a schema, or as letters in order', () => {
  const s = schema('sales', { order_items: ['order_id', 'item_id'], customers: ['id'] });
  const found = (filter: string) => matchSchema(s, filter).map((m) => m.relation.relation);
  expect(found('items order')).toEqual(['order_items']);
  expect(found('sales.cust')).toEqual(['customers']);
  expect(found('ordit')).toEqual([]);
  expect(matchLetters(s, 'ordit').map((m) => m.relation.relation)).toEqual(['order_items']);
  expect(matchSchema(s, 'items order_id')[0]!.columns.map((c) => c.name)).toEqual(['order_id']);
  expect(found('zz')).toEqual([]);
});

const object = (kind: ObjectInfo['kind'], name: string, relation: string | null = null, signature: string | null = null): ObjectInfo => ({
  kind,
  schema: 'main',
  name,
  relation,
  signature,
  facts: '',
  bytes: null,
  ofKey: false
});

describe('what stands beside relations', () => {
  const [main] = [schema('main', { customer: ['id'], orders: ['id', 'customer_id'] })];
  main!.parts = { function: 2 };
  main!.relations[1]!.parts = { index: 1, trigger: 1 };
  const connection = connected(shop, [main!]);
  connection.catalog!.extensions.push('plpgsql');
  const objects = [object('index', 'by_customer', 'orders'), object('trigger', 'touch', 'orders'), object('function', 'f', null, 'integer'), object('procedure', 'g', null, '')];
  const known: ObjectsOfConnection = {
    objects,
    byRelation: new Map([[relationKey('main', 'orders'), objects.slice(0, 2)]]),
    sizes: new Map([[relationKey('main', 'orders'), 65536]]),
    failure: null
  };
  const tree = (change: Parameters<typeof rows>[0]) => rows({ projects: [shop], connections: { shop: connection }, objectsOf: () => known, ...change });

  test('groups are closed until they are asked for, behind relations and columns', () => {
    expect(print(tree({}))).toEqual(['shop -', '  customer +', '  orders +', '  Functions +', '  Extensions +']);
    const open = tree({ folds: { isOpen: (row) => row.kind !== 'group' || row.group === 'index' } });
    expect(print(open)).toEqual([
      'shop -',
      ...['  customer -', '    id'],
      ...['  orders -', '    id', '    customer_id', '    Indexes -', '      by_customer', '    Triggers +'],
      ...['  Functions +', '  Extensions +']
    ]);
    expect(open.filter((r) => r.level === 2).map((r) => [r.place, r.setSize])).toEqual([[1, 4], [2, 4], [3, 4], [4, 4]]);
    expect(open.filter((r) => r.level === 3).slice(1).map((r) => [r.place, r.setSize])).toEqual([[1, 4], [2, 4], [3, 4], [4, 4]]);
    expect(open.find((r) => r.label === 'orders')!.attributes!.title).toBe('66 kB with its indexes');
  });

  test('while their names are not known that is said', () => {
    const opened = { isOpen: () => true };
    expect(print(tree({ folds: opened, objectsOf: () => undefined }))).toContain('    Reading 2 names…');
    expect(print(tree({ folds: opened, objectsOf: () => ({ ...known, objects: [], byRelation: new Map(), failure: 'no' }) }))).toContain('    no');
  });

  test('one kind can be shown alone', () => {
    expect(print(tree({ kind: 'index' }))).toEqual(['shop -', '  orders -', '    by_customer']);
    expect(print(tree({ kind: 'function' }))).toEqual(['shop -', '  Functions -', '    f(integer)', '    g()']);
    expect(print(tree({ kind: 'view' }))).toEqual(['shop -']);
    expect(print(tree({ kind: 'table', filter: 'cust' }))).toEqual(['shop -', '  customer +', '  orders -', '    customer_id']);
  });

  test('a filter finds them beside the tables and columns that match', () => {
    expect(print(tree({ filter: 'touch' }))).toEqual(['shop -', '  orders -', '    touch']);
    expect(print(tree({ filter: 'customer' }))).toEqual(['shop -', '  customer +', '  orders -', '    customer_id', '    by_customer']);
    // letters in order are for what nothing holds whole
    expect(print(tree({ filter: 'tou' }))).toEqual(['shop -', '  orders -', '    touch']);
    expect(print(tree({ filter: 'ors' }))).toEqual(['shop -', '  orders +']);
    expect(tree({ filter: 'customer' }).filter((r) => r.level === 3).map((r) => [r.place, r.setSize])).toEqual([[1, 2], [2, 2]]);
  });

  test('a table that is found by its name does not bring all that is named after it', () => {
    const own = [object('index', 'orders_pkey', 'orders'), object('index', 'orders_by_order', 'orders')];
    const named = { ...known, objects: own, byRelation: new Map([[relationKey('main', 'orders'), own]]) };
    expect(print(tree({ filter: 'orders', objectsOf: () => named }))).toEqual(['shop -', '  orders +']);
    expect(print(tree({ filter: 'order', objectsOf: () => named }))).toEqual(['shop -', '  orders -', '    orders_by_order']);
    expect(print(tree({ filter: 'pkey', objectsOf: () => named }))).toEqual(['shop -', '  orders -', '    orders_pkey']);
    expect(print(tree({ filter: 'customer', kind: 'index' }))).toEqual(['shop -', '  orders -', '    by_customer']);
  });
});
