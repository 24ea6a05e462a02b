import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clustersOf, componentsOf } from '../../workers/layout/clusters';
import { placeTables, type LayoutRequest } from '../../workers/layout/placeTables';

const overlaps = ({ nodes }: LayoutRequest, at: Record<string, { x: number; y: number }>): string[] => {
  const found: string[] = [];
  for (const [i, a] of nodes.entries()) {
    for (const b of nodes.slice(i + 1)) {
      const [p, q] = [at[a.id]!, at[b.id]!];
      const apart = p.x + a.width <= q.x || q.x + b.width <= p.x || p.y + a.height <= q.y || q.y + b.height <= p.y;
      if (!apart) found.push(`${a.id} and ${b.id}`);
    }
  }
  return found;
};

describe('placeTables', () => {
  it('places every table, and none on another', () => {
    const tables = fc.integer({ min: 1, max: 90 }).chain((count) =>
      fc.record({
        sizes: fc.array(fc.record({ width: fc.integer({ min: 100, max: 340 }), height: fc.integer({ min: 30, max: 400 }) }), { minLength: count, maxLength: count }),
        links: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: count * 2 })
      })
    );
    fc.assert(
      fc.property(tables, ({ sizes, links }) => {
        const request = {
          nodes: sizes.map((size, i) => ({ id: `t${i}`, ...size })),
          edges: links.map(([a, b]) => ({ from: `t${a}`, to: `t${b}` }))
        };
        const { positions } = placeTables(request);
        expect(Object.keys(positions)).toHaveLength(sizes.length);
        expect(Object.values(positions).every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
        expect(overlaps(request, positions)).toEqual([]);
      }),
      { numRuns: 40 }
    );
  });

  it('keeps what is linked closely near each other', () => {
    // two stars of 30, joined by one link
    const star = (from: number) => Array.from({ length: 29 }, (_, i) => ({ from: `t${from + i + 1}`, to: `t${from}` }));
    const nodes = Array.from({ length: 60 }, (_, i) => ({ id: `t${i}`, width: 200, height: 100 }));
    const { positions } = placeTables({ nodes, edges: [...star(0), ...star(30), { from: 't30', to: 't0' }] });
    const boxOf = (from: number) => {
      const all = nodes.slice(from, from + 30).map((n) => positions[n.id]!);
      return { left: Math.min(...all.map((p) => p.x)), right: Math.max(...all.map((p) => p.x)) + 200, top: Math.min(...all.map((p) => p.y)), bottom: Math.max(...all.map((p) => p.y)) + 100 };
    };
    const [a, b] = [boxOf(0), boxOf(30)];
    expect(a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top).toBe(true);
  });

  it('places a star of 300 and a schema of none', () => {
    const nodes = Array.from({ length: 300 }, (_, i) => ({ id: `t${i}`, width: 200, height: 100 }));
    const request = { nodes, edges: nodes.slice(1).map((n) => ({ from: n.id, to: 't0' })) };
    expect(overlaps(request, placeTables(request).positions)).toEqual([]);
    expect(placeTables({ nodes: [], edges: [] }).positions).toEqual({});
  });
});

describe('clusters', () => {
  it('finds what hangs together, the largest first', () => {
    expect(componentsOf(6, [[0, 1], [2, 3], [3, 4]])).toEqual([[2, 3, 4], [0, 1], [5]]);
  });

  it('cuts between groups, within their bound', () => {
    const clique = (from: number): [number, number][] => [[from, from + 1], [from + 1, from + 2], [from, from + 2]];
    expect(clustersOf(6, [...clique(0), ...clique(3), [2, 3]], 4)).toEqual([[0, 1, 2], [3, 4, 5]]);
    const sizes = clustersOf(100, Array.from({ length: 99 }, (_, i): [number, number] => [0, i + 1]), 10).map((c) => c.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(10);
    expect(sizes.length).toBeLessThan(30);
  });
});
