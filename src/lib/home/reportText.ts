import type { RestoreReport } from '$workers/engine';
import { formatCount } from '$lib/base/format';
import { refusedCount } from '$lib/projects/refusedCount';

/** A restore's report as text to keep or to send: each statement that it lists, with line and reason. */
export function reportText(report: RestoreReport): string {
  const head = `${refusedCount(report)} of ${report.statements} statements could not run`;
  const listed = report.refusedMore ? [`The first ${formatCount(report.refused.length)} of them:`] : [];
  const each = report.refused.map(({ line, text, error }) => {
    const more = [error.detail, error.hint].filter(Boolean).map((words) => `-- ${words}`);
    return [`-- line ${line}: ${error.message} (${error.code})`, ...more, text.trimEnd()].join('\n');
  });
  return [head, ...listed, ...(report.truncated ? [report.truncated] : []), ...(report.lost ?? []), ...each].join('\n\n') + '\n';
}
