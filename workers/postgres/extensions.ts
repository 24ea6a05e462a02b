import type { PGlite } from '@electric-sql/pglite';
import { gunzipSync } from 'fflate';
import { messageOf } from '../wire/errors';
import { untar } from './tar';

/**
 * Extensions that PGlite ships, each an archive of its files (`share/…control`, `share/…sql`, `lib/….so`).
 * They are fetched when a statement asks for one and put into the running engine, as PGlite does at its
 * start; a database that has one created gets its files again at each opening. Nothing is fetched otherwise.
 */

/** Addresses of the archives by the extension's file name. Never inlined: the security policy forbids data: addresses. */
const archives = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>('../../node_modules/@electric-sql/pglite/dist/*.tar.gz', {
      query: '?url&no-inline',
      import: 'default',
      eager: true
    })
  ).map(([path, url]) => [path.replace(/^.*\//, '').replace(/\.tar\.gz$/, ''), url])
);

/** Extensions that share an archive: the examples of the server programming interface. */
const archiveOf: Record<string, string> = {
  autoinc: 'spi',
  insert_username: 'spi',
  moddatetime: 'spi',
  refint: 'spi'
};

/** Names of libraries that are no extension: loaded by `LOAD`, and by settings. */
const libraries = ['auto_explain', 'passwordcheck', 'pg_overexplain'];

/** All that can be created, by name. */
export const extensionNames: readonly string[] = [
  ...Object.keys(archives).filter((name) => name !== 'spi' && !libraries.includes(name)),
  ...Object.keys(archiveOf)
].sort();

const NAME = String.raw`(?:"((?:[^"]|"")+)"|'([^']+)'|([A-Za-z_][\w$]*))`;
const CREATE = new RegExp(String.raw`\bCREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?${NAME}`, 'gi');
const LOAD = new RegExp(String.raw`\bLOAD\s+${NAME}`, 'gi');
/** Functions written in C name their library: `AS '$libdir/refint'`. */
const LIBRARY = /'(?:\$libdir\/)([\w-]+)'/g;

/** Names of extensions and libraries that SQL asks for, wherever in it (a DO block as well). */
export function extensionsIn(sql: string): string[] {
  // Nearly all statements are done with here.
  if (!/extension|load|\$libdir/i.test(sql)) return [];
  const names = new Set<string>();
  for (const pattern of [CREATE, LOAD]) {
    for (const [, quoted, text, bare] of sql.matchAll(pattern)) {
      names.add(quoted?.replaceAll('""', '"') ?? text?.replace(/^.*\//, '') ?? bare!.toLowerCase());
    }
  }
  for (const [, library] of sql.matchAll(LIBRARY)) names.add(library!);
  return [...names];
}

/** What has been put into one running engine. */
export class ExtensionFiles {
  readonly #pg: PGlite;
  #loaded = new Set<string>();

  constructor(pg: PGlite) {
    this.#pg = pg;
  }

  /** Puts the files of these extensions, and of those that they require, in place. Unknown names are left to the engine. */
  async load(names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.#load(name)));
  }

  async #load(name: string): Promise<void> {
    const archive = archiveOf[name] ?? name;
    const url = archives[archive];
    if (!url || this.#loaded.has(archive)) return;
    this.#loaded.add(archive);
    let bytes: Uint8Array;
    try {
      const response = await fetch(url);
      if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (e) {
      this.#loaded.delete(archive);
      throw {
        code: 'unsupported',
        message: `The files of the extension ${name} could not be fetched.`,
        detail: messageOf(e),
        hint: 'Reload the page when the network is back.'
      };
    }
    // A server may have taken the archive's compression for one of the transport.
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
    const required: string[] = [];
    await Promise.all(
      [...untar(bytes)].filter((entry) => !entry.folder).map(async (file) => {
        if (file.name.endsWith('.control')) required.push(...requiredBy(file.data));
        if (file.name.endsWith('.so')) await this.#placeLibrary(file.name, file.data.slice());
        else if (file.name.startsWith('share/')) this.#pg.copyToFS(`${PREFIX}/${file.name}`, file.data);
      })
    );
    await this.load(required);
  }

  /** Compiles a library ahead, so that Postgres finds it when it opens it: it could not wait then. */
  #placeLibrary(name: string, data: Uint8Array): Promise<void> {
    const path = `${PREFIX}/${name}`;
    const cut = path.lastIndexOf('/');
    return new Promise((resolve) => {
      const { FS } = this.#pg.Module;
      FS.createPreloadedFile(
        path.slice(0, cut),
        path.slice(cut + 1),
        data as unknown as string,
        true,
        true,
        () => resolve(),
        () => {
          // Not compiled ahead: Postgres tries again when it opens the file.
          this.#pg.copyToFS(path, data);
          resolve();
        },
        false
      );
    });
  }
}

/** Where PGlite's installation lies in its file system. */
const PREFIX = '/pglite';

/** `requires = 'cube, plpgsql'` of a control file. */
function requiredBy(control: Uint8Array): string[] {
  const found = /^\s*requires\s*=\s*'([^']*)'/m.exec(new TextDecoder().decode(control));
  return found ? found[1]!.split(',').map((name) => name.trim()).filter(Boolean) : [];
}
