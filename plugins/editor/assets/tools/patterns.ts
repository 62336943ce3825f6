// What is done with patterns in a text. Synced ones stand in the text as a reference, of the others the blocks are copied.

import detachIcon from 'icon:box-arrow-down';
import patternIcon from 'icon:boxes';
import editIcon from 'icon:pencil';
import type { Editor } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { NodeSelection } from '@tiptap/pm/state';
import { announce, request, t, toast } from 'galley/client';
import { type BlockRange, blockOf, blocksOf } from '../parts/block-range.ts';
import { editorData } from '../parts/catalog.ts';
import type { MenuItem } from '../parts/menu.ts';
import { replaceBlock } from '../parts/replace.ts';
import { sessionOf } from '../parts/session.ts';
import { askForPattern } from './pattern-dialog.ts';
import {
  addPattern,
  PATTERNS,
  type PatternSummary,
  patternBlocks,
  readPattern,
  reference,
  referenceOf,
} from './pattern-list.ts';

function tellFailure(error: unknown): void {
  toast({ kind: 'danger', text: error instanceof Error && error.message ? error.message : t('Nobody answers.') });
}

/** What the menu of a block offers about patterns. */
export function patternItems(editor: Editor): MenuItem[] {
  const place = blockOf(editor.state);
  const id = referenceOf(place?.node);
  if (id !== undefined) {
    const edit = { label: t('Edit the original'), icon: editIcon, run: () => void openOriginal(id) };
    return [edit, { label: t('Detach from the pattern'), icon: detachIcon, run: () => void detach(editor) }];
  }
  const range = editorData().mayMakePatterns ? blocksOf(editor.state) : undefined;
  if (!range || !canBeReplaced(editor, range) || range.nodes.every(isEmpty)) return [];
  const label =
    range.nodes.length > 1
      ? t('Make a pattern of {count} blocks', { count: range.nodes.length }, { one: 'Make a pattern of one block' })
      : t('Make a pattern');
  return [{ label, icon: patternIcon, run: () => void keepAsPattern(editor, range) }];
}

const isEmpty = (node: Node): boolean => node.isTextblock && node.content.size === 0 && node.type.name !== 'image';

/** Whether a reference may stand where these blocks do. */
function canBeReplaced(editor: Editor, { from, nodes }: BlockRange): boolean {
  const $from = editor.state.doc.resolve(from);
  const { island } = editor.schema.nodes;
  return island !== undefined && $from.parent.canReplaceWith($from.index(), $from.index() + nodes.length, island);
}

async function openOriginal(id: number): Promise<void> {
  try {
    const { editUrl } = await readPattern(id);
    if (editUrl === '') announce(t('You may not edit this pattern.'));
    else window.open(editUrl, '_blank', 'noopener');
  } catch (error) {
    tellFailure(error);
  }
}

/** Keeps blocks as a pattern; a synced one stands in their place from then on. */
async function keepAsPattern(editor: Editor, range: BlockRange): Promise<void> {
  const { doc } = editor.state;
  const content = sessionOf(editor).writer.blocks(range.nodes);
  const answer = await askForPattern();
  if (!answer) {
    editor.view.focus();
    return;
  }
  try {
    const made = await request<PatternSummary>(PATTERNS, { json: { ...answer, content } });
    addPattern(made);
    if (made.synced && editor.state.doc === doc) {
      const { tr } = editor.state;
      tr.replaceWith(range.from, range.to, reference(editor.schema, made.id));
      editor.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, range.from)));
    }
    const { title } = made;
    announce(
      made.synced ? t('“{title}” is a synced pattern now.', { title }) : t('“{title}” is a pattern now.', { title }),
    );
  } catch (error) {
    tellFailure(error);
  }
  editor.view.focus();
}

/** Puts the blocks of the pattern in the place of the reference. */
async function detach(editor: Editor): Promise<void> {
  const place = blockOf(editor.state);
  const id = referenceOf(place?.node);
  if (!place || id === undefined) return;
  try {
    const blocks = await patternBlocks(editor, id);
    if (editor.state.doc.nodeAt(place.position) !== place.node) return;
    replaceBlock(editor, place, blocks);
    announce(t('Its blocks stand here on their own now.'));
  } catch (error) {
    tellFailure(error);
  }
}
