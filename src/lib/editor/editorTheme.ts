import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours by the tokens of app.css alone, so that both themes are one. */
const frame = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--paper)', fontSize: '12.5px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', fontFeatureSettings: '"calt" 0', overflow: 'auto' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 8px 0 6px' },
  '.cm-gutters': { backgroundColor: 'var(--paper)', color: 'var(--muted)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '40px', padding: '0 8px 0 12px', fontSize: '11px', fontVariantNumeric: 'tabular-nums' },
  '.cm-activeLine': { backgroundColor: 'var(--hover)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--ink)' },
  '.cm-line.cm-runs': { boxShadow: 'inset 2px 0 0 var(--house)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--select)'
  },
  '.cm-content ::selection': { backgroundColor: 'transparent' },
  '.cm-selectionMatch': { backgroundColor: 'var(--press)' },
  '&.cm-focused .cm-matchingBracket': { backgroundColor: 'var(--press)', outline: '1px solid var(--edge)' },
  '&.cm-focused .cm-nonmatchingBracket': { backgroundColor: 'var(--error-bg)' },
  '.cm-searchMatch': { backgroundColor: 'var(--update-bg)', outline: '1px solid var(--update)' },
  '.cm-searchMatch.cm-searchMatch-selected': { backgroundColor: 'var(--update-bg)', outline: '2px solid var(--update)' },
  '.cm-call': { color: 'var(--syn-function)' },
  '.cm-placeholder': { color: 'var(--muted)' },
  '.cm-specialChar': { color: 'var(--error-text)' }
});

const errors = EditorView.theme({
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    backgroundColor: 'var(--error-bg)',
    textDecoration: 'underline wavy var(--error)',
    textUnderlineOffset: '3px'
  },
  '.cm-lintPoint-error::after': { borderBottomColor: 'var(--error)' },
  '.cm-diagnostic': { padding: '4px 10px', fontFamily: 'var(--sans)', borderLeft: 'none' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--error)' }
});

const floating = EditorView.theme({
  '.cm-tooltip': {
    border: 'none', borderRadius: '6px', backgroundColor: 'var(--raised)', color: 'var(--ink)', boxShadow: 'var(--shadow-menu)', overflow: 'hidden'
  },
  '.cm-tooltip.cm-tooltip-autocomplete': { display: 'grid', gridTemplateColumns: '1fr auto' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    gridColumn: '1 / -1', minWidth: '280px', maxWidth: 'min(560px, 92vw)', maxHeight: '204px', padding: '4px', fontFamily: 'var(--mono)', fontSize: '12.5px'
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    display: 'flex', alignItems: 'center', gap: '8px', height: '24px', padding: '0 8px', borderRadius: '3px'
  },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--press)', color: 'var(--ink)' },
  '.cm-completionIcon': { flex: 'none', width: '14px', height: '14px', padding: '0', fontSize: 'inherit', color: 'var(--muted)', opacity: '1' },
  '.cm-completionLabel': { overflow: 'hidden', textOverflow: 'ellipsis' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-completionDetail': {
    flex: 'none', marginLeft: 'auto', paddingLeft: '16px', fontSize: '11px', fontStyle: 'normal', color: 'var(--muted)'
  },
  'li[aria-selected] .cm-completionDetail, li[aria-selected] .cm-completionIcon': { color: 'var(--ink)' },
  // The footer: what the list is about, and the keys. Drawn by CSS, for the list alone is what is read out.
  '.cm-tooltip.cm-tooltip-autocomplete::before': {
    content: 'var(--completion-about, "")', order: '2', overflow: 'hidden', padding: '4px 12px 5px', borderTop: '1px solid var(--line)',
    font: '11px/16px var(--sans)', color: 'var(--muted)', whiteSpace: 'nowrap', textOverflow: 'ellipsis'
  },
  '.cm-tooltip.cm-tooltip-autocomplete::after': {
    content: '"↵ take    Esc close"', order: '3', padding: '4px 12px 5px', borderTop: '1px solid var(--line)',
    font: '11px/16px var(--sans)', color: 'var(--muted)', whiteSpace: 'pre'
  }
});

const searchPanel = EditorView.theme({
  '.cm-panels': { backgroundColor: 'var(--panel)', color: 'var(--ink)', fontFamily: 'var(--sans)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: '4px 8px', padding: '6px 36px 6px 8px', fontSize: '12px' },
  '.cm-panel.cm-search br': { display: 'block', flexBasis: '100%', height: '0', content: '""' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', gap: '4px', margin: '0', fontSize: '12px' },
  '.cm-panel.cm-search input[type=checkbox]': { accentColor: 'var(--ink)', margin: '0' },
  '.cm-textfield': {
    height: '24px', margin: '0', padding: '0 8px', border: '1px solid var(--edge)', borderRadius: '4px', backgroundColor: 'var(--raised)',
    color: 'var(--ink)', fontSize: '12px'
  },
  '.cm-textfield:focus-visible': { borderColor: 'var(--accent)', outline: '1px solid var(--accent)', outlineOffset: '0' },
  '.cm-button': {
    height: '24px', margin: '0', padding: '0 8px', border: '1px solid var(--edge)', borderRadius: '4px', backgroundColor: 'var(--raised)',
    backgroundImage: 'none', color: 'var(--ink)', fontSize: '12px', fontWeight: '500'
  },
  '.cm-button:active': { backgroundImage: 'none', backgroundColor: 'var(--press)' },
  '.cm-panel.cm-search [name=close]': { top: '6px', right: '8px', width: '24px', height: '24px', color: 'var(--ink)', fontSize: '16px' }
});

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.bool, tags.null], color: 'var(--syn-keyword)', fontWeight: '500' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--syn-string)' },
  { tag: [tags.number, tags.typeName], color: 'var(--syn-number)' },
  { tag: tags.standard(tags.name), color: 'var(--syn-function)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--muted)', fontStyle: 'italic' }
]);

/** How the editor looks. */
export const editorTheme: Extension = [frame, errors, floating, searchPanel, syntaxHighlighting(colours)];
