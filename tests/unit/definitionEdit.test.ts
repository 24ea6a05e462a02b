import 'fake-indexeddb/auto';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { MigrateReport, ObjectReading } from '$workers/engine';
import type { ConnectionId, ProjectId } from '$lib/base/id';
import { database } from '$lib/persistence/database';
import { readDialogDraft } from '$lib/persistence/dialogDrafts';
import { ofObject } from '$lib/schema/definitionSource';

/** An editor as far as the edit asks for one: line ends are those of CodeMirror. */
class EditorDouble {
  text: string;
  readonly #onText: (text: string) => void;

  constructor({ text, onText }: { text: string; onText: (text: string) => void }) {
    this.text = text.replace(/\r\n?/g, '\n');
    this.#onText = onText;
  }

  get length(): number {
    return this.text.length;
  }

  replace(from: number, to: number, insert: string): void {
    this.text = this.text.slice(0, from) + insert.replace(/\r\n?/g, '\n') + this.text.slice(to);
    this.#onText(this.text);
  }

  type(text: string): void {
    this.replace(this.length, this.length, text);
  }
}

const runMigration = vi.fn<() => Promise<MigrateReport>>();
vi.mock('$lib/schema/ddlDocument', () => ({ ddlDocument: (options: ConstructorParameters<typeof EditorDouble>[0]) => Promise.resolve(new EditorDouble(options)) }));
vi.mock('$lib/queries/runMigration', () => ({ runMigration }));
const { DefinitionEdit } = await import('$lib/schema/definitionEdit.svelte');

const owner = { connectionId: 'c' as ConnectionId, projectId: 'p' as ProjectId };
const WHAT = 'definition:noted';
const trigger = (body: string, end = '\n'): string => ['CREATE TRIGGER noted AFTER UPDATE ON t BEGIN', `  ${body};`, 'END'].join(end);
const sourceOf = (ddl: string) =>
  ofObject({ info: { kind: 'trigger', schema: 'main', name: 'noted', relation: 't', signature: null, facts: 'after update', ofKey: false, bytes: null, comment: null }, ddl, dependants: [] } as unknown as ObjectReading);

/** The dialog is opened over a definition. */
async function opened(ddl: string) {
  const edit = new DefinitionEdit(owner, 'sqlite', WHAT);
  edit.begin(sourceOf(ddl), () => undefined);
  await vi.waitFor(() => expect(edit.document).not.toBeNull());
  return { edit, editor: edit.document as unknown as EditorDouble };
}

beforeEach(async () => {
  await readDialogDraft(owner.projectId, WHAT);
  await database.settings.clear();
});

describe('the edit of a definition', () => {
  it('stays marked as changed elsewhere however much is typed and however often it is opened', async () => {
    const first = await opened(trigger('SELECT 1'));
    first.editor.type(' -- mine');
    expect([first.edit.isKept, first.edit.isStale]).toEqual([false, false]);

    const second = await opened(trigger('SELECT 2'));
    expect(second.editor.text).toContain('-- mine');
    expect([second.edit.isKept, second.edit.isStale]).toEqual([true, true]);
    second.editor.type('!');

    const third = await opened(trigger('SELECT 2'));
    expect([third.edit.isKept, third.edit.isStale]).toEqual([true, true]);
    third.edit.reset();
    expect(third.editor.text).toBe(trigger('SELECT 2'));
    third.editor.type(' -- again');
    expect([third.edit.isKept, third.edit.isStale]).toEqual([false, false]);
    expect((await opened(trigger('SELECT 2'))).edit.isStale).toBe(false);
  });

  it('that is read again while it is open follows it as long as nothing is typed, and is marked once something is', async () => {
    const { edit, editor } = await opened(trigger('SELECT 1'));
    edit.begin(sourceOf(trigger('SELECT 2')), () => undefined);
    expect(editor.text).toBe(trigger('SELECT 2'));
    expect(edit.isChanged).toBe(false);
    editor.type(' -- mine');
    edit.begin(sourceOf(trigger('SELECT 3')), () => undefined);
    expect(editor.text).toBe(`${trigger('SELECT 2')} -- mine`);
    expect([edit.isKept, edit.isStale]).toEqual([false, true]);
    editor.type('!');
    expect((await opened(trigger('SELECT 3'))).edit.isStale).toBe(true);
  });

  it('is not changed by line ends alone, and what is applied is what was typed', async () => {
    const { edit, editor } = await opened(trigger('SELECT 1', '\r\n'));
    editor.type('x');
    expect(edit.isChanged).toBe(true);
    expect(edit.migration.steps.map((s) => s.sql).join('\n')).toContain(editor.text);
    edit.reset();
    expect(edit.isChanged).toBe(false);
    expect(edit.migration.steps).toEqual([]);
    editor.type('x');
    editor.replace(editor.length - 1, editor.length, '');
    expect(edit.isChanged).toBe(false);
    expect(await readDialogDraft(owner.projectId, WHAT)).toBeUndefined();
  });
});
