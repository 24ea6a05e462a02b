import type { ExportFormat, ExportOptions, RelationRef } from '$workers/engine';
import { plural } from '$lib/base/format';
import { callCancelled } from '$lib/connections/connectionErrors';
import { formatOf } from '$lib/workspace/exportFormats';
import { diskName, intoFile, whereItIs, type FileTarget } from '$lib/workspace/fileTarget';
import type { Owner } from '$lib/workspace/navigate';
import { notifications } from '$lib/workspace/notify.svelte';
import { toldCall, type ToldCall } from '$lib/workspace/toldCall';
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
    const bare = diskName(relation);
    let name = bare;
    for (let n = 2; taken.has(name.toLowerCase()); n++) name = `${bare}_${n}`;
    taken.add(name.toLowerCase());
    return `${name}.${ending}`;
  });
}

/** What one is called that is written without a picker. */
export const schemaFileName = ({ title, format }: SchemaExport): string => `${diskName(title)}.${format === 'dump' ? 'sql' : 'zip'}`;

/** Writes it, and tells how it goes; what fails, or is cancelled, leaves no file. */
export async function exportSchema(wanted: SchemaExport, target?: FileTarget): Promise<void> {
  const { owner, title, format } = wanted;
  const name = target?.name ?? schemaFileName(wanted);
  const mime = format === 'dump' ? 'application/sql' : 'application/zip';
  const notices = await toldCall(owner, { doing: `Exporting ${title}`, failed: `${title} was not exported` }, (call) =>
    intoFile({ name, mime, target }, (write) => written(wanted, write, call))
  );
  if (!notices) return;
  const what = format === 'dump' ? title : `${plural(wanted.relations.length, 'relation')} of ${title}`;
  notifications.show({ title: `${what} ${whereItIs(name, target)}`, text: notices.join(' ') || undefined, projectId: owner.projectId });
}

async function written(
  { schema, relations, format, options }: SchemaExport,
  write: (chunk: Uint8Array) => Promise<void>,
  { engine, tell, isStopped, options: call }: ToldCall
): Promise<string[]> {
  if (format === 'dump') {
    await engine.saveScript(write, tell, call, schema);
    return [];
  }
  const notices: string[] = [];
  const zip = new ZipStream(write);
  const names = fileNames(relations, formatOf(format).ending);
  for (const [i, ref] of relations.entries()) {
    // A cancel between two tables met no call.
    if (isStopped()) throw callCancelled();
    await zip.file(names[i]!, async (take) => {
      const source = { kind: 'relation' as const, request: { schema: ref.schema, relation: ref.relation, sorts: [], filters: [] } };
      const report = await engine.exportRows(
        { source, format, options, name: { schema: ref.schema, relation: ref.relation }, expected: null },
        take,
        (progress) => tell({ ...progress, label: `Exporting ${ref.relation}, ${i + 1} of ${relations.length}` }),
        call
      );
      notices.push(...report.notices.map((words) => `${ref.relation}: ${words}`));
    });
  }
  await zip.end();
  return notices;
}
