import type { ClientInit, HandleClientError } from '@sveltejs/kit';
import { notifications } from '$lib/workspace/notify.svelte';

/** What a thrown value says for itself. */
const wordsOf = (error: unknown): string => (error instanceof Error && error.message ? error.message : String(error));

/**
 * What nobody caught while an address was opened or a page was drawn. It is shown by +error.svelte with the words of
 * the error itself, and stays in the console whole.
 */
export const handleError: HandleClientError = ({ error, event, status }) => {
  if (status === 404) return { message: 'There is nothing at this address.' };
  console.error(`Rowhouse failed at ${event.url.pathname}`, error);
  return { message: wordsOf(error) };
};

/** The last net: what fails outside of any page is said, never lost. The browser itself puts it into the console. */
export const init: ClientInit = () => {
  // The browser notes each request that the page makes: “Privacy and storage” counts them, and 250 are soon made.
  performance.setResourceTimingBufferSize(20_000);
  const say = (error: unknown) => {
    // what was called off is no failure
    if (error instanceof DOMException && error.name === 'AbortError') return;
    notifications.show({ kind: 'error', title: 'Something failed that should not have', text: wordsOf(error) });
  };
  window.addEventListener('unhandledrejection', (event) => say(event.reason));
  window.addEventListener('error', (event) => {
    // `error` is null for a resource that did not load, and for the harmless "ResizeObserver loop" notice
    if (event.error) say(event.error);
  });
};
