import type { Project } from '$lib/projects/project';
import type { ConnectionState } from '$lib/projects/connectionState';

/**
 * Whether a project's database can be written back into the file that it was opened from: it came as a file of its own,
 * is open to be written here and not damaged, and this browser writes to files. Where its bytes are not kept in the
 * browser's file system they are read from that very file, which must stay then.
 */
export function canSaveBack(project: Project, connection: ConnectionState | undefined): boolean {
  if (!project.disk || !('showOpenFilePicker' in globalThis)) return false;
  const report = connection?.status === 'connected' && !connection.readOnly ? connection.report : null;
  return report?.storage === 'opfs' && !report.damaged;
}
