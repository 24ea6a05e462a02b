import { afterEach, describe } from 'vitest';
import { cancel } from './cancel';
import { catalog } from './catalog';
import { commits } from './commit';
import { endWorkers, engines } from './engineUnderTest';
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

// A fresh worker a case.
afterEach(endWorkers);

describe.each(engines)('%s', (engine) => {
  describe.each(Object.entries(behaviours))('%s', (_, behaviour) => behaviour(engine));
});
