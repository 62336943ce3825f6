import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const colors = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--color-warning)' },
  { tag: tags.tagName, color: 'var(--color-accent)' },
  { tag: tags.attributeName, color: 'var(--color-info)' },
  { tag: tags.propertyName, color: 'var(--color-info)' },
  { tag: tags.string, color: 'var(--color-success)' },
  { tag: tags.number, color: 'var(--color-danger)' },
  { tag: tags.atom, color: 'var(--color-danger)' },
  { tag: tags.variableName, color: 'var(--color-accent-strong)' },
  { tag: [tags.comment, tags.meta], color: 'var(--color-muted)', fontStyle: 'italic' },
]);

const FIELD = {
  padding: '0.3rem 0.6rem',
  border: '1px solid var(--color-edge)',
  borderRadius: 'var(--radius-s, 6px)',
  background: 'var(--color-paper)',
  color: 'var(--color-ink)',
  fontFamily: 'inherit',
  fontSize: 'inherit',
  minHeight: '1.75rem',
};

const theme = EditorView.theme({
  '&': {
    border: '1px solid var(--color-edge)',
    borderRadius: 'var(--radius-m)',
    background: 'var(--color-sheet)',
    color: 'var(--color-ink)',
    fontSize: '0.875rem',
    overflow: 'hidden',
  },
  '&.cm-focused': { outline: '2px solid var(--color-focus)', outlineOffset: '1px' },
  '.cm-scroller': {
    maxHeight: 'max(20rem, calc(100vh - 18rem))',
    fontFamily: 'var(--font-code)',
    fontVariantLigatures: 'none',
    lineHeight: '1.6',
  },
  '.cm-content': { minHeight: '20rem', caretColor: 'var(--color-ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--color-ink)' },
  '.cm-gutters': {
    border: '0',
    borderInlineEnd: '1px solid var(--color-rule)',
    background: 'var(--color-surface)',
    color: 'var(--color-muted)',
  },
  '.cm-activeLine': { background: 'color-mix(in oklab, var(--color-accent-wash) 35%, transparent)' },
  '.cm-activeLineGutter': { background: 'var(--color-accent-wash)', color: 'var(--color-ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in oklab, var(--color-focus) 30%, transparent)',
  },
  '.cm-selectionMatch, .cm-searchMatch': {
    background: 'color-mix(in oklab, var(--color-warning) 22%, transparent)',
  },
  '.cm-searchMatch-selected': { outline: '2px solid var(--color-warning)' },
  '.cm-matchingBracket': { background: 'var(--color-success-wash)', outline: '1px solid var(--color-success)' },
  '.cm-mistake': { background: 'var(--color-danger-wash)', boxShadow: 'inset 3px 0 var(--color-danger)' },
  '.cm-panels': { background: 'var(--color-surface)', color: 'var(--color-ink)', fontFamily: 'var(--font-text)' },
  '.cm-panels-top': { borderBottom: '1px solid var(--color-rule)' },
  '.cm-panel.cm-search': {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: '0.4rem',
    padding: '0.5rem 2.5rem 0.5rem 0.6rem',
    fontSize: '0.8125rem',
  },
  '.cm-panel.cm-search br': { display: 'none' },
  '.cm-panel.cm-search label': { display: 'inline-flex', alignItems: 'center', gap: '0.3rem', minHeight: '1.5rem' },
  '.cm-panel.cm-search input[type=checkbox]': { width: '1rem', height: '1rem', margin: '0' },
  '.cm-textfield': FIELD,
  '.cm-button': { ...FIELD, backgroundImage: 'none', cursor: 'pointer' },
  '.cm-button:hover': { background: 'var(--color-accent-wash)' },
  '.cm-textfield:focus-visible, .cm-button:focus-visible, .cm-panel.cm-search [name=close]:focus-visible': {
    outline: '2px solid var(--color-focus)',
  },
  '.cm-panel.cm-search [name=close]': {
    minWidth: '1.75rem',
    minHeight: '1.75rem',
    color: 'inherit',
    fontSize: '1.1rem',
    cursor: 'pointer',
  },
});

/** The colours and sizes of the admin, by day and by night. */
export const look: Extension = [theme, syntaxHighlighting(colors)];
