import type { Command } from '$lib/workspace/commands.svelte';
import { openSqlFile, saveQuery, saveSqlFile } from './keepQuery';
import type { QuerySession } from './querySession.svelte';

/** Keys of a query tab, as they are written for shortcuts and printed on its buttons. */
export const queryKeys = {
  run: 'Mod+Enter',
  runAll: 'Mod+Shift+Enter',
  format: 'Shift+Alt+f',
  explain: 'Mod+Shift+e'
} as const;

/** What can be done in a query tab. */
export const queryCommands = (session: QuerySession): Command[] => [
  { id: 'query-run', title: 'Run statement', keys: [queryKeys.run], run: () => session.run() },
  { id: 'query-run-all', title: 'Run all statements', keys: [queryKeys.runAll], run: () => session.runAll() },
  { id: 'query-cancel', title: 'Cancel query', when: () => session.isRunning, run: () => session.cancel() },
  { id: 'query-format', title: 'Format SQL', keys: [queryKeys.format], run: () => session.format() },
  { id: 'query-explain', title: 'Explain statement', keys: [queryKeys.explain], run: () => session.explain(false) },
  { id: 'query-save', title: 'Save query…', run: () => saveQuery(session) },
  { id: 'query-save-file', title: 'Save as a .sql file', run: () => saveSqlFile(session) },
  { id: 'query-open-file', title: 'Open a .sql file in a query', run: () => openSqlFile(session) },
  { id: 'query-analyze', title: 'Explain and measure statement', run: () => session.explain(true) }
];
