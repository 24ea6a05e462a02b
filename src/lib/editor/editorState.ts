import {
  acceptCompletion, autocompletion, closeBrackets, closeBracketsKeymap, closeCompletion, completionKeymap, completionStatus,
  moveCompletionSelection, selectedCompletion, type Completion
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentLess, indentMore, insertTab } from '@codemirror/commands';
import { PostgreSQL, SQLDialect, SQLite } from '@codemirror/lang-sql';
import { bracketMatching, indentService, indentUnit, type IndentContext } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, Prec, type Extension } from '@codemirror/state';
import {
  EditorView, crosshairCursor, drawSelection, dropCursor, highlightActiveLine, highlightActiveLineGutter, highlightSpecialChars,
  keymap, lineNumbers, placeholder, rectangularSelection, type KeyBinding
} from '@codemirror/view';
import type { Dialect } from '$workers/dialect/dialect';
import type { Catalog, EngineKind } from '$workers/engine';
import { callMarks } from './callMarks';
import { sqlCompletion } from './completion';
import { completionIcon } from './completionIcon';
import { editorTheme } from './editorTheme';
import { keywordsOf } from './sqlKeywords';
import { EditorStatements } from './statementAt';

/** What the keys of an editor do beyond editing. */
export interface EditorActions {
  run: () => void;
  runAll: () => void;
  format: () => void;
  explain: () => void;
}

export interface EditorOptions {
  text: string;
  dialect: Dialect;
  /** The connection's catalog as it is known now. */
  catalog: () => Catalog | null;
  statements: EditorStatements;
  actions: EditorActions;
  /** See SqlDocumentOptions. */
  isField: boolean;
  label: string;
  onUpdate: (view: EditorView, docChanged: boolean, selectionSet: boolean) => void;
}

/** How each language differs in CodeMirror's own grammar; words are ours, for its lists colour too many names. */
const grammars: Record<EngineKind, SQLDialect> = { postgres: PostgreSQL, sqlite: SQLite };
const quotes: Record<EngineKind, string> = { postgres: '"', sqlite: '`"[' };
const languages = new Map<EngineKind, SQLDialect>();

function languageOf(dialect: Dialect): SQLDialect {
  let language = languages.get(dialect.engine);
  if (!language) {
    const keywords = keywordsOf(dialect.engine);
    const types = new Set(dialect.types.flatMap((t) => t.toLowerCase().split(/[^\w]+/)).filter((t) => t !== '' && !keywords.has(t)));
    // Types that are more often names of columns.
    for (const name of ['name', 'date', 'time', 'char', 'path', 'point', 'box', 'line', 'circle', 'year', 'month']) types.delete(name);
    language = SQLDialect.define({
      ...grammars[dialect.engine].spec,
      keywords: [...keywords].join(' '),
      types: [...types].join(' '),
      builtin: '',
      identifierQuotes: quotes[dialect.engine]
    });
    languages.set(dialect.engine, language);
  }
  return language;
}

/** Keys of the window that CodeMirror must not take: commands, projects, commit, and the browser's bookmark. */
const notOurs = new Set(['Mod-k', 'Mod-p', 'Ctrl-k', 'Ctrl-p', 'Mod-s', 'Mod-d', 'Mod-Enter']);
const without = (bindings: readonly KeyBinding[]): KeyBinding[] => bindings.filter((b) => !b.key || !notOurs.has(b.key));

/** Enter takes an option, but not the word that is already written out: that would only swallow a line break. */
function takeOption(view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active') return false;
  const option = selectedCompletion(view.state);
  const { head } = view.state.selection.main;
  if (option && typeof option.apply !== 'function') {
    const text = typeof option.apply === 'string' ? option.apply : option.label;
    if (view.state.sliceDoc(Math.max(0, head - text.length), head) === text) {
      closeCompletion(view);
      return false;
    }
  }
  return acceptCompletion(view);
}

/** A new line begins under the one before, one step further in behind an opening bracket: clauses stay in one column. */
function indentOf(context: IndentContext, pos: number): number {
  const line = context.lineAt(pos, -1);
  const depth = context.lineIndent(pos, -1);
  return line.text.trimEnd().endsWith('(') ? depth + context.unit : depth;
}

/** In a field Escape is the dialog's, but while a list is seen: one that is only looked for is given up. */
function leaveField(view: EditorView): boolean {
  const isSeen = completionStatus(view.state) === 'active';
  closeCompletion(view);
  return isSeen;
}

/** The keys of a field's list: Tab takes an option that the arrows chose; a list that merely stands open is closed, and Tab moves on. */
function fieldKeys(): readonly KeyBinding[] {
  let chosen: Completion | null = null;
  const move = (forward: boolean) => (view: EditorView): boolean => {
    const hasMoved = moveCompletionSelection(forward)(view);
    if (hasMoved) chosen = selectedCompletion(view.state);
    return hasMoved;
  };
  const take = (view: EditorView): boolean => {
    if (chosen !== null && selectedCompletion(view.state) === chosen && acceptCompletion(view)) return true;
    closeCompletion(view);
    return false;
  };
  return [
    { key: 'Escape', run: leaveField },
    { key: 'ArrowDown', run: move(true) },
    { key: 'ArrowUp', run: move(false) },
    { key: 'Tab', run: take }
  ];
}

const tab: KeyBinding = {
  key: 'Tab',
  run: (view) => acceptCompletion(view) || (view.state.selection.main.empty ? insertTab(view) : indentMore(view)),
  shift: indentLess
};

function actionKeys(actions: EditorActions): readonly KeyBinding[] {
  const does = (action: () => void) => (): boolean => {
    action();
    return true;
  };
  return [
    { key: 'Mod-Enter', run: does(actions.run), shift: does(actions.runAll) },
    { key: 'Shift-Alt-f', run: does(actions.format) },
    { key: 'Mod-Shift-e', run: does(actions.explain) }
  ];
}

/** A new state of an editor, with everything that it can do. */
export function createEditorState(options: EditorOptions): EditorState {
  const { dialect, statements, actions } = options;
  const language = languageOf(dialect);
  const extensions: Extension[] = [
    EditorView.contentAttributes.of({
      'aria-label': options.label,
      ...(options.isField ? {} : { 'aria-description': 'Press Escape, then Tab, to leave the editor.' }),
      spellcheck: 'false',
      autocorrect: 'off',
      autocapitalize: 'off',
      translate: 'no',
      // Focusable as it is; said for who asks the attribute alone.
      tabindex: '0'
    }),
    Prec.highest(keymap.of([...actionKeys(actions), { key: 'Enter', run: takeOption }, ...(options.isField ? fieldKeys() : [])])),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    highlightSpecialChars(),
    history(),
    drawSelection(),
    dropCursor(),
    rectangularSelection(),
    crosshairCursor(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of('  '),
    indentService.of(indentOf),
    EditorState.tabSize.of(2),
    bracketMatching(),
    closeBrackets(),
    highlightSelectionMatches({ minSelectionLength: 2 }),
    search({ top: true }),
    language.extension,
    callMarks,
    statements.extension,
    placeholder(`SQL for ${dialect.label}`),
    autocompletion({
      override: [sqlCompletion(dialect, options.catalog, (c) => statements.around(c.state, c.pos), tellAbout)],
      icons: false,
      addToOptions: [{ render: completionIcon, position: 20 }],
      maxRenderedOptions: 200
    }),
    keymap.of([
      ...without(closeBracketsKeymap),
      ...without(completionKeymap),
      ...without(searchKeymap),
      ...without(historyKeymap),
      ...without(defaultKeymap),
      ...(options.isField ? [] : [tab])
    ]),
    editorTheme,
    EditorView.updateListener.of((update) => {
      if (update.docChanged || update.selectionSet) options.onUpdate(update.view, update.docChanged, update.selectionSet);
    })
  ];
  return EditorState.create({ doc: options.text, extensions });
}

/** The footer of the list is drawn by CSS from this property. */
const tellAbout = (about: string, view: EditorView): void =>
  view.dom.style.setProperty('--completion-about', JSON.stringify(about));
