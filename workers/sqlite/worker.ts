import { EngineHost } from '../host/engineHost';
import { expose } from '../host/expose';
import { tellRequests } from '../wire/tellRequests';
import { SqliteDriver } from './sqliteEngine';

tellRequests();
expose(new EngineHost(new SqliteDriver()));
