import { serveWith } from './engineUnderTest';
import { matrix } from './matrix';
import OfficialWorker from './officialWorker?worker';

// What holds with sql.js holds with the official build. What lies above both is left out: it is tested with the one.
serveWith('sqlite', OfficialWorker);
matrix('sqlite', ['values', 'results', 'errors', 'transactions', 'commits', 'readOnly']);
