import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesUnder, importCycles, productFiles, readSource, root, type SourceFile } from './sourceScan';

const files = productFiles();

/**
 * The folders from the ground up. A file may import its own folder and those of lower ranks; folders of one rank
 * do not know each other. So no two folders can hang in one knot.
 */
const ranks: string[][] = [
  ['workers/wire'],
  ['workers/engine.ts'],
  ['workers/split'],
  ['workers/dialect'],
  ['workers/formats'],
  ['workers/transfer'],
  ['workers/host', 'workers/storage', 'workers/restore'],
  ['workers/postgres', 'workers/sqlite'],
  ['workers/layout'],
  ['src/lib/base'],
  ['src/lib/ui', 'src/lib/persistence', 'src/lib/connections'],
  ['src/lib/grid', 'src/lib/editor', 'src/lib/projects', 'src/lib/tabs', 'src/lib/changes', 'src/lib/queries'],
  ['src/lib/workspace'],
  [
    ...['sidebar', 'home', 'table', 'query', 'staged', 'history', 'find', 'settings', 'schema', 'diagram'],
    ...['importing', 'exporting', 'across']
  ].map((name) => `src/lib/${name}`),
  ['src/lib/shell'],
  ['src/routes']
];

/** Files above all folders: they may import anything of their side. */
const above = ['src/service-worker.ts', 'src/hooks.client.ts', 'src/app.d.ts'];

/** The place of a file in the ranks: its folder's name, or its own for workers/engine.ts. */
function placeOf(path: string): { rank: number; folder: string } | undefined {
  for (const [rank, folders] of ranks.entries()) {
    const folder = folders.find((name) => path === name || path.startsWith(`${name}/`));
    if (folder) return { rank, folder };
  }
  return undefined;
}

/** Files of the page that start workers, and so name their entries. */
const startsWorkers = new Set(['src/lib/connections/spawn.ts', 'src/lib/diagram/layoutWorker.ts']);

/** The page removes what projects leave, by the store's own rules: no worker may run for them then. */
const removesProjects = (path: string, target: string | undefined): boolean =>
  path === 'src/lib/persistence/projectStorage.ts' && /^workers\/storage\/(?:projectFolder|foundProject)\.ts$/.test(target ?? '');

/** The page tells what a file is before there is a worker for it, with the readers of files that the workers have. */
const readsFiles = (path: string, target: string | undefined): boolean =>
  /^src\/lib\/workspace\/sniff\w*\.ts$/.test(path) && target?.startsWith('workers/formats/') === true;

/** Lines of code that match, as `path:line: text`; comments do not count. */
function linesWith(pattern: RegExp, among: SourceFile[] = files): string[] {
  return among.flatMap(({ path, code }) =>
    code.split('\n').flatMap((line, at) => (pattern.test(line) ? [`${path}:${at + 1}: ${line.trim()}`] : []))
  );
}

describe('folders', () => {
  it('each has its rank', () => {
    const homeless = files.map((file) => file.path).filter((path) => !placeOf(path) && !above.includes(path));
    expect(homeless).toEqual([]);
  });

  it('import only what lies below them', () => {
    const wrong = files.flatMap((file) => {
      const own = placeOf(file.path);
      if (!own) return [];
      return file.imports.flatMap(({ file: target, line }) => {
        const other = target === undefined ? undefined : placeOf(target);
        if (!other || other.folder === own.folder || other.rank < own.rank) return [];
        return [`${file.path}:${line} imports ${target}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  it('have no import that leads nowhere', () => {
    const lost = files.flatMap((file) =>
      file.imports
        .filter(({ file: target, from }) => target !== undefined && !from.includes('$types') && !fileExists(target))
        .map(({ from, line }) => `${file.path}:${line} imports ${from}`)
    );
    expect(lost).toEqual([]);
  });

  it('hold no file that imports itself round about', () => {
    expect(importCycles(files)).toEqual([]);
  });

  it('the page knows of the workers only the boundary and the dialects', () => {
    const wrong = files
      .filter((file) => file.path.startsWith('src/'))
      .flatMap((file) =>
        file.imports
          .filter(({ file: target }) => target?.startsWith('workers/'))
          .filter(({ file: target }) => target !== 'workers/engine.ts' && !target?.startsWith('workers/dialect/'))
          .filter(({ file: target }) => !(startsWorkers.has(file.path) && target?.endsWith('/worker.ts')))
          .filter(({ file: target }) => !removesProjects(file.path, target))
          .filter(({ file: target }) => !readsFiles(file.path, target))
          .map(({ from, line }) => `${file.path}:${line} imports ${from}`)
      );
    expect(wrong).toEqual([]);
  });

  it('the workers know nothing of the page', () => {
    const wrong = files
      .filter((file) => file.path.startsWith('workers/'))
      .flatMap((file) => file.imports.filter(({ file: t, from }) => t?.startsWith('src/') || /^\$(?:lib|app)\b/.test(from)));
    expect(wrong).toEqual([]);
  });
});

/** What lives in one place only: a pattern, and the files that may hold it. */
const oneHome: { what: string; pattern: RegExp; homes: RegExp }[] = [
  { what: 'comlink', pattern: /from 'comlink'/, homes: /^(?:workers\/host\/expose|src\/lib\/connections\/[\w.]+)\.ts$/ },
  { what: 'new Worker', pattern: /\bnew Worker\(/, homes: /^src\/lib\/(?:connections\/spawn|diagram\/layoutWorker)\.ts$/ },
  { what: 'IndexedDB', pattern: /from 'dexie'|\bindexedDB\b/, homes: /^src\/lib\/persistence\// },
  { what: 'query keys', pattern: /\bqueryKey\s*:(?! readonly)|\bnew QueryClient\(/, homes: /^src\/lib\/queries\// },
  { what: 'goto', pattern: /\bgoto\(/, homes: /^src\/lib\/workspace\/navigate\.ts$/ },
  {
    what: 'keys of the whole window',
    pattern: /(?:window|document)\.addEventListener\(\s*'key(?:down|up)'|<svelte:(?:window|document)[^>]*onkey/,
    homes: /^src\/lib\/workspace\/shortcuts\.ts$/
  },
  { what: 'which engine it is', pattern: /\bengine [!=]== '/, homes: /^(?:workers\/|src\/lib\/(?:connections\/spawn\.ts|projects\/|workspace\/))/ },
  {
    what: 'the active connection',
    pattern: /\bgetActiveConnectionId\b/,
    homes: /^src\/lib\/(?:tabs\/uiStore\.svelte|workspace\/target|shell\/.*)/
  },
  {
    what: 'the mirror of a catalog',
    pattern: /\bsetProjectSchemas\(/,
    homes: /^src\/lib\/(?:projects\/projectStore\.svelte|workspace\/startLifecycle)\.ts$/
  },
  {
    what: 'snapshots of state',
    pattern: /\$state\.snapshot\(/,
    homes: /^src\/lib\/(?:connections\/engineClient\.svelte|persistence\/.*)\.ts$/
  },
  {
    what: 'SQL text',
    pattern: /['"`](?:SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE (?:TABLE|INDEX|VIEW)|ALTER TABLE|DROP \w+|EXPLAIN|PRAGMA)\s/,
    homes: /^workers\//
  },
  { what: 'addresses beyond the origin', pattern: /['"`](?:https?|wss?):\/\/(?!www\.w3\.org\/)/, homes: /^$/ },
  { what: 'requests', pattern: /(?<![.\w])fetch\(\s*['"`\w.]+\s*[,)]|\bXMLHttpRequest\b|\bsendBeacon\b|\bWebSocket\(/, homes: /^(?:src\/service-worker\.ts|workers\/)/ }
];

describe('one home each', () => {
  it.each(oneHome)('$what', ({ pattern, homes }) => {
    expect(linesWith(pattern, files.filter((file) => !homes.test(file.path)))).toEqual([]);
  });

  it('every query key names its connection, right after the resource', () => {
    const keys = readSource('src/lib/queries/queryKeys.ts').code;
    const all = [...keys.matchAll(/\[\s*'\w+'/g)];
    const scoped = [...keys.matchAll(/\[\s*'\w+',\s*connectionId\b/g)];
    expect(all.length).toBeGreaterThan(3);
    expect(scoped.length).toBe(all.length);
    const others = files.filter((file) => /^src\/lib\/queries\/(?!queryKeys)/.test(file.path));
    expect(linesWith(/\bqueryKey(?::|\s*=)\s*(?!\s|queryKeys\.|readonly)/, others)).toEqual([]);
  });
});

describe('names', () => {
  const all = [...files, ...['tests', 'scripts'].flatMap((f) => filesUnder(f, (p) => /\.(?:ts|js)$/.test(p))).map(readSource)];

  it('say what a file exports', () => {
    const vague = /(?:^|\/)(?:types\.[jt]s$|(?:utils?|helpers?|common|misc|shared|managers?|index)(?:\/|\.[jt]s$|\.svelte))/i;
    expect(all.map((file) => file.path).filter((path) => vague.test(path))).toEqual([]);
  });

  it('are PascalCase for components, camelCase for all else', () => {
    const wrong = files
      .map((file) => file.path)
      .filter((path) => !path.startsWith('src/routes/') && !above.includes(path))
      .filter((path) => {
        const name = basename(path);
        return name.endsWith('.svelte') ? !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(name) : !/^[a-z][A-Za-z0-9]*(?:\.svelte|\.d)?\.ts$/.test(name);
      });
    expect(wrong).toEqual([]);
  });

  it('end in .svelte.ts where there are runes, and only there', () => {
    const runes = /\$(?:state|derived|effect)\b|svelte\/reactivity/;
    const scripts = files.filter((file) => file.path.endsWith('.ts') && !file.path.endsWith('.d.ts'));
    const wrong = scripts.filter(({ path, code }) => runes.test(code) !== path.endsWith('.svelte.ts')).map((file) => file.path);
    expect(wrong).toEqual([]);
  });
});

describe('text', () => {
  it('a component holds no colour of its own', () => {
    const colour = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(/i;
    const wrong = files
      .filter((file) => file.path.endsWith('.svelte'))
      .flatMap(({ path, code }) => {
        const styles = [...code.matchAll(/<style[^>]*>([\s\S]*?)<\/style>|\bstyle(?::[\w-]+)?=(?:"[^"]*"|\{[^}]*\})/g)];
        return styles.flatMap(([text]) => text.split('\n').filter((line) => colour.test(line)).map((line) => `${path}: ${line.trim()}`));
      });
    expect(wrong).toEqual([]);
  });

  it('holds no marks of unfinished work', () => {
    const mark = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'coming' + ' soon', 'not ' + 'implemented'].join('|'), 'i');
    const wrong = files.filter(({ text }) => mark.test(text)).map((file) => file.path);
    expect(wrong).toEqual([]);
  });

  it('names no place of one machine', () => {
    const place = /(?<![\w.$})-])\/(?:work|root|home|Users)\/[a-z]/;
    const texts = ['src', 'workers', 'tests', 'scripts', 'static', 'docs'].flatMap((folder) =>
      filesUnder(folder, (path) => /\.(?:ts|js|svelte|css|html|json|md|webmanifest|svg|sql)$/.test(path))
    );
    const wrong = texts.filter((path) => place.test(readFileSync(join(root, path), 'utf8')));
    expect(wrong).toEqual([]);
  });
});

/** Whether an import's target is there; generated modules are not looked for. */
function fileExists(path: string): boolean {
  try {
    readFileSync(join(root, path));
    return true;
  } catch {
    // that is the answer
    return false;
  }
}
