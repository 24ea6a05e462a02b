import { QueryClient } from '@tanstack/svelte-query';

/**
 * The cache of what engines know. Local engines need no network, no retries and no refetch on focus; what a
 * mutation makes stale is said in invalidate.ts.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      staleTime: Infinity,
      // Pages hold many cells: comparing old and new cell by cell costs more than it saves.
      structuralSharing: false
    },
    mutations: { networkMode: 'always', retry: false }
  }
});
