import { EngineHost } from '../host/engineHost';
import { expose } from '../host/expose';
import { SqliteDriver } from './sqliteEngine';

expose(new EngineHost(new SqliteDriver()));
