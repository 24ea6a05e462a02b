import type { Driver } from '../host/driver';
import type { ScriptTarget } from '../restore/restoreScript';
import { PageWriter } from '../wire/pageWriter';

/** A script's statements run as the user's do: guarded, and kept safe afterwards. */
export class ScriptDriver implements ScriptTarget {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  async exec(sql: string): Promise<number> {
    const cursor = await this.#driver.begin(sql, []);
    try {
      const writer = new PageWriter(cursor.columns.length);
      while (await cursor.next(writer, 1000)) writer.take();
      return cursor.changed() ?? 0;
    } finally {
      await cursor.close();
      await this.#driver.settle();
    }
  }

  inTransaction(): boolean {
    return this.#driver.inTransaction();
  }
}
