import { EngineHost } from '../host/engineHost';
import { expose } from '../host/expose';
import { tellRequests } from '../wire/tellRequests';
import { PostgresDriver } from './postgresDriver';

tellRequests();
expose(new EngineHost(new PostgresDriver()));
