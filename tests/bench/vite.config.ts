import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { libpgQueryWasm } from '../../vite.libpg.ts';
import { pgBase } from '../../vite.pgbase.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/**
 * Builds the pages that measure: engines (the product's own workers, and the same engines bare beside them), and
 * the grid.
 */
export default defineConfig({
  root: folder('./page'),
  logLevel: 'error',
  plugins: [libpgQueryWasm(), pgBase(), svelte({ configFile: false, compilerOptions: { runes: true } })],
  resolve: { alias: { $lib: folder('../../src/lib'), $workers: folder('../../workers') } },
  worker: { format: 'es', plugins: () => [libpgQueryWasm(), pgBase()] },
  build: {
    target: 'es2022',
    outDir: folder('../../.svelte-kit/bench'),
    emptyOutDir: true,
    rollupOptions: { input: [folder('./page/index.html'), folder('./page/scroll.html')] }
  }
});
