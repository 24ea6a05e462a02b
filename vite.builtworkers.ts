import { readdirSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sirv from 'sirv';
import { build, type Plugin } from 'vite';
import { libpgQueryWasm } from './vite.libpg.ts';
import { pgBase } from './vite.pgbase.ts';

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const BASE = '/built-workers/';
const OUT = folder('.svelte-kit/test-workers');

/** `new URL('…/workers/sqlite/worker.ts', import.meta.url)`, as the page names the worker that it starts. */
const STARTED = /new URL\('[./]*\/workers\/(\w+)\/worker\.ts', import\.meta\.url\)/g;

/** Every worker of the product, bundled. @returns once all files are written */
async function buildWorkers(): Promise<void> {
  const names = readdirSync(folder('workers')).filter((name) => existsSync(folder(`workers/${name}/worker.ts`)));
  await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    base: BASE,
    plugins: [libpgQueryWasm(), pgBase()],
    resolve: { alias: { $workers: folder('workers') } },
    build: {
      target: 'es2022',
      outDir: OUT,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      minify: false,
      modulePreload: false,
      rollupOptions: {
        input: Object.fromEntries(names.map((name) => [name, folder(`workers/${name}/worker.ts`)])),
        preserveEntrySignatures: 'strict',
        output: { entryFileNames: '[name].js' }
      }
    }
  });
}

/**
 * Tests in a browser start bundled workers, built once a run: unbundled, each of a thousand workers asks the server
 * for a hundred modules, which is most of what such a test costs. A change of workers/ is seen by the next run.
 */
export function builtWorkers(): Plugin {
  let built: Promise<void> | undefined;
  return {
    name: 'built-workers',
    apply: 'serve',
    enforce: 'pre',
    configureServer(server) {
      server.middlewares.use(BASE, sirv(OUT, { dev: true }));
    },
    async transform(code) {
      if (!code.match(STARTED)) return undefined;
      built ??= buildWorkers();
      await built;
      return { code: code.replace(STARTED, (_, name: string) => `'${BASE}${name}.js'`), map: null };
    }
  };
}
