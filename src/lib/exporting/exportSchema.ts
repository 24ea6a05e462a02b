import { EngineError, type ExportFormat, type ExportOptions, type RelationRef } from '$workers/engine';
import { plural } from '$lib/base/format';
import { engineFor, stoppable } from '$lib/connections/registry';
import { formatOf } from '$lib/workspace/exportFormats';
import type { FileTarget } from '$lib/workspace/exportRun';
import { longWork } from '$lib/workspace/longWork.svelte';
import type { Owner } from '$lib/workspace/navigate';
import { notifications } from '$lib/workspace/notify.svelte';
import { BlobParts, download } from '$lib/workspace/saveCopy';
import { ZipStream } from './zipStream';

/** Several relations: a file of each within a zip, or all of the schema as SQL of its own dialect. */
export interface SchemaExport {
  owner: Owner;
  schema: string;
  /** What the file is named after. */
  title: string;
  relations: readonly RelationRef[];
  format: ExportFormat | 'dump';
  options: ExportOptions;
}

/** Names of files, none twice, whatever case they are told apart by. */
export function fileNames(relations: readonly RelationRef[], ending: string): string[] {
  const taken = new Set<string>();
  return relations.map(({ relation }) => {
    const bare = relation.replace(/[/\\:*?"<>|]/g, '_') || 'rows';
    let name = bare;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${bare}_${n}`;
    taken.add(name.toLowerCase());
    return `${name}.${ending}`;
  });
}

/** What one is called that is written without a picker. */
export const schemaFileName = ({ title, format }: SchemaExport): string => `${title.replace(/[/\\:*?"<>|]/g, '_')}.${format === 'dump' ? 'sql' : 'zip'}`;

/** Writes it, and tells how it goes; what fails, or is cancelled, leaves no file. */
export async function exportSchema(wanted: SchemaExport, target?: FileTarget): Promise<void> {
  const { owner, title } = wanted;
  const { key, stop } = stoppable(owner.connectionId);
  let isStopped = false;
  const work = longWork.begin(`Exporting ${title}`, owner.projectId, () => {
    isStopped = true;
    stop();
  });
  let stream: Awaited<ReturnType<FileTarget['createWritable']>> | undefined;
  const parts = new BlobParts();
  const write = (chunk: Uint8Array): Promise<void> => (stream ? stream.write(chunk) : Promise.resolve(parts.add(chunk)));
  try {
    stream = await target?.createWritable();
    const notices = await written(wanted, write, key, work.tell, () => isStopped);
    await stream?.close();
    const name = target?.name ?? schemaFileName(wanted);
    if (!target) download(parts.blob(wanted.format === 'dump' ? 'application/sql' : 'application/zip'), name);
    const what = wanted.format === 'dump' ? title : `${plural(wanted.relations.length, 'relation')} of ${title}`;
    notifications.show({ title: `${what} ${target ? `written to ${name}` : `in your downloads as ${name}`}`, text: notices.join(' ') || undefined, projectId: owner.projectId });
  } catch (e) {
    await stream?.abort();
    if (e instanceof EngineError && e.code === 'cancelled') return;
    notifications.show({ kind: 'error', title: `${title} was not exported`, text: e instanceof Error ? e.message : String(e), projectId: owner.projectId });
  } finally {
    work.end();
  }
}

async function written(
  { owner, schema, relations, format, options }: SchemaExport,
  write: (chunk: Uint8Array) => Promise<void>,
  key: symbol,
  tell: ReturnType<typeof longWork.begin>['tell'],
  isStopped: () => boolean
): Promise<string[]> {
  const engine = engineFor(owner.connectionId);
  if (format === 'dump') {
    await engine.saveScript(write, tell, { key }, schema);
    return [];
  }
  const notices: string[] = [];
  const zip = new ZipStream(write);
  const names = fileNames(relations, formatOf(format).ending);
  for (const [i, ref] of relations.entries()) {
    // A cancel between two tables met no call.
    if (isStopped()) throw new EngineError({ code: 'cancelled', message: 'Cancelled.' });
    await zip.file(names[i]!, async (take) => {
      const source = { kind: 'relation' as const, request: { schema: ref.schema, relation: ref.relation, sorts: [], filters: [] } };
      const report = await engine.exportRows(
        { source, format, options, name: { schema: ref.schema, relation: ref.relation }, expected: null },
        take,
        (progress) => tell({ ...progress, label: `Exporting ${ref.relation}, ${i + 1} of ${relations.length}` }),
        { key }
      );
      notices.push(...report.notices.map((words) => `${ref.relation}: ${words}`));
    });
  }
  await zip.end();
  return notices;
}
