import type { EngineErrorData } from '../wire/errors';
import type { RestoreReport } from '../wire/opening';

/** Why a dump that gave nothing is refused, and what to do. */
export function whyNothing({ statements, refused, skipped, truncated }: RestoreReport): EngineErrorData {
  if (truncated) {
    const hint = 'Get the file again from where it came from.';
    return { code: 'damaged', message: `Nothing of this dump could be loaded. ${truncated}`, hint };
  }
  const reason = refused.find((r) => r.error.code !== 'unsupported') ?? refused[0];
  if (statements === 0) {
    return {
      code: 'refused',
      message: 'There are no SQL statements in this file.',
      hint: 'Open a dump that pg_dump has made, or create a new database and run your SQL there.'
    };
  }
  if (refused.some((r) => r.error.code === '42P01' && /^(COPY|INSERT)\b/i.test(r.text))) {
    return {
      code: 'refused',
      message: 'This dump holds rows only, and no tables to put them into.',
      hint: 'Make it again without --data-only, or open a dump of the schema first and run this one as a query there.'
    };
  }
  if (refused.length + skipped > 0 && refused.every((r) => r.error.code === 'unsupported')) {
    return {
      code: 'refused',
      message: 'This dump holds only roles and settings of a server, and no tables.',
      hint: 'Open a dump of a database: pg_dump makes one, pg_dumpall --globals-only does not.'
    };
  }
  return {
    code: 'refused',
    message: `Nothing in this file makes a table here.${reason ? ` The first failure, in line ${reason.line}: ${reason.error.message}` : ''}`,
    hint: 'Open a dump that pg_dump has made, or create a new database and run your SQL there.'
  };
}
