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

export type Behaviour = keyof typeof behaviours;

/**
 * What every engine must do: the same cases against each, in a file of its own, so that two run at once.
 * @param only some of it
 */
export function matrix(engine: EngineName, only?: readonly Behaviour[]): void {
  const chosen = Object.entries(behaviours).filter(([name]) => !only || only.includes(name as Behaviour));
  describe.skipIf(!engines.includes(engine))(engine, () => {
    // A fresh worker a case.
    afterEach(endWorkers);
    describe.each(chosen)('%s', (_, behaviour) => behaviour(engine));
  });
}
