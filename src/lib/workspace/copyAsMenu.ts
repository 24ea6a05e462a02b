import type { MenuItems } from '$lib/ui/menuItem';
import { defaultOptions } from './exportFormats';
import { copyAs, copyFormats } from './exportRun';
import type { ExportSubject } from './exportSubject';

/** Lines of a menu that puts the selection on the clipboard, in each format that is text. */
export const copyAsMenu = (subject: () => ExportSubject): MenuItems =>
  copyFormats.map(({ id, label }) => ({ label: `Copy as ${label}`, run: () => void copyAs(subject(), id, defaultOptions) }));
