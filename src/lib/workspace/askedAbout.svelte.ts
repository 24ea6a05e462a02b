import { SvelteSet } from 'svelte/reactivity';
import type { ProjectId } from '$lib/base/id';

/** Projects of which it is being asked what is to be restored. */
export const askedAbout = new SvelteSet<ProjectId>();
