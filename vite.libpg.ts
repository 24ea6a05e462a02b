import type { Plugin } from 'vite';

/** libpg-query's emscripten loader asks for a sibling libpg-query.wasm that vite never emits; hand it the emitted URL. */
export const libpgQueryWasm = (): Plugin => ({
  name: 'libpg-query-wasm',
  enforce: 'pre',
  transform(code, id) {
    if (!/libpg-query[/\\]wasm[/\\]index\.js$/.test(id.split('?')[0]!)) return;
    return {
      code:
        `import __wasmUrl from './libpg-query.wasm?url';\n` +
        code.replace(/PgQueryModule\(\)/, 'PgQueryModule({ locateFile: () => __wasmUrl })'),
      map: null
    };
  }
});
