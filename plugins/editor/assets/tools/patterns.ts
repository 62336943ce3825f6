// What is done with patterns in a text. Synced ones stand in the text as a reference, of the others the blocks are copied.

import detachIcon from 'icon:box-arrow-down';
import patternIcon from 'icon:boxes';
import editIcon from 'icon:pencil';
import type { Editor } from '@tiptap/core';
import { announce, request, t, toast } from 'galley/client';
import { editorData } from '../parts/catalog.ts';
import type { MenuItem } from '../parts/menu.ts';
import { blockOf } from '../parts/moves.ts';
import { sessionOf } from '../parts/session.ts';
import { replaceBlock } from '../parts/transforms.ts';
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
  if (!place || !editorData().mayMakePatterns) return [];
  const $pos = editor.state.doc.resolve(place.position);
  const { island } = editor.schema.nodes;
  const isFree = island !== undefined && $pos.parent.canReplaceWith($pos.index(), $pos.index() + 1, island);
  const isEmpty = place.node.isTextblock && place.node.content.size === 0 && place.node.type.name !== 'image';
  if (!isFree || isEmpty) return [];
  return [{ label: t('Make reusable'), icon: patternIcon, run: () => void makeReusable(editor) }];
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

/** Keeps the block as a pattern; a synced one stands in its place from then on. */
async function makeReusable(editor: Editor): Promise<void> {
  const place = blockOf(editor.state);
  if (!place) return;
  const content = sessionOf(editor).writer.block(place.node);
  const answer = await askForPattern();
  if (!answer) {
    editor.view.focus();
    return;
  }
  try {
    const made = await request<PatternSummary>(PATTERNS, { json: { ...answer, content } });
    addPattern(made);
    if (made.synced && editor.state.doc.nodeAt(place.position) === place.node)
      replaceBlock(editor, place, [reference(editor.schema, made.id)]);
    announce(t('“{title}” is a pattern now.', { title: made.title }));
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
