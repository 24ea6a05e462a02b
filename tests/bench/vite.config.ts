import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { libpgQueryWasm } from '../../vite.libpg.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page that measures engines: the product's own workers, and the same engines bare beside them. */
export default defineConfig({
  root: folder('./page'),
  logLevel: 'error',
  plugins: [libpgQueryWasm()],
  resolve: { alias: { $lib: folder('../../src/lib'), $workers: folder('../../workers') } },
  worker: { format: 'es', plugins: () => [libpgQueryWasm()] },
  build: { target: 'es2022', outDir: folder('../../.svelte-kit/bench'), emptyOutDir: true }
});
