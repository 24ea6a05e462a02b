import { expect, it } from 'vitest';
import { CommitLabel } from '../../workers/host/commitLabel';

const labelOf = (...statements: string[]): string | undefined => {
  const label = new CommitLabel();
  for (const sql of statements) label.add(sql);
  return label.take().label;
};

it('a commit is told by the statements that wrote', () => {
  expect(labelOf('INSERT INTO t VALUES (1)')).toBe('INSERT INTO t VALUES (1)');
  expect(labelOf('BEGIN', 'UPDATE t SET a = 1', 'SELECT * FROM t', ' DELETE FROM u ', 'COMMIT')).toBe('UPDATE t SET a = 1; DELETE FROM u');
  expect(labelOf('WITH gone AS (DELETE FROM t RETURNING *) SELECT count(*) FROM gone')).toMatch(/^WITH gone/);
  expect(labelOf('SELECT 1', 'SHOW all')).toBeUndefined();
  expect(labelOf('INSERT INTO t VALUES (1)', 'x'.repeat(1000))).toHaveLength(400);
});

it('what was taken is not told again', () => {
  const label = new CommitLabel();
  label.add('DROP TABLE t');
  label.name('Commit of 1 change', 'token');
  expect(label.take()).toEqual({ label: 'Commit of 1 change', token: 'token' });
  expect(label.take()).toEqual({});
});

it('what was rolled back is told of no commit', () => {
  expect(labelOf('BEGIN', 'DELETE FROM t', 'ROLLBACK')).toBeUndefined();
  expect(labelOf('BEGIN', 'DELETE FROM t', 'ROLLBACK TO SAVEPOINT s', 'rollback work to s')).toBe('DELETE FROM t');
  const label = new CommitLabel();
  label.name('Commit of 1 change', 'token');
  label.name(null);
  expect(label.take()).toEqual({});
});
