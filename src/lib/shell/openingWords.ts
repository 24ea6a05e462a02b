import type { OpenReport } from '$workers/engine';
import { formatCount, plural } from '$lib/base/format';
import { refusedCount } from '$lib/projects/refusedCount';

/** What a person should know of an opening wherever they are, behind the project's name; null when all is well. */
export function openingWords({ restore, notices }: OpenReport): string | null {
  const words: string[] = [];
  if (restore && restore.refused.length > 0) {
    words.push(`is open; ${formatCount(refusedCount(restore))} of ${plural(restore.statements, 'statement')} could not run.`);
  }
  if (restore?.truncated) words.push(restore.truncated);
  const [first, ...more] = notices;
  if (first) words.push(`${words.length === 0 ? 'is open. ' : ''}${first.message}`);
  if (more.length > 0) words.push(`${plural(more.length, 'more notice')}.`);
  return words.length > 0 ? words.join(' ') : null;
}
