import type { Progress } from '../../wire/opening';
import { DumpScanner } from '../dumpScanner';
import type { DumpSource } from '../dumpSource';
import { connectedDatabase } from '../judgeStatement';
import { DumpOutline } from './dumpOutline';

/** How often the page is told, in ms. */
const TELL_MS = 100;

/** Reads a dump to its end for what it holds; rows are passed over, and nothing of it is kept. Rejects as its loading would. */
export async function readOutline(source: DumpSource, onProgress: (progress: Progress) => void): Promise<DumpOutline> {
  const scanner = new DumpScanner(source.bytes);
  const outline = new DumpOutline();
  scanner.onComment = (line) => outline.comment(line);
  let isElsewhere = source.database !== undefined;
  let at = 0;
  let told = -Infinity;
  for await (const event of scanner.events()) {
    const database = event.kind === 'meta' ? connectedDatabase(event.text) : undefined;
    if (source.database !== undefined && database !== undefined) isElsewhere = database !== source.database;
    if (!isElsewhere) outline.take(event, at);
    at++;
    const now = performance.now();
    if (now - told < TELL_MS) continue;
    told = now;
    onProgress({ label: 'Reading what is in the dump', done: Math.min(source.done, source.total), total: source.total, unit: 'bytes' });
  }
  return outline;
}
