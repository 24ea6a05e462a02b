import { SvelteSet } from 'svelte/reactivity';
import { readSetting, writeSetting } from '$lib/persistence/settings';
import type { SidebarRow } from './sidebarRow';

/** What is open and what is closed in the tree. Schemas and relations last; projects open with each connection. */
export class TreeFolds {
  /** connectionIds, and schemas as JSON of [projectId, schema]. */
  readonly #closed = new SvelteSet<string>();
  /** Relations and groups, as the JSON that is their row's id. */
  readonly #open = new SvelteSet<string>();

  readonly #isKnown: (projectId: string) => boolean;

  /** @param isKnown false for projects that are gone: of these nothing is kept */
  constructor(isKnown: (projectId: string) => boolean) {
    this.#isKnown = isKnown;
  }

  async load(): Promise<void> {
    const kept = await readSetting<{ closed: string[]; open: string[] }>('sidebar.folds');
    for (const key of kept?.closed ?? []) this.#closed.add(key);
    for (const key of kept?.open ?? []) this.#open.add(key);
  }

  isOpen(row: SidebarRow): boolean {
    return isClosedAtFirst(row) ? this.#open.has(foldKey(row)) : !this.#closed.has(foldKey(row));
  }

  set(row: SidebarRow, open: boolean): void {
    const key = foldKey(row);
    const set = isClosedAtFirst(row) ? this.#open : this.#closed;
    if (isClosedAtFirst(row) === open) set.add(key);
    else set.delete(key);
    if (row.kind === 'project') return;
    const lasts = (k: string): boolean => k.startsWith('[') && this.#isKnown((JSON.parse(k) as string[])[0]!);
    writeSetting('sidebar.folds', { closed: [...this.#closed].filter(lasts), open: [...this.#open].filter(lasts) }).catch((error: unknown) =>
      console.warn('The open branches of the sidebar were not kept.', error)
    );
  }
}

const isClosedAtFirst = (row: SidebarRow): boolean => row.kind === 'relation' || row.kind === 'group';

function foldKey(row: SidebarRow): string {
  if (row.kind === 'project') return row.connection?.connectionId ?? row.project.id;
  if (row.kind === 'schema') return JSON.stringify([row.project.id, row.schema.name]);
  if (row.kind === 'relation') return JSON.stringify([row.project.id, row.relation.schema, row.relation.relation]);
  return row.id;
}
