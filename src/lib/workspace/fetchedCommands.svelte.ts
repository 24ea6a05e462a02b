import type { Project } from '$lib/projects/project';
import type { Command } from './commands.svelte';

interface Fetched {
  projectCommands: typeof import('./projectCommands').projectCommands;
  relationAsides: typeof import('./relationAsides').relationAsides;
  namedRelationAsides: typeof import('./relationAsides').namedRelationAsides;
}

let fetched = $state.raw<Fetched | null>(null);
let isFetching = false;

/** Fetches what lists the commands of connected projects, with the first connection: a first visit has none. */
export async function fetchCommands(): Promise<void> {
  if (isFetching) return;
  isFetching = true;
  try {
    const [commands, asides] = await Promise.all([import('./projectCommands'), import('./relationAsides')]);
    fetched = { ...commands, ...asides };
  } catch (e) {
    isFetching = false; // asked again with the palette
    console.error('The commands of projects could not be fetched.', e);
  }
}

/** Commands of a connected project; none until they are fetched, which the palette sees by itself. */
export function fetchedCommands(project: Project): Command[] {
  if (fetched === null) void fetchCommands();
  return fetched?.projectCommands(project) ?? [];
}

/** What is offered beside opening the relations of a connected project, by its titles' first letter. */
export const fetchedAsides = (project: Project, letter: string): readonly Command[] => fetched?.relationAsides(project, letter) ?? [];

/** The same, by their ids. */
export const fetchedNamedAsides = (project: Project, ids: ReadonlySet<string>): readonly Command[] => fetched?.namedRelationAsides(project, ids) ?? [];
