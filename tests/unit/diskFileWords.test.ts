import { describe, expect, it } from 'vitest';
import { whoNeedsFile, whyAnotherFile } from '../../src/lib/workspace/diskFileWords';
import type { Project } from '$lib/projects/project';

const known = { name: 'shop.sqlite', bytes: 25_000, modified: Date.UTC(2026, 10, 24, 12, 0, 1), commit: 3 };
const project = (settings: object, disk: object | null) => ({ settings, disk, fileName: 'shop.sqlite', bytes: 25_000 }) as unknown as Project;
const same = { name: known.name, size: known.bytes, lastModified: known.modified };

describe('a file that is to be written over', () => {
  it('is the one that was read where name, size and time are', () => {
    expect(whyAnotherFile('shop', known, same)).toBeNull();
  });

  it('has changed where its size or its time has, to the second in words', () => {
    expect(whyAnotherFile('shop', known, { ...same, lastModified: known.modified + 1000 })).toMatch(/changed on disk.*:01 then.*:02 now.*would be lost/);
    expect(whyAnotherFile('shop', known, { ...same, size: 26_000 })).toMatch(/25 kB.*then.*26 kB.*now/);
    expect(whyAnotherFile('shop', known, { ...same, lastModified: known.modified + 1 })).not.toBeNull();
  });

  it('is another where its name is, whose turning characters are marked', () => {
    expect(whyAnotherFile('shop', known, { ...same, name: 'other\u202e.sqlite' })).toMatch(/shop was opened from shop\.sqlite.*This is other[^\u202e]*\.sqlite/);
  });

  it('is needed by who has not copied it whole', () => {
    const needing = project({ needsFile: true }, known);
    expect(whoNeedsFile([project({}, known), needing], same)).toBe(needing);
    expect(whoNeedsFile([project({ needsFile: true }, null)], same)).toBeDefined();
    expect(whoNeedsFile([project({ needsFile: true }, { ...known, bytes: 1 }), project({ needsFile: false }, known)], same)).toBeUndefined();
  });
});
