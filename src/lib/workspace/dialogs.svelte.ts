import type { ArchiveChoice, ArchiveContents } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import type { DefinitionSubject } from './objectActions';
import type { SchemaAction } from './schemaAction';
import type { RelationRef, SchemaInfo } from '$workers/engine';
import type { ExportSubject } from './exportSubject';
import type { Owner } from './navigate';

export interface ConfirmRequest {
  /** The question, with the database's name. */
  title: string;
  text: string;
  confirmLabel: string;
  /** The safe choice, which has the focus. */
  cancelLabel: string;
  danger: boolean;
}

export interface NameRequest {
  title: string;
  label: string;
  hint?: string;
  value: string;
  confirmLabel: string;
}

export type OpenDialog =
  | { kind: 'commands' }
  | { kind: 'projects' }
  | { kind: 'design' }
  | { kind: 'privacy' }
  | { kind: 'settings'; projectId: ProjectId }
  | { kind: 'restore-points'; projectId: ProjectId }
  | { kind: 'remove'; projectId: ProjectId }
  | { kind: 'restore'; contents: ArchiveContents; answer: (choice: ArchiveChoice | null) => void }
  | { kind: 'restore-report'; projectId: ProjectId }
  | { kind: 'damage'; projectId: ProjectId }
  | { kind: 'schema-change'; owner: { connectionId: ConnectionId; projectId: ProjectId }; action: SchemaAction }
  | { kind: 'definition'; owner: Owner; subject: DefinitionSubject }
  | { kind: 'maintenance'; owner: { connectionId: ConnectionId; projectId: ProjectId } }
  | { kind: 'export'; subject: ExportSubject }
  | { kind: 'ask-several' }
  /** With `right` at once; `passing`: the left one was made for it, and goes when it is closed. */
  | { kind: 'compare'; left: ProjectId; right?: ProjectId; passing?: boolean }
  | { kind: 'export-schema'; owner: Owner; schema: SchemaInfo }
  | { kind: 'copy-across'; owner: Owner; relations: readonly RelationRef[]; target?: ProjectId }
  | { kind: 'place-rows'; files: readonly File[] }
  | { kind: 'choose-connection'; title: string; choose: (projectId: ProjectId) => void }
  | { kind: 'name'; request: NameRequest; answer: (name: string | null) => void }
  | { kind: 'confirm'; request: ConfirmRequest; answer: (yes: boolean) => void };

class Dialogs {
  open = $state.raw<OpenDialog | null>(null);
  /** What is to be restored is asked when nothing else is: it comes by itself, and would take another's place. */
  #waiting: OpenDialog[] = [];

  /** Shows a dialog in the place of the one that is open. One that asks what to restore comes again after it. */
  show(dialog: OpenDialog): void {
    const { open } = this;
    if (open?.kind === 'restore') {
      // Closed, it would answer that nothing is wanted.
      if (dialog.kind === 'commands' || dialog.kind === 'projects') return;
      this.#waiting.unshift(open);
    } else this.close();
    this.open = dialog;
  }

  close(): void {
    const { open } = this;
    this.#leave();
    if (open?.kind === 'confirm') open.answer(false);
    if (open?.kind === 'restore') open.answer(null);
    if (open?.kind === 'name') open.answer(null);
  }

  #leave(): void {
    this.open = null;
    // Whoever was answered may ask the next thing first.
    if (this.#waiting.length > 0) setTimeout(() => this.#showWaiting());
  }

  #showWaiting(): void {
    if (this.open === null) this.open = this.#waiting.shift() ?? null;
  }

  /** Asks what of an archive is restored, once no other dialog is open; null when it was left. */
  chooseOfArchive(contents: ArchiveContents): Promise<ArchiveChoice | null> {
    return new Promise((resolve) => {
      const answer = (choice: ArchiveChoice | null): void => {
        this.#leave();
        resolve(choice);
      };
      this.#waiting.push({ kind: 'restore', contents, answer });
      this.#showWaiting();
    });
  }

  /** Asks for a name; null when none was given. */
  askName(request: NameRequest): Promise<string | null> {
    return new Promise((resolve) => {
      this.show({
        kind: 'name',
        request,
        answer: (name) => {
          this.#leave();
          resolve(name);
        }
      });
    });
  }

  /** Asks; true when confirmed. */
  confirm(request: ConfirmRequest): Promise<boolean> {
    return new Promise((resolve) => {
      this.show({
        kind: 'confirm',
        request,
        answer: (yes) => {
          this.#leave();
          resolve(yes);
        }
      });
    });
  }
}

export const dialogs = new Dialogs();
