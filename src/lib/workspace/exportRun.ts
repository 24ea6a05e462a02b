import { EngineError, type ExportOptions, type ExportReport, type ExportRequest } from '$workers/engine';
import { plural } from '$lib/base/format';
import { engineFor, stoppable } from '$lib/connections/registry';
import { exportFormats, formatOf } from './exportFormats';
import type { ExportSubject } from './exportSubject';
import { longWork } from './longWork.svelte';
import { notifications } from './notify.svelte';
import { BlobParts, download } from './saveCopy';

/** A file that the browser lets a page write to. */
export interface FileTarget {
  name: string;
  createWritable(): Promise<{ write(chunk: Uint8Array): Promise<void>; close(): Promise<void>; abort(): Promise<void> }>;
}

interface ExportChoice {
  format: ExportRequest['format'];
  options: ExportOptions;
  /** Write the selection only. */
  selected: boolean;
}

export function requestOf(subject: ExportSubject, { format, options, selected }: ExportChoice): ExportRequest {
  const range = selected && subject.selection ? subject.selection : undefined;
  return {
    source: subject.source,
    range,
    format,
    options,
    name: subject.name,
    expected: range ? Math.min(range.bottom - range.top + 1, subject.expected ?? Infinity) : subject.expected
  };
}

/** Runs an export and tells how it goes, with a Cancel; `undefined` when it failed or was cancelled. */
async function telling(
  subject: ExportSubject,
  request: ExportRequest,
  onChunk: (chunk: Uint8Array) => Promise<void>
): Promise<ExportReport | undefined> {
  const { projectId, connectionId } = subject.owner;
  const { key, stop } = stoppable(connectionId);
  const work = longWork.begin(`Exporting ${subject.title}`, projectId, stop);
  try {
    return await engineFor(connectionId).exportRows(request, onChunk, (progress) => work.tell(progress), { key });
  } catch (e) {
    if (e instanceof EngineError && e.code === 'cancelled') return undefined;
    const hint = e instanceof EngineError ? e.hint : undefined;
    const text = [e instanceof Error ? e.message : String(e), hint].filter(Boolean).join(' ');
    notifications.show({ kind: 'error', title: `${subject.title} was not exported`, text, projectId });
    return undefined;
  } finally {
    work.end();
  }
}

/** Writes into the browser's downloads, or into a file of the user's choice. */
export async function exportToFile(subject: ExportSubject, choice: ExportChoice, target?: FileTarget): Promise<void> {
  const format = formatOf(choice.format);
  const { projectId } = subject.owner;
  const request = requestOf(subject, choice);
  const fileName = target?.name ?? `${subject.title.replace(/[/\\:*?"<>|]/g, '_') || 'rows'}.${format.ending}`;
  let report: ExportReport | undefined;
  if (target) {
    const stream = await target.createWritable();
    report = await telling(subject, request, (chunk) => stream.write(chunk));
    if (report) await stream.close();
    else await stream.abort();
  } else {
    const parts = new BlobParts();
    report = await telling(subject, request, async (chunk) => parts.add(chunk));
    if (report) download(parts.blob(format.mime), fileName);
  }
  if (!report) return;
  const where = target ? `written to ${fileName}` : `in your downloads as ${fileName}`;
  const title = `${plural(report.rows, 'row')} of ${subject.title} ${report.rows === 1 ? 'is' : 'are'} ${where}`;
  notifications.show({ title, text: report.notices.join(' ') || undefined, projectId });
}

/** Most bytes that are put on the clipboard. */
const CLIPBOARD_BYTES = 64 * 1024 * 1024;

/** Puts the selection, or all rows, on the clipboard as text of a format. */
export async function copyAs(subject: ExportSubject, format: ExportRequest['format'], options: ExportOptions): Promise<void> {
  const request = requestOf(subject, { format, options, selected: true });
  const parts = new BlobParts();
  const text = (async () => {
    const report = await telling(subject, request, async (chunk) => {
      if (parts.bytes + chunk.byteLength > CLIPBOARD_BYTES) throw new RangeError('This is more than the 64 MB that the clipboard takes.');
      parts.add(chunk);
    });
    if (!report) throw new DOMException('Nothing to copy.', 'AbortError');
    const { label } = formatOf(format);
    notifications.show({ title: `${plural(report.rows, 'row')} copied as ${label}`, text: report.notices.join(' ') || undefined, projectId: subject.owner.projectId });
    return parts.blob('text/plain');
  })();
  try {
    // The promise goes in at once: later the browser would no longer see the click that allows it.
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': text })]);
  } catch (e) {
    if (await text.then(() => true, () => false)) {
      const words = e instanceof Error ? e.message : String(e);
      notifications.show({ kind: 'error', title: 'The clipboard could not be written', text: words, projectId: subject.owner.projectId });
    }
  }
}

/** Formats that can be put on the clipboard. */
export const copyFormats = exportFormats.filter((f) => f.text);
