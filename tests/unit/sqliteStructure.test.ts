import { describe, expect, it } from 'vitest';
import { checksOf } from '../../workers/sqlite/checks';
import { moduleOf, unavailableTables } from '../../workers/sqlite/modules';
import { planOf } from '../../workers/sqlite/plan';
import { indexedParts } from '../../workers/sqlite/structure';

describe('what SQLite tells only by its DDL', () => {
  it('check constraints, named and not', () => {
    const sql = `CREATE TABLE t (a INT CHECK (a > 0), b TEXT DEFAULT 'CHECK (no)', -- CHECK (no)
      CONSTRAINT "o""k" CHECK (length(b) < 10 AND (a <> 1)), CONSTRAINT pk PRIMARY KEY (a), CHECK (b <> ')'))`;
    expect(checksOf(sql)).toEqual([
      { name: '', sql: 'CHECK (a > 0)' },
      { name: 'o"k', sql: 'CHECK (length(b) < 10 AND (a <> 1))' },
      { name: '', sql: "CHECK (b <> ')')" }
    ]);
  });

  it('what an index holds', () => {
    expect(indexedParts(`CREATE INDEX i ON "t (x)" (a, lower(b), coalesce(c, '),') COLLATE NOCASE DESC) WHERE (d)`)).toEqual([
      'a', 'lower(b)', "coalesce(c, '),') COLLATE NOCASE DESC"
    ]);
  });

  it('the module of a virtual table', () => {
    expect(moduleOf('CREATE VIRTUAL TABLE docs USING fts5(a, b)')).toBe('fts5');
    expect(moduleOf('create virtual table if not exists main."d x" using "RTree" (id, a, b)')).toBe('rtree');
    expect(moduleOf('CREATE TABLE t (a)')).toBeNull();
  });

  it('which tables cannot be changed for want of one', () => {
    const object = (type: string, name: string, table: string, sql: string) => ({ type, name, table, sql });
    const reasons = unavailableTables([
      object('table', 'idx', 'idx', 'CREATE VIRTUAL TABLE idx USING rtree(id, a, b)'),
      object('table', 't', 't', 'CREATE TABLE t (a)'),
      object('table', 'u', 'u', 'CREATE TABLE u (a)'),
      object('trigger', 'tr', 't', 'CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM "idx"; END'),
      object('trigger', 'us', 'u', 'CREATE TRIGGER us AFTER INSERT ON u BEGIN DELETE FROM index_of_all; END')
    ], () => false);
    expect([...reasons.keys()]).toEqual(['idx', 't']);
    expect(reasons.get('t')).toMatch(/trigger tr.*R\*Tree/);
  });
});

describe('a query plan', () => {
  it('becomes a tree and a text', () => {
    const plan = planOf([
      [3, 0, 0, 'SCAN a'],
      [5, 0, 0, 'LIST SUBQUERY 1'],
      [8, 5, 0, 'SEARCH b USING INDEX i (x=?)'],
      [20, 0, 0, 'USE TEMP B-TREE FOR ORDER BY']
    ]);
    expect(plan.root.children.map((n) => [n.title, n.detail, n.children.length])).toEqual([
      ['Scan', 'a', 0],
      ['List subquery', '1', 1],
      ['Use temp B-tree', 'FOR ORDER BY', 0]
    ]);
    expect(plan.text.split('\n')[2]).toBe('  SEARCH b USING INDEX i (x=?)');
    expect(planOf([[2, 0, 0, 'SCAN t']]).root).toMatchObject({ title: 'Scan', detail: 't' });
  });
});
