// The text of a file as code: lines with numbers, colours, search in it. Without this it is a plain text.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentUnit } from '@codemirror/language';
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension, type Range } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { data } from 'galley/client';
import { languageOf } from './parts/languages.ts';
import { look } from './parts/look.ts';
import { phrases } from './parts/phrases.ts';

const NARROW = '(max-width: 48rem)';

/** The lines that something is wrong with. */
function mistakes(text: HTMLTextAreaElement): Extension {
  const { doc } = EditorState.create({ doc: text.value });
  const lines = [...new Set(data<number[]>('mistakes') ?? [])].filter((line) => line >= 1 && line <= doc.lines);
  const marks = lines
    .sort((a, b) => a - b)
    .map((line): Range<Decoration> => Decoration.line({ class: 'cm-mistake' }).range(doc.line(line).from));
  return EditorView.decorations.of(Decoration.set(marks));
}

/** The form sends the text area, so it always holds what stands in the editor. */
function keepIn(text: HTMLTextAreaElement): Extension {
  return EditorView.updateListener.of(({ docChanged, state }) => {
    if (!docChanged) return;
    text.value = state.doc.toString();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

function extensionsFor(text: HTMLTextAreaElement, language: string): Extension[] {
  const name = text.labels?.[0]?.textContent ?? '';
  const help = document.querySelector('[data-code-help]')?.textContent ?? '';
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightActiveLine(),
    history(),
    drawSelection(),
    language === 'html' ? [] : bracketMatching(),
    highlightSelectionMatches(),
    search({ top: true }),
    indentUnit.of('  '),
    languageOf(language),
    look,
    EditorState.phrases.of(phrases()),
    EditorState.readOnly.of(text.readOnly),
    EditorView.contentAttributes.of({ 'aria-label': name, 'aria-description': help, dir: 'ltr', tabindex: '0' }),
    matchMedia(NARROW).matches ? EditorView.lineWrapping : [],
    keymap.of([...searchKeymap, ...historyKeymap, ...defaultKeymap, ...(text.readOnly ? [] : [indentWithTab])]),
    mistakes(text),
    keepIn(text),
  ];
}

/** Styles of the editor go into a tree of their own: the policy of the page allows none in the document. */
function open(host: HTMLElement, text: HTMLTextAreaElement): EditorView {
  const root = document.createElement('div');
  const shadow = root.attachShadow({ mode: 'open' });
  const parent = document.createElement('div');
  shadow.append(parent);
  host.append(root);
  const extensions = extensionsFor(text, host.dataset['code'] ?? '');
  const view = new EditorView({ state: EditorState.create({ doc: text.value, extensions }), parent, root: shadow });
  text.hidden = true;
  text.labels?.[0]?.addEventListener('click', () => view.focus());
  return view;
}

function goTo(view: EditorView, number: number): void {
  const line = view.state.doc.line(Math.min(Math.max(1, number), view.state.doc.lines));
  view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) });
  view.focus();
}

const host = document.querySelector<HTMLElement>('[data-code]');
const text = host?.querySelector('textarea');
if (host && text) {
  const view = open(host, text);
  for (const link of document.querySelectorAll<HTMLElement>('[data-line]'))
    link.addEventListener('click', (event) => {
      event.preventDefault();
      goTo(view, Number(link.dataset['line']));
    });
  for (const shown of document.querySelectorAll<HTMLElement>('[data-code-help], [data-code-search]'))
    shown.hidden = false;
  document.querySelector('[data-code-search]')?.addEventListener('click', () => openSearchPanel(view));
}
