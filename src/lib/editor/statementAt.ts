import { StateField, type EditorState, type Extension } from '@codemirror/state';
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';
import type { Dialect } from '$workers/dialect/dialect';
import { StatementIndex } from './statementIndex';

/** What Run takes: a part of the document. */
export interface RunRange {
  from: number;
  to: number;
}

/** How long statements are looked for at a stretch, in ms. */
const SLICE_MS = 6;
/** A single statement longer than this is split only when it is to be run: looking for its end is not worth a pause. */
const LONGEST_SHOWN = 1_048_576;

/** Keeps the statements of the document; they are found when they are asked for. */
const statements = (dialect: Dialect): StateField<StatementIndex> =>
  StateField.define({
    create: (state) => new StatementIndex(dialect, state.doc),
    update(index, transaction) {
      if (!transaction.docChanged) return index;
      let from = transaction.newDoc.length;
      transaction.changes.iterChangedRanges((fromA) => (from = Math.min(from, fromA)));
      return index.changed(transaction.newDoc, from);
    }
  });

/** Looks for statements up to `pos` for a slice of time. True when those around it are known. */
function look(index: StatementIndex, pos: number, longest = Infinity): boolean {
  const until = performance.now() + SLICE_MS;
  while (!index.knows(pos) && index.chunk <= longest) {
    index.scan();
    if (performance.now() > until) break;
  }
  return index.knows(pos);
}

/**
 * The statements of an editor: `extension` goes into its state and draws a bar beside the one that Run would
 * take; the rest answers questions about a state that has it.
 */
export class EditorStatements {
  readonly extension: Extension;
  readonly #field: StateField<StatementIndex>;

  constructor(dialect: Dialect) {
    this.#field = statements(dialect);
    this.extension = [this.#field, bar(this.#field)];
  }

  /** The selection, else the statement at the cursor; null when there is none. Looks in slices, so that it never blocks. */
  async runRange(state: EditorState): Promise<RunRange | null> {
    const { from, to, empty, head } = state.selection.main;
    if (!empty) return { from, to };
    const index = state.field(this.#field);
    while (!look(index, head)) await new Promise((resolve) => setTimeout(resolve, 0));
    const part = index.at(head);
    return part && { from: part.from, to: part.to };
  }

  /** The stretch between semicolons around an offset, as far as it is known at once. */
  around(state: EditorState, pos: number): RunRange {
    const index = state.field(this.#field);
    look(index, pos, LONGEST_SHOWN);
    return index.around(pos);
  }
}

const runs = Decoration.line({ class: 'cm-runs' });

const bar = (field: StateField<StatementIndex>): Extension =>
  ViewPlugin.fromClass(
    class {
      decorations: DecorationSet = Decoration.none;
      #timer: ReturnType<typeof setTimeout> | undefined;
      readonly #view: EditorView;

      constructor(view: EditorView) {
        this.#view = view;
        this.#locate();
      }

      update(update: ViewUpdate): void {
        if (update.docChanged) this.decorations = this.decorations.map(update.changes);
        if (update.docChanged || update.selectionSet || update.viewportChanged || update.transactions.length > 0) this.#locate();
      }

      destroy(): void {
        clearTimeout(this.#timer);
      }

      #locate(): void {
        clearTimeout(this.#timer);
        const { state } = this.#view;
        const { empty, head, from, to } = state.selection.main;
        if (!empty) {
          this.decorations = this.#lines(from, to);
          return;
        }
        const index = state.field(field);
        if (look(index, head, LONGEST_SHOWN)) {
          const part = index.at(head);
          this.decorations = part ? this.#lines(part.from, part.to) : Decoration.none;
        } else if (index.chunk <= LONGEST_SHOWN) {
          // An empty transaction comes back here.
          this.#timer = setTimeout(() => this.#view.dispatch({}), 16);
        } else this.decorations = Decoration.none;
      }

      /** The lines of a range that are in sight. */
      #lines(from: number, to: number): DecorationSet {
        const { state, viewport } = this.#view;
        const first = Math.max(from, viewport.from);
        const last = Math.min(to, viewport.to);
        if (first > last) return Decoration.none;
        const ranges = [];
        for (let line = state.doc.lineAt(first); ; line = state.doc.lineAt(line.to + 1)) {
          ranges.push(runs.range(line.from));
          if (line.to >= last) break;
        }
        return Decoration.set(ranges);
      }
    },
    { decorations: (plugin) => plugin.decorations }
  );
