import type { Project } from '$lib/projects/project';
import type { Command } from './commands.svelte';

let list = $state.raw<((project: Project) => Command[]) | null>(null);
let isFetching = false;

/** Fetches what lists the commands of connected projects, with the first connection: a first visit has none. */
export async function fetchCommands(): Promise<void> {
  if (isFetching) return;
  isFetching = true;
  try {
    list = (await import('./projectCommands')).projectCommands;
  } catch (e) {
    isFetching = false; // asked again with the palette
    console.error('The commands of projects could not be fetched.', e);
  }
}

/** Commands of a connected project; none until they are fetched, which the palette sees by itself. */
export function fetchedCommands(project: Project): Command[] {
  if (list === null) void fetchCommands();
  return list?.(project) ?? [];
}
