import { SvelteSet } from 'svelte/reactivity';
import type { ProjectId } from '$lib/base/id';
import type { Shortcut } from '$lib/base/shortcutKeys';

/** Anything that the app can do, once: palette, menus, tooltips and shortcuts are fed from it. */
export interface Command {
  /** Stable, for "recent first". */
  id: string;
  title: string;
  /** Project that it is about, for its dot and heading. */
  projectId?: ProjectId;
  /** The first is the one that is printed. */
  keys?: readonly Shortcut[];
  /** False: not now. */
  when?: () => boolean;
  /** True: its keys work, but the palette does not list it. */
  hidden?: boolean;
  /** Its keys work while a dialog is open, too. */
  overDialogs?: boolean;
  run: () => void | Promise<void>;
}

/**
 * What is offered for each relation beside opening it. There are tens of thousands of them, so they are no part of the
 * list: the palette looks for them only where a word of what is typed begins as their titles do.
 */
export interface Asides {
  /** Those whose titles begin with a letter (lower-case), in lists that stay the same while what they name does. */
  beginning: (letter: string) => readonly (readonly Command[])[];
  /** Those of these ids. */
  named: (ids: ReadonlySet<string>) => readonly Command[];
}

interface Provider {
  list: () => readonly Command[];
  /** True when none of its commands has keys, so that a key press need not ask for them. */
  keyless: boolean;
  asides?: Asides;
}

const providers = new SvelteSet<Provider>();

/** Adds commands; a provider is asked each time, so it may depend on the state of the stores. Returns its undo. */
export function registerCommands(list: Provider['list'], { keyless = false, asides }: { keyless?: boolean; asides?: Asides } = {}): () => void {
  const provider = { list, keyless, asides };
  providers.add(provider);
  return () => providers.delete(provider);
}

/** All commands that can run now, in the order in which they were added. */
export const allCommands = (): Command[] => possible([...providers]);

/** Those that may have keys. */
export const commandsWithKeys = (): Command[] => possible([...providers].filter((p) => !p.keyless));

/** What is offered beside opening relations, of all databases. */
export const allAsides: Asides = {
  beginning: (letter) => [...providers].flatMap(({ asides }) => asides?.beginning(letter) ?? []),
  named: (ids) => [...providers].flatMap(({ asides }) => asides?.named(ids) ?? [])
};

const possible = (from: readonly Provider[]): Command[] =>
  from.flatMap((provider) => provider.list().filter((command) => command.when?.() ?? true));
