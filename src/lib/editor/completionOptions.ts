import { pickedCompletion, type Completion } from '@codemirror/autocomplete';
import type { EditorView } from '@codemirror/view';
import type { RelationInfo } from '$workers/engine';

/** A table or view, before its name is quoted. */
export const relationOption = (relation: RelationInfo): Completion => ({
  label: relation.relation,
  type: relation.kind === 'view' || relation.kind === 'materialized-view' ? 'view' : 'table',
  detail: relation.kind === 'table' ? '' : relation.kind.replace('-', ' '),
  boost: 10
});

/** A function, written as a call. */
export const functionOption = (name: string): Completion => ({ label: name, type: 'function', boost: -10, apply: applyCall });

/** Writes a call with the cursor between its brackets, or before those that are there. */
function applyCall(view: EditorView, completion: Completion, from: number, to: number): void {
  const called = view.state.sliceDoc(to, to + 1) === '(';
  view.dispatch({
    changes: { from, to, insert: completion.label + (called ? '' : '()') },
    selection: { anchor: from + completion.label.length + 1 },
    annotations: pickedCompletion.of(completion),
    userEvent: 'input.complete'
  });
}

/** Replaces a name from its opening quote to its closing one, where that is there. */
export const replaceQuoted =
  (sql: string, quote: string) =>
  (view: EditorView, completion: Completion, from: number, to: number): void => {
    const close = quote === '[' ? ']' : quote;
    const end = view.state.sliceDoc(to, to + 1) === close ? to + 1 : to;
    view.dispatch({
      changes: { from: from - 1, to: end, insert: sql },
      selection: { anchor: from - 1 + sql.length },
      annotations: pickedCompletion.of(completion),
      userEvent: 'input.complete'
    });
  };

/** Names in a line: the first three, and how many more. */
export const listed = (names: string[]): string => {
  const unique = [...new Set(names)];
  return unique.length > 3 ? `${unique.slice(0, 3).join(', ')} and ${unique.length - 3} more` : unique.join(', ');
};
