import { dumpSource } from '../restore/dumpSource';

const USING = /\busing\s+["'`[]*(fts[345]|fts5vocab|rtree_i32|rtree)\b/gi;
/** More than the longest that can match, for what stands across two pieces. */
const OVERLAP = 200;

/** Modules for virtual tables that a script speaks of: what it makes in one transaction must be there before. */
export async function scriptModules(file: Blob, packed: boolean): Promise<string[]> {
  const found = new Set<string>();
  const decoder = new TextDecoder('latin1');
  let rest = '';
  for await (const bytes of dumpSource(file, packed).bytes) {
    const text = rest + decoder.decode(bytes);
    for (const [, module] of text.matchAll(USING)) found.add(module!.toLowerCase());
    rest = text.slice(-OVERLAP);
  }
  return [...found];
}
