import { closeCompletion } from '@codemirror/autocomplete';
import { setDiagnostics } from '@codemirror/lint';
import { EditorSelection, type EditorState, type StateEffect, type TransactionSpec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import type { Dialect } from '$workers/dialect/dialect';
import type { Catalog } from '$workers/engine';
import { createEditorState, type EditorActions } from './editorState';
import { EditorStatements, type RunRange } from './statementAt';

export interface SqlDocumentOptions {
  text: string;
  dialect: Dialect;
  catalog: () => Catalog | null;
  actions: EditorActions;
  /** It is a field among others: the Tab key goes on to the next. */
  isField?: boolean;
  /** Accessible name; "SQL" where it is not given. */
  label?: string;
  /** The text is another one. */
  onText: (document: SqlDocument) => void;
  /** The cursor moved: its line and column, both from 1. */
  onCursor: (line: number, column: number) => void;
}

/**
 * The text of one editor with its undo history, selection and scroll position. It lives outside of any component:
 * `attach` shows it, `detach` takes it off the page, and nothing is lost between the two.
 */
export class SqlDocument {
  readonly dialect: Dialect;
  readonly #statements: EditorStatements;
  #state: EditorState;
  #view: EditorView | null = null;
  #scroll: StateEffect<unknown> | null = null;

  constructor(options: SqlDocumentOptions) {
    this.dialect = options.dialect;
    this.#statements = new EditorStatements(options.dialect);
    this.#state = createEditorState({
      text: options.text,
      dialect: options.dialect,
      catalog: options.catalog,
      statements: this.#statements,
      actions: options.actions,
      isField: options.isField ?? false,
      label: options.label ?? 'SQL',
      onUpdate: (view, docChanged) => {
        this.#state = view.state;
        if (docChanged) options.onText(this);
        const { head } = view.state.selection.main;
        const line = view.state.doc.lineAt(head);
        options.onCursor(line.number, head - line.from + 1);
      }
    });
  }

  get #now(): EditorState {
    return this.#view?.state ?? this.#state;
  }

  get text(): string {
    return this.#now.doc.toString();
  }

  get length(): number {
    return this.#now.doc.length;
  }

  get selection(): { from: number; to: number; empty: boolean } {
    const { from, to, empty } = this.#now.selection.main;
    return { from, to, empty };
  }

  slice(from: number, to: number): string {
    return this.#now.sliceDoc(from, to);
  }

  /** Line and column of an offset, both from 1, and the line's text. */
  placeOf(offset: number): { line: number; column: number } {
    const at = Math.max(0, Math.min(offset, this.length));
    const line = this.#now.doc.lineAt(at);
    return { line: line.number, column: at - line.from + 1 };
  }

  /** What Run means now. */
  runRange(): Promise<RunRange | null> {
    return this.#statements.runRange(this.#now);
  }

  attach(parent: HTMLElement): void {
    this.detach();
    this.#view = new EditorView({ state: this.#state, parent, scrollTo: this.#scroll ?? undefined });
  }

  detach(): void {
    if (!this.#view) return;
    this.#state = this.#view.state;
    this.#scroll = this.#view.scrollSnapshot();
    this.#view.destroy();
    this.#view = null;
  }

  #dispatch(spec: TransactionSpec): void {
    if (this.#view) this.#view.dispatch(spec);
    else this.#state = this.#state.update(spec).state;
  }

  /** Writes over a part, as one step of undo. */
  replace(from: number, to: number, insert: string, select?: { anchor: number; head?: number }): void {
    this.#dispatch({ changes: { from, to, insert }, selection: select, userEvent: 'input.format', scrollIntoView: true });
  }

  /** Underlines what an engine complained about; replaces what was underlined before. */
  markError(from: number, to: number, message: string): void {
    const end = Math.min(Math.max(to, from + 1), this.length);
    const start = Math.min(from, end);
    this.#dispatch(setDiagnostics(this.#now, [{ from: start, to: end, severity: 'error', message }]));
  }

  clearErrors(): void {
    this.#dispatch(setDiagnostics(this.#now, []));
  }

  /** Puts the cursor somewhere, brings it into sight, and gives the editor the focus. */
  goTo(offset: number): void {
    const at = Math.min(offset, this.length);
    this.#dispatch({ selection: EditorSelection.cursor(at), effects: EditorView.scrollIntoView(at, { y: 'center' }) });
    this.focus();
  }

  /** Closes the list of completions. */
  closeList(): void {
    if (this.#view) closeCompletion(this.#view);
  }

  focus(): void {
    this.#view?.focus();
  }
}
