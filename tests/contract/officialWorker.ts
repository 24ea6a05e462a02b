import { EngineHost } from '../../workers/host/engineHost';
import { expose } from '../../workers/host/expose';
import { SqliteDriver } from '../../workers/sqlite/sqliteEngine';

/** SQLite's worker with every database served by the official build, whatever its schema names. */
expose(new EngineHost(new SqliteDriver('official')));
