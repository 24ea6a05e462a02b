import { messageOf } from '$workers/engine';
import { download } from '$lib/base/download';
import { uiStore } from '$lib/tabs/uiStore.svelte';
import { dialogs } from '$lib/workspace/dialogs.svelte';
import { openQuery } from '$lib/workspace/navigate';
import { notifications } from '$lib/workspace/notify.svelte';
import { savedQueries } from '$lib/workspace/savedQueries.svelte';
import type { QuerySession } from './querySession.svelte';

function fail(session: QuerySession, title: string, e: unknown): void {
  notifications.show({ title, text: messageOf(e), projectId: session.projectId, kind: 'error' });
}

/** Asks for a name and keeps the text of a query tab under it, in its project. */
export async function saveQuery(session: QuerySession): Promise<void> {
  const document = await session.load();
  const title = uiStore.getTab(session.tabId)?.title ?? '';
  const known = savedQueries.of(session.projectId).find((q) => q.name === title);
  const path = await dialogs.askName({
    title: `Save query in ${session.projectName}`,
    label: 'Name',
    hint: 'Folders are written before it: reports/monthly. One of the same name is replaced.',
    value: known?.folder ? `${known.folder}/${title}` : /^Query( \d+)?$/.test(title) ? '' : title,
    confirmLabel: 'Save'
  });
  if (path === null) return;
  try {
    const saved = await savedQueries.save(session.projectId, path, document.text);
    uiStore.setTitle(session.tabId, saved.name);
    notifications.show({ title: `${saved.name} saved`, text: `${session.projectName}: the palette finds it.`, projectId: session.projectId });
  } catch (e) {
    fail(session, 'The query was not saved', e);
  }
}

/** Downloads the text of a query tab as a file. */
export async function saveSqlFile(session: QuerySession): Promise<void> {
  const { text } = await session.load();
  const title = uiStore.getTab(session.tabId)?.title ?? 'query';
  download(new Blob([text], { type: 'application/sql' }), `${title.replace(/[^\p{L}\p{N}._ -]+/gu, '-')}.sql`);
}

/** Longest file that is opened as a text to edit, in bytes; larger ones are dumps. */
const LONGEST_FILE = 20_000_000;

/** Lets somebody choose a `.sql` file and opens it in a query tab of the same project, without running it. */
export function openSqlFile(session: QuerySession): void {
  const { connectionId, projectId } = session;
  if (!connectionId) return;
  const input = Object.assign(document.createElement('input'), { type: 'file', accept: '.sql,.txt,application/sql' });
  input.addEventListener('change', () => void read(input.files?.[0]));
  input.click();

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    try {
      if (file.size > LONGEST_FILE) throw new RangeError(`${file.name} is too large to edit. Open it as a database instead.`);
      await openQuery({ connectionId: connectionId!, projectId }, await file.text(), file.name.replace(/\.(sql|txt)$/i, ''));
    } catch (e) {
      fail(session, `${file.name} was not opened`, e);
    }
  }
}
