import { EngineHost } from '../host/engineHost';
import { expose } from '../host/expose';
import { PostgresDriver } from './postgresDriver';

expose(new EngineHost(new PostgresDriver()));
