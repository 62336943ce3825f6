// All that can be put into the text: from the kinds with an editing view, and the site's other blocks.

import boxIcon from 'icon:box';
import type { Editor } from '@tiptap/core';
import { Fragment, type Node } from '@tiptap/pm/model';
import { NodeSelection, Selection, TextSelection } from '@tiptap/pm/state';
import { t, toast } from 'galley/client';
import { kinds } from '../blocks/index.ts';
import type { Insert } from '../model/kinds.ts';
import { make } from '../model/make.ts';
import { patternInserts } from '../tools/pattern-list.ts';
import { blocksOf, type Place } from './block-range.ts';
import { editorData } from './catalog.ts';

const GROUPS: readonly Insert['group'][] = ['text', 'media', 'layout', 'patterns', 'more'];

/** The names of the groups, as people read them. */
export const GROUP_TITLES: Record<Insert['group'], string> = {
  text: t('Text'),
  media: t('Media'),
  layout: t('Layout'),
  patterns: t('Patterns'),
  more: t('More blocks'),
};

/** Blocks that have an entry of their own though they are shown as islands. */
const LEAF_BLOCKS = ['core/separator', 'core/spacer', 'core/more', 'core/nextpage'];

let all: readonly Insert[] | undefined;

/** Blocks that belong into templates, or into one other block: nobody looks for them in a text. */
const HIDDEN =
  /^core\/(post-|comment|query|navigation|site-|template|pattern|term-|home-link|page-list|missing|freeform|text-columns|subhead|avatar|loginout|read-more|list-item|column$|button$|block$|legacy|widget|accordion-|footnotes|social-links?$|cover-image|media-text|cover|gallery|embed|file|audio|video)|^core-embed\//;

/** Everything that can be inserted, in the order of the menu. */
export function allInserts(): readonly Insert[] {
  if (all) return [...all, ...patternInserts()];
  const own = kinds.list.flatMap(({ inserts = [] }) => inserts);
  const known = new Set([...kinds.list.flatMap(({ blocks }) => blocks), ...LEAF_BLOCKS]);
  const others = editorData()
    .blocks.filter(({ name, isDynamic }) => isDynamic && !known.has(name) && !HIDDEN.test(name))
    .map(
      ({ name, title, keywords }): Insert => ({
        title,
        icon: boxIcon,
        keywords: `${keywords} ${name}`,
        group: 'more',
        make: (schema) => make(schema, 'island', { block: name }),
      }),
    );
  all = GROUPS.flatMap((group) => [...own, ...others].filter((insert) => insert.group === group));
  return [...all, ...patternInserts()];
}

const folded = (words: string): string => words.toLocaleLowerCase().normalize('NFKD').replace(/\p{M}/gu, '');

/** What fits some typed letters, the best first. */
export function findInserts(query: string): readonly Insert[] {
  const wanted = folded(query.trim());
  if (wanted === '') return allInserts();
  const rank = ({ title, keywords = '' }: Insert): number => {
    const name = folded(title);
    if (name.startsWith(wanted)) return 0;
    if (name.split(/\s+/).some((word) => word.startsWith(wanted))) return 1;
    if (
      folded(keywords)
        .split(/\s+/)
        .some((word) => word.startsWith(wanted))
    )
      return 2;
    return name.includes(wanted) ? 3 : 4;
  };
  return allInserts()
    .map((insert) => ({ insert, rank: rank(insert) }))
    .filter((found) => found.rank < 4)
    .sort((a, b) => a.rank - b.rank)
    .map(({ insert }) => insert);
}

const isEmptyParagraph = (node: Node): boolean => node.type.name === 'paragraph' && node.content.size === 0;

/** Puts the cursor where one goes on: into the new block, or onto it. */
export function selectInserted(editor: Editor, position: number, node: Node): void {
  const { tr } = editor.state;
  const inside = Selection.findFrom(tr.doc.resolve(position), 1, true);
  const isInside = inside instanceof TextSelection && inside.from < position + node.nodeSize;
  editor.view.dispatch(tr.setSelection(isInside ? inside : NodeSelection.create(tr.doc, position)).scrollIntoView());
  editor.view.focus();
}

/** Puts a block after the one with the cursor, or in the place of an empty paragraph. */
export function putIn(editor: Editor, insert: Insert): void {
  if (insert.bring) {
    insert.bring(editor).then(
      (nodes) => insertBlocks(editor, nodes),
      () => toast({ kind: 'danger', text: t('Not inserted. Try again when the connection is back.') }),
    );
    return;
  }
  const position = insertBlocks(editor, [insert.make(editor.schema)]);
  insert.after?.(editor, position);
}

/** The block of the selection, or the last of several. */
function lastOf(editor: Editor): Place | undefined {
  const range = blocksOf(editor.state);
  const node = range?.nodes.at(-1);
  return range && node && { node, position: range.to - node.nodeSize };
}

/** Puts blocks there. @returns where the first of them stands */
export function insertBlocks(editor: Editor, nodes: readonly Node[]): number {
  const fragment = Fragment.from([...nodes]);
  const { tr, doc } = editor.state;
  let place = lastOf(editor);
  while (place && !isEmptyParagraph(place.node)) {
    const $pos = doc.resolve(place.position);
    if ($pos.parent.canReplace($pos.index() + 1, $pos.index() + 1, fragment)) break;
    const $around = doc.resolve($pos.before());
    place = $pos.depth === 0 ? undefined : { node: $pos.parent, position: $around.pos };
  }
  const end = place ? place.position + place.node.nodeSize : doc.content.size;
  const start = place && isEmptyParagraph(place.node) ? place.position : end;
  tr.replaceWith(start, end, fragment);
  editor.view.dispatch(tr);
  const [first] = nodes;
  if (first) selectInserted(editor, start, first);
  return start;
}
