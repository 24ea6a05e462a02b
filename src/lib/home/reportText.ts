import type { RestoreReport } from '$workers/engine';

/** A restore's report as text to keep or to send: each statement that could not run, whole, with line and reason. */
export function reportText(report: RestoreReport): string {
  const head = `${report.refused.length} of ${report.statements} statements could not run`;
  const each = report.refused.map(({ line, text, error }) => {
    const more = [error.detail, error.hint].filter(Boolean).map((words) => `-- ${words}`);
    return [`-- line ${line}: ${error.message} (${error.code})`, ...more, text.trimEnd()].join('\n');
  });
  return [head, ...(report.truncated ? [report.truncated] : []), ...each].join('\n\n') + '\n';
}
