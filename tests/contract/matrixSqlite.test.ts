import { matrix } from './matrix';

matrix('sqlite');
