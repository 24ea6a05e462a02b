import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Import {
  /** What stands in the quotes. */
  from: string;
  /** The file it leads to, from the root, with `/`; undefined for a package. */
  file: string | undefined;
  /** Gone after compiling. */
  typeOnly: boolean;
  line: number;
}

export interface SourceFile {
  /** From the root, with `/`. */
  path: string;
  text: string;
  /** The text with comments blanked out, its lines where they were. */
  code: string;
  imports: Import[];
}

/** Files under a folder, from the root, sorted. */
export function filesUnder(folder: string, keep: (path: string) => boolean = () => true): string[] {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(keep)
    .sort();
}

/** Comments replaced by spaces: of scripts, styles and markup. Strings and templates are stepped over. */
export function withoutComments(text: string): string {
  const token = /\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->|(?<![:\\'"`])\/\/[^\n]*|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`/g;
  return text.replace(token, (found) => (/^(?:\/\*|\/\/|<!--)/.test(found) ? found.replace(/[^\n]/g, ' ') : found));
}

const importForms = [
  { form: /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\s+from\s+)?(['"])([^'"\n]+)\2/gm, type: 1, from: 3 },
  { form: /\bimport\(\s*(?:\/\*.*?\*\/\s*)?(['"])([^'"\n]+)\1/g, type: 0, from: 2 },
  { form: /\bnew URL\(\s*(['"])(\.[^'"\n]+)\1\s*,\s*import\.meta\.url/g, type: 0, from: 2 }
];

function importsOf(path: string, code: string): Import[] {
  const found: Import[] = [];
  for (const { form, type, from } of importForms) {
    for (const match of code.matchAll(form)) {
      const name = match[from] ?? '';
      found.push({
        from: name,
        file: resolveImport(path, name),
        typeOnly: type > 0 && match[type] !== undefined,
        line: code.slice(0, match.index).split('\n').length
      });
    }
  }
  return found;
}

/** The file that an import of ours leads to; undefined for packages and for SvelteKit's own `$app` modules. */
export function resolveImport(importer: string, from: string): string | undefined {
  const name = from.split('?')[0] ?? from;
  let target: string;
  if (name.startsWith('.')) target = posix.join(dirname(importer).split(sep).join('/'), name);
  else if (name === '$lib' || name.startsWith('$lib/')) target = `src/lib${name.slice(4)}`;
  else if (name === '$workers' || name.startsWith('$workers/')) target = name.slice(1);
  else return undefined;
  const endings = ['', '.ts', '.svelte.ts', '.js', '.d.ts', '/index.ts'];
  const hit = endings.map((ending) => target + ending).find((path) => isFile(path));
  return hit ?? target.replace(/\.js$/, '.ts');
}

function isFile(path: string): boolean {
  const whole = join(root, path);
  return existsSync(whole) && statSync(whole).isFile();
}

/** Reads one file and what it imports. */
export function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const code = withoutComments(text);
  return { path, text, code, imports: importsOf(path, code) };
}

/** The product: everything under src and workers that is code. */
export function productFiles(): SourceFile[] {
  const isCode = (path: string) => /\.(?:ts|js|svelte)$/.test(path);
  return [...filesUnder('src', isCode), ...filesUnder('workers', isCode)].map(readSource);
}

/** Groups of files that all reach each other by imports that remain after compiling. */
export function importCycles(files: SourceFile[]): string[][] {
  const edges = new Map(
    files.map((file) => [
      file.path,
      file.imports.filter((i) => !i.typeOnly && i.file !== undefined).map((i) => i.file as string)
    ])
  );
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  const visit = (path: string): void => {
    index.set(path, index.size);
    low.set(path, index.get(path)!);
    stack.push(path);
    onStack.add(path);
    for (const next of edges.get(path) ?? []) {
      if (!edges.has(next)) continue;
      if (!index.has(next)) visit(next);
      if (onStack.has(next)) low.set(path, Math.min(low.get(path)!, low.get(next)!));
    }
    if (low.get(path) !== index.get(path)) return;
    const group: string[] = [];
    for (let last = ''; last !== path; ) {
      last = stack.pop()!;
      onStack.delete(last);
      group.push(last);
    }
    if (group.length > 1 || (edges.get(path) ?? []).includes(path)) cycles.push(group.sort());
  };
  for (const path of edges.keys()) if (!index.has(path)) visit(path);
  return cycles;
}
