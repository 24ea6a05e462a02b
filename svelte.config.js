import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { metaDirectives } from './scripts/securityHeaders.js';

/**
 * `$service-worker`.build does not list what web workers load (wasm, data files, worker chunks).
 * Write the full file list into the client output before adapter-static copies it, so that both
 * `vite preview` and the static site serve /precache.json.
 * @param {import('@sveltejs/kit').Adapter} inner
 * @returns {import('@sveltejs/kit').Adapter}
 */
function withPrecache(inner) {
  return {
    ...inner,
    name: inner.name,
    async adapt(builder) {
      const root = builder.getClientDirectory();
      const files = readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((f) => f.isFile())
        .map((f) => join(f.parentPath, f.name))
        .filter((f) => !/[/\\]\.vite[/\\]|service-worker\.js$|version\.json$|precache\.json$/.test(f))
        .map((f) => ({ url: '/' + relative(root, f).split(sep).join('/'), bytes: statSync(f).size }))
        .sort((a, b) => a.url.localeCompare(b.url));
      writeFileSync(join(root, 'precache.json'), JSON.stringify(files));
      builder.log.minor(`precache.json: ${files.length} files, ${files.reduce((n, f) => n + f.bytes, 0)} bytes`);
      await inner.adapt(builder);
    }
  };
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: ({ filename }) => (filename.split(/[/\\]/).includes('node_modules') ? undefined : true) },
  kit: {
    adapter: withPrecache(adapter({ pages: 'build', assets: 'build', fallback: '404.html', precompress: false, strict: true })),
    paths: { relative: false },
    alias: { $workers: 'workers' },
    serviceWorker: { register: false },
    csp: { mode: 'hash', directives: metaDirectives() },
    typescript: {
      config: (c) => ({ ...c, include: [...c.include, '../scripts/**/*.js', '../vite.config.ts', '../vite.libpg.ts', '../vite.pgbase.ts', '../playwright.config.ts'] })
    }
  }
};
