import type { ImportTarget } from '../transfer/importTarget';
import { PageWriter } from '../wire/pageWriter';
import type { Driver } from './driver';

/** A driver as what rows are loaded into. */
export const importTargetOf = (driver: Driver): ImportTarget => ({
  dialect: driver.dialect,
  async exec(sql) {
    try {
      const cursor = await driver.begin(sql, []);
      try {
        while (await cursor.next(new PageWriter(cursor.columns.length), 100));
      } finally {
        await cursor.close();
      }
    } finally {
      // Also where it could not begin: the engine may have to be started anew.
      await driver.settle();
    }
  },
  inTransaction: () => driver.inTransaction(),
  loader: (request) => driver.loader(request)
});
