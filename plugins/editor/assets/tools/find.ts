// Finds words in the text, shows where they stand, and puts others in their place.
import { Extension } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { type EditorState, Plugin, PluginKey, TextSelection, type Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

/** What is looked for. */
export interface Search {
  words: string;
  isExact: boolean;
  isWhole: boolean;
}

/** Where it stands. */
export interface Match {
  from: number;
  to: number;
}

interface Found {
  search: Search | undefined;
  matches: readonly Match[];
  /** The one that is looked at, -1 for none. */
  current: number;
  shown: DecorationSet;
}

const NOTHING: Found = { search: undefined, matches: [], current: -1, shown: DecorationSet.empty };
const MAX_SHOWN = 5_000;

const key = new PluginKey<Found>('galleyFind');

function patternOf({ words, isExact, isWhole }: Search): RegExp | undefined {
  if (words === '') return undefined;
  const escaped = words.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&').replace(/\s+/g, '\\s+');
  const bounded = isWhole ? `(?<![\\p{L}\\p{N}_])${escaped}(?![\\p{L}\\p{N}_])` : escaped;
  return new RegExp(bounded, isExact ? 'gu' : 'giu');
}

/** Every place of the words, in the order of the text. Words that begin in one block and end in another are none. */
export function findMatches(doc: Node, search: Search): Match[] {
  const pattern = patternOf(search);
  if (!pattern) return [];
  const matches: Match[] = [];
  doc.descendants((node, position) => {
    if (matches.length >= MAX_SHOWN) return false;
    if (!node.isTextblock) return true;
    // What is no text takes one place, so that positions stay what they are.
    const text = node.textBetween(0, node.content.size, undefined, '\ufffc');
    for (const match of text.matchAll(pattern)) {
      const from = position + 1 + match.index;
      matches.push({ from, to: from + match[0].length });
    }
    return false;
  });
  return matches.slice(0, MAX_SHOWN);
}

function decorate(doc: Node, matches: readonly Match[], current: number): DecorationSet {
  return DecorationSet.create(
    doc,
    matches.map(({ from, to }, index) =>
      Decoration.inline(from, to, { class: index === current ? 'ge-found is-current' : 'ge-found' }),
    ),
  );
}

function lookFor(doc: Node, search: Search | undefined, near: number): Found {
  if (!search) return NOTHING;
  const matches = findMatches(doc, search);
  const next = matches.findIndex(({ from }) => from >= near);
  const current = matches.length === 0 ? -1 : Math.max(next, 0);
  return { search, matches, current, shown: decorate(doc, matches, current) };
}

/** What is found now. */
export const foundIn = (state: EditorState): Readonly<Found> => key.getState(state) ?? NOTHING;

/** Looks for words from the cursor on; without a search, what was found is forgotten. */
export function search(state: EditorState, wanted: Search | undefined): Transaction {
  return state.tr.setMeta(key, { search: wanted });
}

/** Goes to the next place, or the one before, round the ends. */
export function goTo(state: EditorState, by: 1 | -1): Transaction | undefined {
  const { matches, current } = foundIn(state);
  if (matches.length === 0) return undefined;
  const next = (current + by + matches.length) % matches.length;
  return select(state.tr.setMeta(key, { current: next }), matches[next]);
}

function select(tr: Transaction, match: Match | undefined): Transaction {
  if (match) tr.setSelection(TextSelection.create(tr.doc, match.from, match.to)).scrollIntoView();
  return tr;
}

/** Puts other words in the place that is looked at, with the marks that stand there. */
export function replaceCurrent(state: EditorState, words: string): Transaction | undefined {
  const { matches, current } = foundIn(state);
  const match = matches[current];
  if (!match) return undefined;
  return put(state.tr, state, match, words).setMeta(key, { near: match.from + words.length });
}

/** Puts other words everywhere, as one step that can be undone. */
export function replaceAll(state: EditorState, words: string): { tr: Transaction; count: number } {
  const { matches } = foundIn(state);
  const { tr } = state;
  for (const match of matches.toReversed()) put(tr, state, match, words);
  return { tr, count: matches.length };
}

function put(tr: Transaction, state: EditorState, { from, to }: Match, words: string): Transaction {
  const marks = state.doc.resolve(from + 1).marks();
  return words === '' ? tr.delete(from, to) : tr.replaceWith(from, to, state.schema.text(words, marks));
}

const plugin = new Plugin<Found>({
  key,
  state: {
    init: () => NOTHING,
    apply(tr, found, _, state) {
      const change = tr.getMeta(key) as { search?: Search; current?: number; near?: number } | undefined;
      if (change && 'search' in change) return lookFor(state.doc, change.search, state.selection.from);
      if (change?.current !== undefined) {
        const { current } = change;
        return { ...found, current, shown: decorate(state.doc, found.matches, current) };
      }
      if (!tr.docChanged || !found.search) return found;
      const place = change?.near ?? tr.mapping.map(found.matches[found.current]?.from ?? state.selection.from);
      return lookFor(state.doc, found.search, place);
    },
  },
  props: { decorations: (state) => foundIn(state).shown },
});

/** Finding and replacing; `tools/find-bar.ts` is what one sees of it. */
export const Find = Extension.create({
  name: 'find',
  addProseMirrorPlugins: () => [plugin],
});
