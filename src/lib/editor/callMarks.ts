import { syntaxTree } from '@codemirror/language';
import { RangeSetBuilder, type Extension } from '@codemirror/state';
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from '@codemirror/view';

import { namesRelation } from './colourSql';

const call = Decoration.mark({ class: 'cm-call' });
/** Names of tokens in the grammar of @codemirror/lang-sql that can be a function's name. */
const nameNodes = new Set(['Identifier', 'Builtin', 'Keyword']);
/** Keywords that stand before a bracket without being called. */
const notCalled =
  /^(?:in|values|as|and|or|not|on|using|over|from|join|exists|select|where|all|any|some|set|into|check|key|unique|references|distinct|by|union|except|intersect|with|filter|within|group|then|when|else|case|primary|table|partition|default|materialized|return|returns|returning|limit|having|between|like|is)$/i;

function marks(view: EditorView): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  const tree = syntaxTree(view.state);
  for (const { from, to } of view.visibleRanges) {
    tree.iterate({
      from,
      to,
      enter(node) {
        if (!nameNodes.has(node.name) || view.state.sliceDoc(node.to, node.to + 1) !== '(') return;
        if (notCalled.test(view.state.sliceDoc(node.from, node.to))) return;
        if (!namesRelation(view.state.sliceDoc(Math.max(0, node.from - 80), node.from))) builder.add(node.from, node.to, call);
      }
    });
  }
  return builder.finish();
}

/** Colours names right before a bracket as functions, in what is visible. */
export const callMarks: Extension = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = marks(view);
    }

    update(update: ViewUpdate): void {
      if (update.docChanged || update.viewportChanged || syntaxTree(update.startState) !== syntaxTree(update.state)) {
        this.decorations = marks(update.view);
      }
    }
  },
  { decorations: (plugin) => plugin.decorations }
);
