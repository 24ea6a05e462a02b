import type { Danger } from '$workers/engine';
import { plural } from '$lib/base/format';
import type { ConfirmRequest } from '$lib/workspace/dialogs.svelte';

function dangerWords({ what, name, rows }: Danger): string {
  const touched = rows === null ? '' : `, ${rows.exact ? '' : 'about '}${plural(rows.count, 'row')}`;
  return `${what}: ${name}${touched}.`;
}

/** What is asked before such a run. */
export function dangerQuestion(dangers: readonly Danger[], database: string): ConfirmRequest {
  const [first] = dangers;
  const shown = dangers.slice(0, 6).map(dangerWords);
  if (dangers.length > shown.length) shown.push(`And ${plural(dangers.length - shown.length, 'more statement')} like these.`);
  return {
    title: dangers.length === 1 ? `Run ${first!.what} on ${database}?` : `Run ${plural(dangers.length, 'statement')} like this on ${database}?`,
    text: `${shown.join(' ')} What is committed this way cannot be undone here.`,
    confirmLabel: 'Run',
    cancelLabel: 'Do not run',
    danger: true
  };
}
