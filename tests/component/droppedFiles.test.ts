import { gzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { sniffFile } from '$lib/workspace/sniffFile';
import { dumpSource } from '../../workers/restore/dumpSource';
import { restoreDump } from '../../workers/restore/restoreDump';
import { bigDump } from '../fixtures/bigDump';

/* What browsers and Node do in their own ways: files, streams, and gzip that ends too early. */

const dump = [...bigDump({ bytes: 300_000 })];
const packed = gzipSync(new Uint8Array(await new Blob(dump).arrayBuffer()));

const quietTarget = () => {
  const rows: number[] = [];
  return {
    rows,
    exec: async () => 0,
    prepareExtensions: async () => false,
    async copyIn(_: unknown, pieces: AsyncIterable<Uint8Array>) {
      let n = 0;
      for await (const piece of pieces) for (const b of piece) if (b === 10) n++;
      rows.push(n);
      return n;
    }
  };
};

describe('dropped files in a browser', () => {
  it('are told by their bytes, packed or not, whole or cut off', async () => {
    const kind = async (name: string, ...parts: BlobPart[]) => (await sniffFile(new File(parts, name))).kind;
    expect(await kind('a', ...dump)).toBe('postgres-dump');
    expect(await kind('a', packed as BlobPart)).toBe('postgres-dump');
    expect(await kind('a', packed.slice(0, 20_000))).toBe('postgres-dump');
    expect(await kind('a', packed.slice(0, 12))).toBe('refused');
    expect(await kind('a', zipSync({ 'b/dump.sql': new Uint8Array(await new Blob(dump).arrayBuffer()) }) as BlobPart)).toBe('postgres-dump');
  });

  it('load as far as they go when they are cut off', async () => {
    const whole = quietTarget();
    expect(await restoreDump(dumpSource(new Blob([packed as BlobPart]), true), whole)).toMatchObject({ refused: [], truncated: undefined });
    const part = quietTarget();
    const report = await restoreDump(dumpSource(new Blob([packed.slice(0, packed.length / 2)]), true), part);
    expect(report.truncated).toMatch(/compressed file is cut off/);
    expect(part.rows[1]).toBeLessThan(whole.rows[1]!);
  });

  it('load from within a zip without being unpacked first', async () => {
    const zip = zipSync({ 'b/dump.sql': new Uint8Array(await new Blob(dump).arrayBuffer()) });
    const sniffed = await sniffFile(new File([zip as BlobPart], 'dump.zip'));
    if (sniffed.kind === 'refused' || sniffed.kind === 'several') throw new Error(sniffed.kind);
    expect(sniffed).toMatchObject({ name: 'dump.sql', packed: true });
    const report = await restoreDump(dumpSource(sniffed.file, sniffed.packed), quietTarget());
    expect(report).toMatchObject({ refused: [], truncated: undefined });
    expect(report.rows).toBeGreaterThan(1_000);
  });
});
