import { matrix } from './matrix';

matrix('postgres');
