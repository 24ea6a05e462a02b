import type { RestoreReport } from '$workers/engine';

/** How many statements of a dump could not run; the report lists the first of them only. */
export const refusedCount = (report: RestoreReport): number => report.refused.length + (report.refusedMore ?? 0);
