// Footnotes: a mark in a line, and the notes at the end in the order of their marks.
import icon from 'icon:asterisk';
import type { Editor, NodeViewRenderer } from '@tiptap/core';
import type { Node } from '@tiptap/pm/model';
import { TextSelection } from '@tiptap/pm/state';
import { t } from 'galley/client';
import { blockNode, own } from '../model/block-node.ts';
import { findMark, findNote, notesOf } from '../model/footnotes.ts';
import type { BlockKind } from '../model/kinds.ts';
import { button } from '../parts/elements.ts';

/** Goes to the note of a mark. */
export function goToNote(editor: Pick<Editor, 'view'>, id: string): boolean {
  const { state } = editor.view;
  const place = findNote(state.doc, id);
  if (place === undefined) return false;
  const end = place + (state.doc.nodeAt(place)?.nodeSize ?? 2) - 1;
  editor.view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, end)).scrollIntoView());
  editor.view.focus();
  return true;
}

/** Goes back from a note to behind its mark. */
export function goToMark(editor: Pick<Editor, 'view'>, id: string): boolean {
  const { state } = editor.view;
  const place = findMark(state.doc, id);
  if (place === undefined) return false;
  editor.view.dispatch(state.tr.setSelection(TextSelection.create(state.doc, place + 1)).scrollIntoView());
  editor.view.focus();
  return true;
}

const noteView: NodeViewRenderer = ({ node, editor }) => {
  const dom = document.createElement('li');
  const contentDOM = document.createElement('span');
  contentDOM.className = 'ge-note-text';
  const label = t('Back to the text');
  const back = button({
    title: label,
    label: '↩',
    className: 'ge-note-back',
    press: () => void goToMark(editor, String(node.attrs['id'])),
  });
  back.setAttribute('aria-label', label);
  back.contentEditable = 'false';
  dom.append(contentDOM, back);
  return {
    dom,
    contentDOM,
    update: (next) => next.type === node.type && next.attrs['id'] === node.attrs['id'],
    ignoreMutation: (mutation) => mutation.type !== 'selection' && !contentDOM.contains(mutation.target),
    stopEvent: (event) => event.target instanceof Element && back.contains(event.target),
  };
};

const note = blockNode('footnote', null, {
  group: '',
  content: 'inline*',
  isolating: true,
  selectable: false,
  addAttributes: () => ({ id: own('') }),
  renderHTML: () => ['li', 0],
  addNodeView: () => noteView,
  addKeyboardShortcuts() {
    return {
      // A note is one line: Enter goes on where it belongs.
      Enter: () => {
        const { parent } = this.editor.state.selection.$from;
        return parent.type === this.type && goToMark(this.editor, String(parent.attrs['id']));
      },
    };
  },
});

const list = blockNode('footnotes', 'core/footnotes', {
  content: 'footnote*',
  isolating: true,
  renderHTML: () => ['ol', { class: 'ge-footnotes', 'aria-label': t('Footnotes') }, 0],
});

export const footnotes: BlockKind = {
  name: 'footnotes',
  title: t('Footnotes'),
  icon,
  blocks: ['core/footnotes'],
  nodes: [list, note],
  // What the notes say is kept beside the text, as WordPress does: the block itself is a mere place.
  read: (block, reader): Node | undefined =>
    block.innerContent.length === 0 ? reader.make('footnotes', {}, notesOf(reader.schema)) : undefined,
  write: () => '',
};
