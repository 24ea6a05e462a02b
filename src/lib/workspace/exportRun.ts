import { messageOf, type ExportOptions, type ExportRequest } from '$workers/engine';
import { BlobParts } from '$lib/base/blobParts';
import { plural } from '$lib/base/format';
import { exportFormats, formatOf } from './exportFormats';
import type { ExportSubject } from './exportSubject';
import { diskName, intoFile, whereItIs, type FileTarget } from './fileTarget';
import { notifications } from './notify.svelte';
import { toldCall, type ToldCall } from './toldCall';

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

const told = <T>(subject: ExportSubject, work: (call: ToldCall) => Promise<T>): Promise<T | undefined> =>
  toldCall(subject.owner, { doing: `Exporting ${subject.title}`, failed: `${subject.title} was not exported` }, work);

/** What an export is called that is written without a picker, or is suggested to it. */
export const exportFileName = (subject: ExportSubject, format: ExportRequest['format']): string => `${diskName(subject.title)}.${formatOf(format).ending}`;

/** Writes into the browser's downloads, or into a file of the user's choice. */
export async function exportToFile(subject: ExportSubject, choice: ExportChoice, target?: FileTarget): Promise<void> {
  const { projectId } = subject.owner;
  const request = requestOf(subject, choice);
  const name = target?.name ?? exportFileName(subject, choice.format);
  const report = await told(subject, ({ engine, options, tell }) =>
    intoFile({ name, mime: formatOf(choice.format).mime, target }, (write) => engine.exportRows(request, write, tell, options))
  );
  if (!report) return;
  const title = `${plural(report.rows, 'row')} of ${subject.title} ${report.rows === 1 ? 'is' : 'are'} ${whereItIs(name, target)}`;
  notifications.show({ title, text: report.notices.join(' ') || undefined, projectId });
}

/** Most bytes that are put on the clipboard. */
const CLIPBOARD_BYTES = 64 * 1024 * 1024;

/** Puts the selection, or all rows, on the clipboard as text of a format. */
export async function copyAs(subject: ExportSubject, format: ExportRequest['format'], options: ExportOptions): Promise<void> {
  const request = requestOf(subject, { format, options, selected: true });
  const parts = new BlobParts();
  const text = (async () => {
    const take = async (chunk: Uint8Array): Promise<void> => {
      if (parts.bytes + chunk.byteLength > CLIPBOARD_BYTES) throw new RangeError('This is more than the 64 MB that the clipboard takes.');
      parts.add(chunk);
    };
    const report = await told(subject, ({ engine, options: call, tell }) => engine.exportRows(request, take, tell, call));
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
      const words = messageOf(e);
      notifications.show({ kind: 'error', title: 'The clipboard could not be written', text: words, projectId: subject.owner.projectId });
    }
  }
}

/** Formats that can be put on the clipboard. */
export const copyFormats = exportFormats.filter((f) => f.text);
