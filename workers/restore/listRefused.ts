import type { EngineErrorData } from '../wire/errors';
import type { RestoreReport } from '../wire/opening';

/** What a report keeps of the statements that could not run. */
const MOST_REFUSED = 1_000;
const MOST_TEXT = 4_000;

/** Adds a statement that could not run to a report: listed while the list is short, counted in any case. */
export function listRefused(report: RestoreReport, text: string, line: number, error: EngineErrorData): void {
  if (report.refused.length >= MOST_REFUSED) {
    report.refusedMore = (report.refusedMore ?? 0) + 1;
    return;
  }
  const more = text.length - MOST_TEXT;
  report.refused.push({ line, text: more > 0 ? `${text.slice(0, MOST_TEXT)} … (${more} more characters)` : text, error });
}
