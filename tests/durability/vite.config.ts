import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { libpgQueryWasm } from '../../vite.libpg.ts';
import { pgBase } from '../../vite.pgbase.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Builds the page whose work is cut short: the product's own workers, without the rest of the product. */
export default defineConfig({
  root: folder('./page'),
  logLevel: 'error',
  plugins: [libpgQueryWasm(), pgBase()],
  resolve: { alias: { $workers: folder('../../workers'), $lib: folder('../../src/lib') } },
  worker: { format: 'es', plugins: () => [libpgQueryWasm(), pgBase()] },
  build: { target: 'es2022', outDir: folder('../../.svelte-kit/durability'), emptyOutDir: true }
});
