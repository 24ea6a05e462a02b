/**
 * Serves build/ as it stands, in the way of `npm start`, for tests: nothing is installed, built or opened.
 * Option: --port <n>, taken as it is or not at all.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { buildListener, listen } from './serveBuild.js';

const { values } = parseArgs({ options: { port: { type: 'string', default: '4173' } } });
const folder = fileURLToPath(new URL('../build', import.meta.url));

if (!existsSync(folder)) throw new Error('There is no build/: run `npm run build` first.');
const { port } = await listen(await buildListener(folder), { port: Number(values.port), exact: true });
console.log(`http://localhost:${port}/`);
