import { EngineHost } from '../../workers/host/engineHost';
import { expose } from '../../workers/host/expose';
import { SqliteDriver } from '../../workers/sqlite/sqliteEngine';
import { SqljsHooks } from '../../workers/sqlite/sqljsHooks';

/** SQLite's worker as it would be if sql.js came with other names for its imports: our file does not get under it. */
SqljsHooks.prototype.wrap = (imports) => imports;
expose(new EngineHost(new SqliteDriver()));
