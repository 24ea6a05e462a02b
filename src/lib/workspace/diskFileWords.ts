import { formatBytes } from '$lib/base/format';
import { seenText } from '$lib/base/seenText';
import type { DiskFile } from '$lib/persistence/database';
import type { Project } from '$lib/projects/project';

/** To the second: what is told apart here may be a minute old. */
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });

const facts = (bytes: number, modified: number): string => `${formatBytes(bytes)} of ${moment.format(modified)}`;

/**
 * In words, why a file on disk is not the one that Rowhouse has read or written last; null where it is, as far as name,
 * size and time of its last change tell.
 */
export function whyAnotherFile(project: string, known: DiskFile, now: { name: string; size: number; lastModified: number }): string | null {
  const name = seenText(now.name);
  const then = facts(known.bytes, known.modified);
  const there = facts(now.size, now.lastModified);
  if (name !== known.name) return `${project} was opened from ${known.name} (${then}). This is ${name} (${there}), and what it holds would be lost.`;
  if (now.size === known.bytes && now.lastModified === known.modified) return null;
  return `It has changed on disk since it was read or saved back here: ${then} then, ${there} now. What came into it meanwhile would be lost. To see what that is, open it beside ${project} and compare the two.`;
}

/** A project that has not copied a file whole, and asks for that very file when it is opened again; undefined where none does. */
export const whoNeedsFile = (projects: readonly Project[], file: { name: string; size: number }): Project | undefined =>
  projects.find(({ settings, fileName, disk, bytes }) => settings.needsFile === true && (disk?.name ?? fileName) === seenText(file.name) && (disk?.bytes ?? bytes) === file.size);
