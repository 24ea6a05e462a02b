import type { HandleClientError } from '@sveltejs/kit';

/**
 * The last net: what nobody caught while an address was opened or a page was drawn. It is shown by +error.svelte,
 * with the words of the error itself, and stays in the console whole.
 */
export const handleError: HandleClientError = ({ error, event, status, message }) => {
  if (status === 404) return { message: 'There is nothing at this address.' };
  console.error(`Rowhouse failed at ${event.url.pathname}`, error);
  return { message: error instanceof Error && error.message ? error.message : message };
};
