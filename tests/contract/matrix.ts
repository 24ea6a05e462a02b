import { afterEach, describe } from 'vitest';
import { cancel } from './cancel';
import { catalog } from './catalog';
import { commits } from './commit';
import { endWorkers, engines, type EngineName } from './engineUnderTest';
import { errors } from './errors';
import { exports } from './exports';
import { lookups } from './lookups';
import { imports } from './imports';
import { objects } from './objects';
import { order } from './order';
import { readOnly } from './readOnly';
import { restorePoints } from './restorePoints';
import { results } from './results';
import { rowCounts } from './rowCounts';
import { transactions } from './transactions';
import { values } from './values';
import { windows } from './windows';

const behaviours = {
  values,
  results,
  errors,
  windows,
  rowCounts,
  order,
  cancel,
  transactions,
  catalog,
  objects,
  exports,
  commits,
  lookups,
  imports,
  readOnly,
  restorePoints
};

/** What every engine must do: the same cases against each, in a file of its own, so that two run at once. */
export function matrix(engine: EngineName): void {
  describe.skipIf(!engines.includes(engine))(engine, () => {
    // A fresh worker a case.
    afterEach(endWorkers);
    describe.each(Object.entries(behaviours))('%s', (_, behaviour) => behaviour(engine));
  });
}
