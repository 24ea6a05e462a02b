import { browser } from '$app/environment';
import { startSession } from '$lib/workspace/session';

export const ssr = false;
export const prerender = true;

/** Projects and tabs are there before anything is drawn. */
export async function load(): Promise<void> {
  if (browser) await startSession();
}
